#include "pkg/resolve/graph.hpp"

#include <algorithm>

#include "pkg/resolve/pins.hpp"

namespace gyre::pkg::resolve {

GraphNode* GraphNode::child(std::string_view child_name) const {
  auto found = children_.find(child_name);
  return found == children_.end() ? nullptr : found->second;
}

GraphNode* GraphNode::resolve(std::string_view wanted) const {
  for (const GraphNode* node = this; node; node = node->resolve_parent()) {
    if (GraphNode* found = node->child(wanted)) return found;
  }
  return nullptr;
}

Edge* GraphNode::edge_out(std::string_view wanted) const {
  auto found = edges_by_name_.find(wanted);
  return found == edges_by_name_.end() ? nullptr : found->second;
}

bool GraphNode::is_descendant_of(const GraphNode* node) const {
  for (const GraphNode* p = this; p; p = p->resolve_parent()) {
    if (p == node) return true;
  }
  return false;
}

int GraphNode::depth() const {
  int depth = 0;
  for (const GraphNode* p = parent_; p; p = p->parent_) ++depth;
  return depth;
}

std::string GraphNode::location() const {
  if (parent_ == nullptr) return target_location;
  std::string above = parent_->location();
  return (above.empty() ? "node_modules/" : above + "/node_modules/") + name;
}

bool GraphNode::is_workspace() const {
  if (is_project_root() || root_ == nullptr) return false;
  const Edge* edge = root_->edge_out(package_name());
  return edge && edge->type() == EdgeType::kWorkspace && edge->to() &&
         (edge->to() == this || edge->to()->target() == this);
}

GraphNode* Graph::make_node(std::string name, PackageRef package) {
  auto node = std::make_unique<GraphNode>();
  node->name = std::move(name);
  node->resolved = package->tarball;
  node->integrity = package->integrity;
  node->package = std::move(package);
  node->root_ = node.get();
  nodes_.push_back(std::move(node));
  return nodes_.back().get();
}

GraphNode* Graph::make_link(std::string name, GraphNode* target) {
  GraphNode* link = make_node(std::move(name), target->package);
  link->link_target = target;
  link->resolved.clear();
  link->integrity.clear();
  return link;
}

void Graph::add_edge(GraphNode* node, EdgeType type, std::string_view name, std::string_view spec) {
  remove_edge(node, name);
  auto edge = std::make_unique<Edge>(node, type, name, wants_.get(name, spec));
  node->edges_by_name_[edge->name()] = edge.get();
  edges_by_name_[std::string(name)].push_back(edge.get());
  pin(*edge);
  reload(*edge, true);
  node->edges_out_.push_back(std::move(edge));
}

// Peers take what is there: no tool's lockfile binds them to a version of their own.
void Graph::pin(Edge& edge) const {
  if (pins_ && !edge.is_peer() && edge.type_ != EdgeType::kWorkspace)
    edge.pin_ = pins_->find(*edge.from_, edge.name_, *edge.raw_want_, *edge.want_);
}

void Graph::remove_edge(GraphNode* node, std::string_view name) {
  Edge* edge = node->edge_out(name);
  if (!edge) return;
  if (edge->to_) std::erase(edge->to_->edges_in_, edge);
  std::erase(edges_by_name_[std::string(name)], edge);
  node->edges_by_name_.erase(edge->name());
  std::erase_if(node->edges_out_, [edge](const auto& owned) { return owned.get() == edge; });
}

void Graph::load_edges_of(GraphNode* node, const NamedStrings& list, EdgeType type) {
  for (const auto& [name, spec] : list) {
    const Edge* current = node->edge_out(name);
    if (!current || current->type() != EdgeType::kWorkspace) add_edge(node, type, name, spec);
  }
}

// Later sections win over earlier ones, and a workspace over all.
void Graph::load_edges(GraphNode* node) {
  if (node->is_link()) return;
  const PackageMeta& meta = node->meta();
  if (peer_deps_ == PeerDeps::kInstall) {
    NamedStrings required, optional;
    for (const auto& entry : meta.peer_dependencies) {
      bool may_miss = std::find(meta.optional_peers.begin(), meta.optional_peers.end(),
                                entry.first) != meta.optional_peers.end();
      (may_miss ? optional : required).push_back(entry);
    }
    load_edges_of(node, required, EdgeType::kPeer);
    load_edges_of(node, optional, EdgeType::kPeerOptional);
  }
  load_edges_of(node, meta.dependencies, EdgeType::kProd);
  load_edges_of(node, meta.optional_dependencies, EdgeType::kOptional);
  bool own_dev = node->is_top() && (!node->source || node->source->is_top());
  if (own_dev) load_edges_of(node, meta.dev_dependencies, EdgeType::kDev);
}

void Graph::make_root(GraphNode* node) {
  node->root_ = node;
  load_edges(node);
}

void Graph::add_workspace_edge(GraphNode* root, std::string_view name, std::string_view location) {
  add_edge(root, EdgeType::kWorkspace, name, "file:" + std::string(location));
}

void Graph::reload(Edge& edge, bool hard) {
  const OverrideSet* old_overrides = edge.overrides_;
  bool changed = project_ && refresh_overrides(edge);
  GraphNode* found = edge.from_->resolve(edge.name_);
  if (found != edge.to_) {
    if (edge.to_) {
      std::erase(edge.to_->edges_in_, &edge);
      edge_in_removed(edge.to_, old_overrides);
    }
    edge.to_ = found;
    edge.problem_ = Edge::Problem::kUnknown;
    if (found) {
      edge_in_added(found, edge.overrides_);
      found->edges_in_.push_back(&edge);
    }
  } else if (hard) {
    edge.problem_ = Edge::Problem::kUnknown;
  } else if (changed && found) {
    edge.problem_ = Edge::Problem::kUnknown;
    edge_in_removed(found, old_overrides);
    edge_in_added(found, edge.overrides_);
  }
}

// Edges named `name` from `node` on down may now find something else in it.
void Graph::reload_named(GraphNode* node, std::string_view name) {
  auto found = edges_by_name_.find(name);
  if (found == edges_by_name_.end()) return;
  for (Edge* edge : found->second) {
    if (edge->from_->root_ != node->root_ || !edge->from_->is_descendant_of(node)) continue;
    bool points_here = edge->to_ && edge->to_->parent_ == node;
    if (points_here || edge->from_->resolve(name) != edge->to_) reload(*edge, true);
  }
}

void Graph::collect(GraphNode* node, std::vector<GraphNode*>& out) {
  out.push_back(node);
  for (auto& [name, child] : node->children_) collect(child, out);
  for (GraphNode* child : node->fs_children_) collect(child, out);
}

// Moves a subtree to another tree and has its edges look again.
void Graph::set_root(GraphNode* node, GraphNode* root) {
  std::vector<GraphNode*> subtree;
  collect(node, subtree);
  for (GraphNode* member : subtree) {
    auto& list = by_name_[member->name];  // keyed by a name that lives as long as the Graph
    if (member->root_ != root) {
      std::erase(list, member);
      member->root_ = root;
      list.push_back(member);
    } else if (std::find(list.begin(), list.end(), member) == list.end()) {
      list.push_back(member);
    }
  }
  for (GraphNode* member : subtree) {
    std::vector<Edge*> incoming = member->edges_in_;
    for (Edge* edge : incoming) {
      if (edge->from_->root_ != root) reload(*edge, false);
    }
    for (auto& edge : member->edges_out_) {
      if (!edge->to_ || edge->to_->root_ != root) reload(*edge, false);
    }
  }
}

std::vector<GraphNode*> Graph::named(const GraphNode* root, std::string_view name) const {
  std::vector<GraphNode*> out;
  auto found = by_name_.find(name);
  if (found == by_name_.end()) return out;
  for (GraphNode* node : found->second) {
    if (node->root_ == root) out.push_back(node);
  }
  return out;
}

void Graph::unlink_from_parent(GraphNode* node) {
  if (node->parent_) {
    auto found = node->parent_->children_.find(node->name);
    if (found != node->parent_->children_.end() && found->second == node)
      node->parent_->children_.erase(found);
    node->parent_ = nullptr;
  }
  if (node->fs_parent_) {
    std::erase(node->fs_parent_->fs_children_, node);
    node->fs_parent_ = nullptr;
  }
}

void Graph::detach(GraphNode* node) {
  if (!node->parent_ && !node->fs_parent_) return;
  unlink_from_parent(node);
  set_root(node, node);
}

void Graph::attach(GraphNode* node, GraphNode* parent) {
  parent = parent->target();
  if (node == parent || node->parent_ == parent) return;
  bool is_new = node->edges_out_.empty();
  unlink_from_parent(node);
  if (GraphNode* current = parent->child(node->name)) detach(current);
  parent->children_[node->name] = node;
  node->parent_ = parent;
  set_root(node, parent->root_);
  reload_named(parent, node->name);
  if (is_new) load_edges(node);
}

void Graph::attach_top(GraphNode* node, GraphNode* project, std::string location) {
  node->target_location = std::move(location);
  node->fs_parent_ = project;
  project->fs_children_.push_back(node);
  set_root(node, project->root_);
  load_edges(node);
}

void Graph::replace(GraphNode* node, GraphNode* old) {
  GraphNode* parent = old->parent_;
  if (!parent) return;
  bool is_new = node->edges_out_.empty();
  std::vector<GraphNode*> kids;
  for (auto& [name, kid] : old->children_) kids.push_back(kid);
  if (!node->is_link()) {
    for (GraphNode* kid : kids) {
      unlink_from_parent(kid);
      node->children_[kid->name] = kid;
      kid->parent_ = node;
    }
  }
  detach(old);
  parent->children_[node->name] = node;
  node->parent_ = parent;
  set_root(node, parent->root_);
  reload_named(parent, node->name);
  if (is_new) load_edges(node);
}

}  // namespace gyre::pkg::resolve
