// LinkPlan: the diff between the wanted and the present tree, arranged for the disk. A unit is a
// package folder that appears or is replaced as a whole, together with the new packages nested in
// it: it is staged aside and renamed in. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "pkg/tree/diff.hpp"
#include "pkg/tree/node.hpp"

namespace gyre::pkg {

struct LinkUnit {
  std::string location;  // "node_modules/a", relative to the project
  bool replaces = false;
  bool is_skipped = false;        // nothing was staged for it
  std::string symlink;            // target text if the unit is a symlink; else empty
  std::vector<std::string> kept;  // nested locations that move from the old folder to the new one
};

struct PlacedPackage {
  const Node* node;   // in the ideal tree
  size_t unit;        // index into units
  std::string below;  // "" for the unit itself, else "/node_modules/b"
};

struct LinkPlan {
  std::vector<std::string> removals;  // deepest first
  std::vector<LinkUnit> units;        // parents before children
  std::vector<PlacedPackage> packages;
};

LinkPlan make_link_plan(const Plan& diff, const Tree& ideal, const Tree& actual);

// One command link: `.bin/name` in a node_modules folder.
struct BinLink {
  std::string folder;  // "node_modules/.bin", relative to the project
  std::string name;
  std::string target;  // link text, relative to the folder: "../a/cli.js"
  bool operator==(const BinLink&) const = default;
};

// The links a tree wants, by folder then name; of two packages with one command the first by
// location has it.
std::vector<BinLink> wanted_bins(const Tree& ideal, const Options& options);

}  // namespace gyre::pkg
