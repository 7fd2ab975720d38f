// The part of Builder that sets up the graph: the project, its workspaces and the locked tree.
#include <algorithm>

#include "pkg/lockfile/package_lock.hpp"
#include "pkg/resolve/builder.hpp"
#include "pkg/resolve/location.hpp"

namespace gyre::pkg::resolve {

GraphNode* Builder::top_at(const std::string& location) {
  auto found = tops_.find(location);
  return found == tops_.end() ? nullptr : found->second;
}

// Yarn's resolutions may contradict the project's own dependencies, npm's overrides may not.
bool Builder::is_resolution(std::string_view name) const {
  const std::vector<std::string>& names = request_.resolutions;
  return std::find(names.begin(), names.end(), name) != names.end();
}

Status Builder::load_root() {
  root_ = graph_.make_node(request_.root.name, package_from_meta(request_.root));
  root_->flags = {};
  if (!request_.root_overrides_json.empty()) {
    GYRE_ASSIGN(overrides_, OverrideSet::parse(request_.root_overrides_json, wants_));
    graph_.set_overrides(root_, overrides_.get());
  }
  load_workspaces();
  graph_.make_root(root_);
  for (const auto& edge : root_->edges_out()) {
    std::string value = edge->overrides() ? edge->overrides()->value() : "";
    if (&edge->want() != &edge->raw_want() && edge->want().text != edge->raw_want().text &&
        !value.starts_with('$') && !is_resolution(edge->name())) {
      return Error::with_code_name("EOVERRIDE", "the override of " + std::string(edge->name()) +
                                                    " to \"" + edge->want().text +
                                                    "\" contradicts the project's own \"" +
                                                    edge->raw_want().text + "\"")
          .with_hint("Give both the same range, or write the override as \"$" +
                     std::string(edge->name()) + "\".");
    }
  }
  load_locked();
  if (!missing_) accept_locked_conflicts();
  return ok();
}

void Builder::load_workspaces() {
  for (const LocalPackage& workspace : request_.workspaces) {
    graph_.add_workspace_edge(root_, workspace.meta.name, workspace.location);
    GraphNode* top = graph_.make_node(workspace.meta.name, package_from_meta(workspace.meta));
    graph_.attach_top(top, root_, workspace.location);
    tops_[workspace.location] = top;
  }
}

// Parents come before children in a map ordered by location, links after their targets.
void Builder::load_locked() {
  for (const auto& [location, node] : request_.locked.nodes) {
    if (location.empty() || node.is_link || node.meta.version.empty()) continue;
    if (name_of_location(location).empty()) {
      // A folder that a file: dependency links to; workspaces are there already, read from disk.
      if (!top_at(location)) {
        GraphNode* top = graph_.make_node(node.meta.name, package_from_meta(node.meta));
        graph_.attach_top(top, root_, location);
        tops_[location] = top;
      }
    }
  }
  for (const auto& [location, node] : request_.locked.nodes) {
    if (location.empty() || name_of_location(location).empty()) continue;
    if (node.is_link)
      load_locked_link(node);
    else
      load_locked_node(node);
  }
}

// Peers that did not fit when the lockfile was written were let pass then. As long as the manifests
// are the same they need no second look, and no metadata.
void Builder::accept_locked_conflicts() {
  bool same = request_.locked.from_disk && request_.locked.lockfile_version >= 2 &&
              request_.update_names.empty() && request_.explicit_names.empty() &&
              lock_differences(request_.root, request_.workspaces, request_.locked).empty();
  if (!same) return;
  for (GraphNode* node : all_nodes()) {
    if (node->is_project_root() || node->is_workspace()) continue;
    for (const auto& edge : node->edges_out()) {
      if (edge->is_peer() && edge->to() && !edge->is_valid()) edge->peer_conflicted = true;
    }
  }
}

namespace {

// The node in whose node_modules `location` is; null when the lockfile does not have it.
GraphNode* find_by_location(GraphNode* root, const std::map<std::string, GraphNode*>& tops,
                            std::string_view location) {
  std::string_view parent = parent_location(location);
  if (parent.empty()) return root;
  if (auto top = tops.find(std::string(parent)); top != tops.end()) return top->second;
  GraphNode* above = find_by_location(root, tops, parent);
  return above ? above->child(name_of_location(parent)) : nullptr;
}

}  // namespace

void Builder::load_locked_node(const Node& locked) {
  GraphNode* parent = find_by_location(root_, tops_, locked.location);
  if (!parent || parent->is_link()) return;
  PackageRef package = package_from_meta(locked.meta);
  if (request_.locked.lockfile_version < 2) {
    // Old lockfiles hold no manifests: the registry's are needed, once.
    std::string spec = locked.meta.name == locked.name
                           ? locked.meta.version
                           : "npm:" + locked.meta.name + "@" + locked.meta.version;
    const Want* want = wants_.get(locked.name, spec);
    if (!want->error && want->spec.is_registry()) {
      const PackageResult* known = catalogue_.find(*want);
      if (!known) {
        catalogue_.seed(*want, Catalogue::Depth::kPeers);
        missing_ = true;
        return;
      }
      if (*known) package = known->value();
    }
  }
  GraphNode* node = graph_.make_node(locked.name, std::move(package));
  if (!locked.resolved.empty()) node->resolved = locked.resolved;
  if (!locked.integrity.empty()) node->integrity = locked.integrity;
  node->flags.in_bundle = locked.flags.in_bundle;
  graph_.attach(node, parent);
}

void Builder::load_locked_link(const Node& locked) {
  GraphNode* parent = find_by_location(root_, tops_, locked.location);
  GraphNode* target = top_at(locked.link_target);
  if (!target) {  // a link to another package of the tree, or to a folder that is gone
    GraphNode* above = find_by_location(root_, tops_, locked.link_target);
    target = above ? above->child(name_of_location(locked.link_target)) : nullptr;
  }
  if (!parent || parent->is_link() || !target || target->is_link()) return;
  graph_.attach(graph_.make_link(locked.name, target), parent);
}

}  // namespace gyre::pkg::resolve
