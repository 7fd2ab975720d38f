// Conflict: why a dependency cannot be placed, as data; explain() turns it into an Error. Texts are
// taken when the conflict arises, because the tree changes afterwards. Reads only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pkg/resolve/graph.hpp"
#include "runtime/base/error.hpp"

namespace gyre::pkg::resolve {

// One side: a version and the dependency entry that demands something of that name.
struct ConflictSide {
  std::string chain;          // "app > a@1.0.0" up to the package that demands
  std::string wants;          // "^1.0.0"
  std::string section;        // "peer ok@^1.0.0 from a@1.0.0"
  std::string found;          // "ok@1.2.0", empty where nothing was found
  std::string demander;       // package name of the one that demands: "a"
  std::string found_version;  // "1.2.0"
};

struct Conflict {
  std::string name;  // the package both sides are about
  ConflictSide wanted;
  ConflictSide current;
  std::string suggestion;
};

// "app > a@1.0.0 > b@2.0.0": by the first edge that leads to each.
std::string chain_of(const GraphNode* node);
std::string label_of(const GraphNode* node);
ConflictSide side_of(const Edge& edge, const GraphNode* found);
Error conflict_error(const Conflict& conflict);

}  // namespace gyre::pkg::resolve
