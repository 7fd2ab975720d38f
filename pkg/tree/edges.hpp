// The dependencies of a tree as edges: which node answers which entry of whose manifest, by Node's
// folder walk. Borrows the tree. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "pkg/tree/node.hpp"

namespace gyre::pkg {

enum class EdgeKind : uint8_t { kProd, kDev, kOptional, kPeer };

struct TreeEdge {
  const Node* from = nullptr;
  const Node* to = nullptr;  // links looked through; null: not there
  std::string name, spec;
  EdgeKind kind = EdgeKind::kProd;
};

// Of every node that is no link. Development dependencies count for the project and workspaces.
std::vector<TreeEdge> tree_edges(const Tree& tree);
// Whether a node is the project or one of its workspaces.
bool is_top(const Node& node);
// The package's own name, for aliases too.
const std::string& package_name(const Node& node);
// "name@version"; the name alone where there is no version.
std::string package_label(const Node& node);

}  // namespace gyre::pkg
