// Listing: what `gyre ls` shows, as data: the tree of dependencies down to a depth, each package
// once, with its problems. In the order and with the rules of npm's ls. Pure.
#pragma once

#include <string>
#include <vector>

#include "pkg/inspect/project_graph.hpp"

namespace gyre::pkg {

struct ListRequest {
  std::vector<std::string> specs;                     // show only these and what leads to them
  std::vector<const resolve::GraphNode*> workspaces;  // start from these only; empty: all
  bool with_workspaces = true;
  bool with_root = false;  // the root's own dependencies too, although workspaces are named
  size_t depth = 0;
  bool links_only = false;
  Omit omit;
};

struct ListItem {
  const resolve::GraphNode* node = nullptr;  // null: missing
  std::string name, id;
  std::string wanted;       // the specifier of the edge that led here
  std::string invalid;      // who is not content with it: "\"^2\" from node_modules/a"
  std::string required_by;  // missing: by whom
  bool is_missing = false, is_optional = false, is_deduped = false;
  bool is_match = false;     // named by a spec
  bool is_included = false;  // it or something below it is
  size_t parent = 0;         // index
  size_t depth = 0;
  std::vector<std::string> problems;
  std::vector<size_t> children;  // included ones
};

struct Listing {
  std::vector<ListItem> items;        // [0] is the project
  std::vector<size_t> first_seen;     // each package of the tree once, in npm's order
  std::vector<std::string> problems;  // of what is included; each once
  // Something worse than an extraneous package.
  bool has_failures() const;
};

Listing list_packages(ProjectGraph& graph, const ListRequest& request);

}  // namespace gyre::pkg
