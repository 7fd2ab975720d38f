// The part of Builder that fetches a dependency together with its peers into a virtual tree.
#include <algorithm>

#include "pkg/lockfile/collate.hpp"
#include "pkg/resolve/builder.hpp"
#include "pkg/resolve/location.hpp"

namespace gyre::pkg::resolve {

GraphNode* Builder::virtual_root(GraphNode* node, Reuse reuse) {
  auto known = virtual_roots_.find(node);
  if (reuse == Reuse::kYes && known != virtual_roots_.end()) return known->second;
  GraphNode* root = graph_.make_node(node->name, node->package);
  root->source = node;
  root->overrides = node->overrides;
  graph_.make_root(root);
  virtual_roots_[node] = root;
  return root;
}

GraphNode* Builder::failure_node(Edge* edge, GraphNode* parent, Error error) {
  GraphNode* node = graph_.make_node(std::string(edge->name()), package_from_meta({}));
  node->failure = std::move(error);
  graph_.attach(node, parent);
  failures_.insert(node);
  return node;
}

Result<GraphNode*> Builder::node_from_spec(Edge* edge, GraphNode* parent) {
  const Want& want = edge->fetch_want();
  if (want.error) return failure_node(edge, parent, *want.error);
  if (!want.spec.is_registry()) return local_node(edge, parent);
  const PackageResult* result = catalogue_.find(want);
  // The locked version is gone from the registry: any that fits will do.
  if (result && !*result && edge->is_pinned() && result->error().is(Code::ETARGET)) {
    edge->drop_pin();
    return node_from_spec(edge, parent);
  }
  if (!result) {
    catalogue_.seed(want, Catalogue::Depth::kAll);
    missing_ = true;
    return nullptr;
  }
  if (!*result) {
    // Hostile metadata stops the installation even where the package is optional.
    const Error& error = result->error();
    if (error.is(Code::EINVALIDNAME) || error.is(Code::EINVALIDBIN)) {
      const std::string chain =
          chain_of(edge->from()) + " > " + std::string(edge->name()) + "@" + want.text;
      return Error::with_code_name(error.code(), error.message() + " (" + chain + ")")
          .with_hint(error.hint());
    }
    return failure_node(edge, parent, error);
  }
  GraphNode* node = graph_.make_node(std::string(edge->name()), result->value());
  graph_.attach(node, parent);
  return node;
}

// What is no registry package: folders, workspaces, archives, repositories.
Result<GraphNode*> Builder::local_node(Edge* edge, GraphNode* parent) {
  const Spec& spec = edge->want().spec;
  if (spec.kind == SpecKind::kWorkspace) {
    for (const LocalPackage& workspace : request_.workspaces) {
      if (workspace.meta.name == spec.target_name)
        return folder_node(edge, parent, workspace.location);
    }
    return failure_node(edge, parent,
                        Error(Code::ETARGET, std::string(edge->name()) + "@" + edge->want().text +
                                                 ": no workspace has that name"));
  }
  if (spec.kind == SpecKind::kFolder) {
    return folder_node(edge, parent, join_location(base_location(*edge->from()), spec.fetch_spec));
  }
  return outside_node(edge, parent);
}

std::optional<ManifestRequest> Builder::outside_request(const Edge& edge) const {
  const Spec& spec = edge.fetch_want().spec;
  switch (spec.kind) {
    case SpecKind::kGit:
      return ManifestRequest{"git:" + spec.git_url + '#' + spec.git_committish +
                                 "::" + spec.git_range + "::" + spec.git_subdir,
                             {},
                             false,
                             spec};
    case SpecKind::kRemote:
      return ManifestRequest{spec.fetch_spec, spec.fetch_spec, false, {}};
    case SpecKind::kFile: {
      std::string location = join_location(base_location(*edge.from()), spec.fetch_spec);
      return ManifestRequest{
          "file:" + location, absolute_location(options_.project_dir, location), false, {}};
    }
    default:
      return {};
  }
}

// A package in an archive or a repository, which says itself what it is.
Result<GraphNode*> Builder::outside_node(Edge* edge, GraphNode* parent) {
  std::optional<ManifestRequest> request = outside_request(*edge);
  if (!request) {
    return failure_node(edge, parent,
                        Error(Code::EUNSUPPORTEDPROTOCOL, edge->want().text + " is not supported"));
  }
  const std::string key = request->key;
  const PackageResult* result = catalogue_.find_local(key);
  if (!result) {
    catalogue_.seed_local(std::move(*request));
    missing_ = true;
    return nullptr;
  }
  if (!*result) return failure_node(edge, parent, result->error());
  GraphNode* node = graph_.make_node(std::string(edge->name()), result->value());
  if (edge->want().spec.kind != SpecKind::kGit) node->resolved = key;
  graph_.attach(node, parent);
  return node;
}

// A link to a folder; the folder itself stands in the project's tree.
Result<GraphNode*> Builder::folder_node(Edge* edge, GraphNode* parent,
                                        const std::string& location) {
  GraphNode* target = top_at(location);
  if (!target) {
    std::string key = "folder:" + location;
    const PackageResult* result = catalogue_.find_local(key);
    if (!result) {
      catalogue_.seed_local({key, absolute_location(options_.project_dir, location), true, {}});
      missing_ = true;
      return nullptr;
    }
    if (!*result) return failure_node(edge, parent, result->error());
    const std::string& own = result->value()->meta.name;
    target = graph_.make_node(own.empty() ? std::string(edge->name()) : own, result->value());
    graph_.attach_top(target, root_, location);
    tops_[location] = target;
  }
  GraphNode* link = graph_.make_link(std::string(edge->name()), target);
  graph_.attach(link, parent);
  return link;
}

Result<GraphNode*> Builder::node_from_edge(Edge* edge, GraphNode* parent, Edge* second,
                                           Required& required) {
  if (!parent) parent = virtual_root(edge->from(), Reuse::kNo);
  GYRE_ASSIGN(GraphNode * node, node_from_spec(edge, parent));
  if (missing_) return nullptr;
  if (second && !second->is_valid()) {
    // Both edges want this name: the second one's choice is taken where it suits the first as well.
    GYRE_ASSIGN(GraphNode * other, node_from_spec(second, parent));
    if (missing_) return nullptr;
    if (edge->is_valid())
      node = other;
    else
      graph_.attach(node, parent);
  }
  bool needed = required.contains(edge->from()) && edge->type() != EdgeType::kPeerOptional;
  needed |=
      second && required.contains(second->from()) && second->type() != EdgeType::kPeerOptional;
  if (needed) required.insert(node);
  return load_peer_set(node, required);
}

Result<GraphNode*> Builder::load_peer_set(GraphNode* node, Required& required) {
  std::vector<Edge*> peers;
  for (const auto& edge : node->edges_out()) {
    if (edge->is_peer() && !(edge->is_valid() && edge->to())) peers.push_back(edge.get());
  }
  std::stable_sort(peers.begin(), peers.end(), [](const Edge* a, const Edge* b) {
    return compare_locale(a->name(), b->name()) < 0;
  });
  for (Edge* edge : peers) {
    if (!node->parent()) break;  // replaced meanwhile: another version suits better
    if (edge->is_valid() && edge->to()) continue;
    bool stop = false;
    GYRE_TRY(load_peer(edge, node, required, stop));
    if (missing_) return nullptr;
    if (stop) break;
  }
  return node;
}

Status Builder::load_peer(Edge* edge, GraphNode* node, Required& required, bool& stop) {
  GraphNode* parent = node->parent();
  Edge* parent_edge = parent->edge_out(edge->name());
  GraphNode* source = parent->source;
  bool is_mine = source && (source->is_project_root() || source->is_workspace());
  bool conflict_ok = options_.force || (!is_mine && !options_.strict_peer_deps);
  if (!edge->to()) {
    if (!parent_edge) {
      GYRE_ASSIGN([[maybe_unused]] GraphNode * peer,
                  node_from_edge(edge, parent, nullptr, required));
      return ok();
    }
    GYRE_ASSIGN(GraphNode * dep, node_from_edge(parent_edge, parent, edge, required));
    if (missing_ || edge->is_valid()) return ok();
    if (conflict_ok || !required.contains(dep)) {
      edge->peer_conflicted = true;
      return ok();
    }
    if (!node->parent()) {
      stop = true;
      return ok();
    }
    return peer_conflict(edge, parent_edge);
  }
  GraphNode* current = edge->to();
  GYRE_ASSIGN(GraphNode * dep, node_from_edge(edge, nullptr, nullptr, required));
  if (missing_) return ok();
  if (dep->can_replace(*current)) {
    GYRE_ASSIGN([[maybe_unused]] GraphNode * peer, node_from_edge(edge, parent, nullptr, required));
    return ok();
  }
  if (conflict_ok || !required.contains(edge->from())) return ok();
  return peer_conflict(edge, parent_edge);
}

Status Builder::peer_conflict(Edge* edge, Edge* parent_edge) {
  Conflict conflict;
  conflict.name = std::string(edge->name());
  GraphNode* current = edge->from()->resolve(edge->name());
  conflict.wanted = side_of(*edge, current);
  GraphNode* source = edge->from()->parent() ? edge->from()->parent()->source : nullptr;
  if (source) conflict.wanted.chain = chain_of(source) + " > " + label_of(edge->from());
  if (parent_edge) conflict.current = side_of(*parent_edge, current);
  return conflict_failure(std::move(conflict));
}

// Breadth first below `root`: something already in the tree that an optional peer could use.
GraphNode* Builder::find_hoistable(GraphNode* root, const Edge& edge) const {
  std::vector<GraphNode*> queue;
  for (const auto& [name, child] : root->children()) queue.push_back(child);
  for (size_t i = 0; i < queue.size(); ++i) {
    if (queue[i]->name == edge.name() && !queue[i]->bundler() && queue[i]->satisfies(edge))
      return queue[i];
    for (const auto& [name, child] : queue[i]->children()) queue.push_back(child);
  }
  return nullptr;
}

}  // namespace gyre::pkg::resolve
