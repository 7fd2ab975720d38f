// The isolated layout: every package in node_modules/.gyre/<name>@<version>/node_modules/<name>
// with symlinks beside it to what it depends on, and nothing but the direct dependencies at the
// top. Made from the hoisted ideal tree, which stays what the lockfile says; what a dependency
// means is what Node's folder walk finds there, peers included. Pure; any thread.
#pragma once

#include <map>
#include <string>

#include "pkg/options.hpp"
#include "pkg/tree/node.hpp"

namespace gyre::pkg {

struct IsolatedLayout {
  Tree tree;                                   // packages under .gyre, links everywhere else
  std::map<std::string, std::string> origins;  // location here -> location in the ideal tree
};

// Packages that are inert or omitted have no place. Where one name@version sees different
// dependencies in different places (peers), each variant has a folder of its own: "_<hash>".
IsolatedLayout isolate(const Tree& ideal, const Options& options);

}  // namespace gyre::pkg
