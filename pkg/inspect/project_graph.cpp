#include "pkg/inspect/project_graph.hpp"

#include <algorithm>

#include "pkg/lockfile/collate.hpp"
#include "pkg/resolve/location.hpp"
#include "pkg/tree/actual.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {

using resolve::GraphNode;

ProjectGraph::ProjectGraph(const Options& options)
    : wants_(catalogs_),
      graph_(wants_,
             options.legacy_peer_deps ? resolve::PeerDeps::kIgnore : resolve::PeerDeps::kInstall) {}

Result<std::unique_ptr<ProjectGraph>> ProjectGraph::load(const Options& options,
                                                         TreeSource source) {
  std::unique_ptr<ProjectGraph> made(new ProjectGraph(options));
  Options reading = options;
  reading.package_lock = source == TreeSource::kLockfile;
  GYRE_ASSIGN(made->project_, load_project(reading, ManifestNeed::kOptional));
  const Manifest& manifest = made->project_.manifest;
  made->catalogs_ = manifest.catalogs;
  Tree tree;
  if (source == TreeSource::kDisk) {
    GYRE_ASSIGN(tree, load_actual(options.project_dir));
  } else {
    if (!made->project_.lockfile.exists)
      return Error(Code::EUSAGE, "there is no lockfile in " + options.project_dir,
                   "run gyre install --package-lock-only once");
    tree = made->project_.lockfile.tree;
  }
  resolve::Graph& graph = made->graph_;
  GraphNode* root = graph.make_node(manifest.meta.name, resolve::package_from_meta(manifest.meta));
  root->flags = {};
  if (!manifest.overrides_json.empty()) {
    GYRE_ASSIGN(made->overrides_,
                resolve::OverrideSet::parse(manifest.overrides_json, made->wants_));
    graph.set_overrides(root, made->overrides_.get());
  }
  resolve::TreeLoader loader(graph, root, made->tops_);
  loader.add_workspaces(made->project_.workspaces);
  graph.make_root(root);
  loader.load(tree, [](const Node& node) { return resolve::package_from_meta(node.meta); });
  made->root_ = root;
  made->nodes_ = resolve::nodes_of(root, made->tops_);
  resolve::compute_flags(root, made->nodes_);
  std::vector<std::pair<std::string, GraphNode*>> sorted;
  for (GraphNode* node : made->nodes_) sorted.emplace_back(node->location(), node);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return sorts_before(a.first, b.first); });
  std::transform(sorted.begin(), sorted.end(), made->nodes_.begin(),
                 [](const auto& entry) { return entry.second; });
  return made;
}

GraphNode* ProjectGraph::find(std::string_view location) const {
  for (GraphNode* node : nodes_) {
    if (node->location() == location) return node;
  }
  return nullptr;
}

std::string ProjectGraph::path_of(const GraphNode& node) const {
  return resolve::absolute_location(project_.dir, node.location());
}

std::string ProjectGraph::real_path_of(const GraphNode& node) const {
  return path_of(*node.target());
}

std::string ProjectGraph::id_of(const GraphNode& node) const {
  const std::string& package = node.package_name();
  if (&node == root_) return package + "@" + node.version();
  const bool is_alias = !package.empty() && package != node.name;
  return node.name + "@" + (is_alias ? "npm:" + package + "@" : "") + node.version();
}

std::string ProjectGraph::resolved_of(const GraphNode& node) const {
  if (!node.is_link()) return node.resolved;
  return "file:" + path::relative(path::dirname(path_of(node)), real_path_of(node));
}

Result<std::vector<GraphNode*>> ProjectGraph::workspaces(
    const std::vector<std::string>& names) const {
  std::vector<GraphNode*> found;
  for (const LocalPackage& workspace : project_.workspaces) {
    if (names.empty()) found.push_back(tops_.at(workspace.location));
  }
  for (const std::string& name : names) {
    const size_t before = found.size();
    const std::string folder = resolve::join_location(
        "", name.starts_with('/') ? path::relative(project_.dir, name) : name);
    for (const LocalPackage& workspace : project_.workspaces) {
      const bool is_inside = workspace.location.starts_with(folder + "/");
      if (workspace.meta.name == name || workspace.location == folder || is_inside)
        found.push_back(tops_.at(workspace.location));
    }
    if (found.size() == before)
      return Error(Code::EUSAGE, "there is no workspace \"" + name + "\" in " + project_.dir);
  }
  return found;
}

std::unordered_set<const GraphNode*> ProjectGraph::dependencies_of(
    const std::vector<GraphNode*>& folders, bool with_root) const {
  std::vector<const GraphNode*> pending(folders.begin(), folders.end());
  if (folders.empty()) pending.push_back(root_);
  std::unordered_set<const GraphNode*> set(pending.begin(), pending.end());
  auto add = [&](const GraphNode* node) {
    if (node && set.insert(node).second) pending.push_back(node);
  };
  if (with_root && !folders.empty()) {
    for (const auto& edge : root_->edges_out()) {
      if (edge->type() != resolve::EdgeType::kWorkspace) add(edge->to());
    }
  }
  while (!pending.empty()) {
    const GraphNode* node = pending.back();
    pending.pop_back();
    if (node->is_link()) add(node->target());
    for (const auto& edge : node->edges_out()) {
      if (node == root_ && edge->type() == resolve::EdgeType::kWorkspace) continue;
      add(edge->to());
    }
    for (const auto& [name, child] : node->children()) {
      if (child->flags.extraneous) set.insert(child);
    }
  }
  return set;
}

bool ProjectGraph::matches(const GraphNode& node, const std::string& spec) {
  const size_t at = spec.find('@', 1);
  const std::string name = spec.substr(0, at);
  if (name != node.name) return false;
  if (at == std::string::npos) return true;
  const resolve::Want* want = wants_.get(name, std::string_view(spec).substr(at + 1));
  return resolve::Edge(root_, resolve::EdgeType::kProd, name, want).is_satisfied_by(node);
}

bool is_overridden(const GraphNode& node) {
  return node.overrides && !node.overrides->value().empty() && node.overrides->name() == node.name;
}

const char* edge_type_name(resolve::EdgeType type) {
  switch (type) {
    case resolve::EdgeType::kProd:
      return "prod";
    case resolve::EdgeType::kDev:
      return "dev";
    case resolve::EdgeType::kOptional:
      return "optional";
    case resolve::EdgeType::kPeer:
      return "peer";
    case resolve::EdgeType::kPeerOptional:
      return "peerOptional";
    case resolve::EdgeType::kWorkspace:
      return "workspace";
  }
  return "prod";
}

}  // namespace gyre::pkg
