#include "pkg/resolve/load_tree.hpp"

namespace gyre::pkg::resolve {

GraphNode* top_at(const Tops& tops, const std::string& location) {
  auto found = tops.find(location);
  return found == tops.end() ? nullptr : found->second;
}

void TreeLoader::add_workspaces(const std::vector<LocalPackage>& workspaces) {
  for (const LocalPackage& workspace : workspaces) {
    graph_.add_workspace_edge(root_, workspace.meta.name, workspace.location);
    GraphNode* top = graph_.make_node(workspace.meta.name, package_from_meta(workspace.meta));
    graph_.attach_top(top, root_, workspace.location);
    tops_[workspace.location] = top;
  }
}

// Parents come before children in a map ordered by location, links after their targets.
void TreeLoader::load(const Tree& tree, const ManifestOf& manifest_of) {
  for (const auto& [location, node] : tree.nodes) {
    if (location.empty() || node.is_link || !name_of_location(location).empty()) continue;
    // A folder that a file: dependency links to; workspaces are there already, read from disk.
    if (top_at(tops_, location)) continue;
    PackageRef package = manifest_of(node);
    if (!package) continue;
    GraphNode* top = graph_.make_node(node.meta.name, std::move(package));
    graph_.attach_top(top, root_, location);
    tops_[location] = top;
  }
  for (const auto& [location, node] : tree.nodes) {
    if (location.empty() || name_of_location(location).empty()) continue;
    if (node.is_link)
      add_link(node);
    else
      add_package(node, manifest_of);
  }
}

GraphNode* TreeLoader::folder_of(std::string_view location) const {
  std::string_view parent = parent_location(location);
  if (parent.empty()) return root_;
  if (GraphNode* top = top_at(tops_, std::string(parent))) return top;
  GraphNode* above = folder_of(parent);
  return above ? above->child(name_of_location(parent)) : nullptr;
}

void TreeLoader::add_package(const Node& node, const ManifestOf& manifest_of) {
  GraphNode* parent = folder_of(node.location);
  if (!parent || parent->is_link()) return;
  PackageRef package = manifest_of(node);
  if (!package) return;
  GraphNode* added = graph_.make_node(node.name, std::move(package));
  if (!node.resolved.empty()) added->resolved = node.resolved;
  if (!node.integrity.empty()) added->integrity = node.integrity;
  added->flags.in_bundle = node.flags.in_bundle;
  graph_.attach(added, parent);
}

void TreeLoader::add_link(const Node& node) {
  GraphNode* parent = folder_of(node.location);
  GraphNode* target = top_at(tops_, node.link_target);
  if (!target) {  // a link to another package of the tree, or to a folder that is gone
    GraphNode* above = folder_of(node.link_target);
    target = above ? above->child(name_of_location(node.link_target)) : nullptr;
  }
  if (!parent || parent->is_link() || !target || target->is_link()) return;
  graph_.attach(graph_.make_link(node.name, target), parent);
}

}  // namespace gyre::pkg::resolve
