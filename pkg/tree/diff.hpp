// Diff: what must happen on disk to turn the actual tree into the ideal one. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pkg/options.hpp"
#include "pkg/tree/node.hpp"

namespace gyre::pkg {

enum class ActionKind : uint8_t {
  kAdd,      // nothing at this location yet
  kReplace,  // another package or version is there
  kRemove,   // the location is not in the ideal tree (or is omitted)
};

struct Action {
  ActionKind kind;
  std::string location;
  const Node* ideal = nullptr;   // wanted; null for kRemove. Points into the ideal tree
  const Node* actual = nullptr;  // present; null for kAdd. Points into the actual tree
};

struct Plan {
  // Removals come first (deepest first), then parents before children, then by location. A node
  // that is_link is a symlink to make; bundled nodes have no action of their own (the parent's
  // tarball brings them). A kReplace/kRemove takes the nested node_modules with it unless the nodes
  // below have no action: those are kept.
  std::vector<Action> actions;
  size_t unchanged = 0;
  size_t skipped = 0;  // inert or omitted nodes
  bool empty() const { return actions.empty(); }
};

// Whether another package's archive brings the node. What the project itself bundles is not meant.
bool comes_in_archive(const Tree& tree, const Node& node);
// The package in whose archive `node` came: itself, or the outermost that brought it along.
const Node& archive_owner(const Tree& tree, const Node& node);
Plan diff(const Tree& ideal, const Tree& actual, const Options& options);
// Whether a node is left out of node_modules by --omit.
bool is_omitted(const Node& node, const Omit& omit);

}  // namespace gyre::pkg
