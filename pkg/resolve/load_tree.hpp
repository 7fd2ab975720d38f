// TreeLoader: puts a Tree (of a lockfile or of a disk) into a Graph, below a root whose workspaces
// are there already. Used once per graph; one thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "pkg/resolve/graph.hpp"
#include "pkg/resolve/ideal.hpp"
#include "pkg/tree/node.hpp"

namespace gyre::pkg::resolve {

// Folders of the project that are in no node_modules, by location.
using Tops = std::map<std::string, GraphNode*>;
GraphNode* top_at(const Tops& tops, const std::string& location);

class TreeLoader {
 public:
  // The manifest a node of the tree has; null leaves the node out.
  using ManifestOf = std::function<PackageRef(const Node&)>;

  TreeLoader(Graph& graph, GraphNode* root, Tops& tops) : graph_(graph), root_(root), tops_(tops) {}
  // Before the root's edges are made.
  void add_workspaces(const std::vector<LocalPackage>& workspaces);
  void load(const Tree& tree, const ManifestOf& manifest_of);

 private:
  void add_package(const Node& node, const ManifestOf& manifest_of);
  void add_link(const Node& node);
  // The node in whose node_modules `location` is; null when the tree does not have it.
  GraphNode* folder_of(std::string_view location) const;

  Graph& graph_;
  GraphNode* root_;
  Tops& tops_;
};

// Whether the package's os, cpu and libc include this platform.
bool runs_on(const PackageMeta& meta, const Platform& platform);
// The root, its other folders, and all that lies below them.
std::vector<GraphNode*> nodes_of(GraphNode* root, const Tops& tops);
// Why each node is there: dev, optional, peer, extraneous.
void compute_flags(GraphNode* root, const std::vector<GraphNode*>& nodes);

}  // namespace gyre::pkg::resolve
