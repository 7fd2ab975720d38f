#include "pkg/resolve/can_place.hpp"

#include <algorithm>

namespace gyre::pkg::resolve {
namespace {

bool contains(const std::vector<GraphNode*>& list, const GraphNode* node) {
  return std::find(list.begin(), list.end(), node) != list.end();
}

// Node and everything reachable over valid peer edges, in both directions.
std::vector<GraphNode*> connected_peers(GraphNode* node) {
  std::vector<GraphNode*> all{node};
  for (size_t i = 0; i < all.size(); ++i) {
    auto add = [&all](GraphNode* found) {
      if (!contains(all, found)) all.push_back(found);
    };
    for (const auto& edge : all[i]->edges_out()) {
      if (edge->is_peer() && edge->to() && edge->is_valid()) add(edge->to());
    }
    for (const Edge* edge : all[i]->edges_in()) {
      if (edge->is_peer() && edge->is_valid()) add(edge->from());
    }
  }
  return all;
}

std::vector<GraphNode*> peers_below(GraphNode* node) {
  std::vector<GraphNode*> set{node};
  for (size_t i = 0; i < set.size(); ++i) {
    for (const auto& edge : set[i]->edges_out()) {
      if (edge->is_peer() && edge->to() && edge->is_valid() && !contains(set, edge->to()))
        set.push_back(edge->to());
    }
  }
  return set;
}

std::unordered_set<std::string_view> child_names(const GraphNode* node) {
  std::unordered_set<std::string_view> names;
  if (!node) return names;
  for (const auto& [name, child] : node->children()) names.insert(name);
  return names;
}

}  // namespace

GraphNode* deepest_nesting_target(GraphNode* start, std::string_view name) {
  for (GraphNode* target = start;; target = target->resolve_parent()) {
    if (target->is_project_root() || !target->resolve_parent()) return target;
    const Edge* edge = target->edge_out(name);
    if (!edge || !edge->is_peer()) return target;
  }
}

std::vector<PeerEntry> peer_entry_sets(GraphNode* node) {
  std::vector<PeerEntry> entries;
  for (GraphNode* peer : connected_peers(node)) {
    for (Edge* edge : peer->edges_in()) {
      if (!edge->is_valid() || (edge->is_peer() && !edge->from()->is_top())) continue;
      std::vector<GraphNode*> set = peers_below(peer);
      if (contains(set, node)) entries.push_back({edge, std::move(set)});
    }
  }
  return entries;
}

CanPlace::CanPlace(const CanPlaceQuery& query, CanPlace* parent, std::vector<GraphNode*> peer_path)
    : dep_(query.dep),
      target_(query.target),
      edge_(query.edge),
      parent_(parent),
      prefer_dedupe_(query.prefer_dedupe || query.edge->is_peer()),
      explicit_request_(query.explicit_request),
      replaces_newer_(query.replaces_newer),
      edge_override_(!query.dep->satisfies(*query.edge)),
      current_(query.target->child(query.edge->name())),
      target_edge_(query.target->edge_out(query.edge->name())),
      peer_path_(std::move(peer_path)) {
  placement_ = check();
  if (!self_known_) self_ = placement_;
}

Placement CanPlace::check() {
  if (dep_->failure) return current_ ? Placement::kReplace : Placement::kOk;
  if (target_edge_ && target_edge_->is_peer() && !target_->is_top()) return Placement::kConflict;
  if (!current_ && target_edge_ && target_edge_ != edge_ && !dep_->satisfies(*target_edge_))
    return Placement::kConflict;
  return current_ ? check_current() : check_free();
}

GraphNode* CanPlace::deepest_target() const {
  GraphNode* start = parent_ ? parent_->deepest_target() : edge_->from();
  return deepest_nesting_target(start, edge_->name());
}

Placement CanPlace::check_current() {
  if (dep_->matches(*current_) && (current_->satisfies(*edge_) || edge_override_))
    return explicit_request_ ? Placement::kReplace : Placement::kKeep;

  const auto& current_version = current_->target()->package->version;
  const auto& new_version = dep_->target()->package->version;
  bool is_upgrade = current_version && new_version &&
                    (replaces_newer_ || compare(*new_version, *current_version) >= 0);
  if (is_upgrade && dep_->can_replace(*current_)) {
    Placement result = check_peers(Placement::kReplace);
    if (result != Placement::kConflict) return result;
  }
  if (current_->satisfies(*edge_) && (!explicit_request_ || prefer_dedupe_))
    return Placement::kKeep;
  if (prefer_dedupe_ && !is_upgrade && dep_->can_replace(*current_)) {
    Placement result = check_peers(Placement::kReplace);
    if (result != Placement::kConflict) return result;
  }
  // Where it could still go deeper, the current one is left in peace.
  if (target_ != deepest_target()) return Placement::kConflict;
  if (!edge_->is_peer() && target_ == edge_->from()) return check_peers(Placement::kReplace);
  if (!parent_ && !edge_->is_peer()) return Placement::kConflict;
  return can_clobber_peer_sets() ? check_peers(Placement::kReplace) : Placement::kConflict;
}

// A peer's place is taken: it may be taken over when every set the current one belongs to either is
// replaced along with it or can be nested deeper.
bool CanPlace::can_clobber_peer_sets() const {
  const GraphNode* virtual_root = dep_->parent();
  for (const PeerEntry& entry : peer_entry_sets(current_)) {
    if (entry.edge == edge_ || entry.edge == top()->edge_) continue;
    GraphNode* entry_node = entry.edge->to();
    GraphNode* replacement = virtual_root ? virtual_root->child(entry_node->name) : nullptr;
    if (replacement && replacement->can_replace(*entry_node, child_names(virtual_root))) continue;
    bool can_clobber = !replacement;
    std::vector<GraphNode*> walk{entry_node};
    for (size_t i = 0; can_clobber && i < walk.size(); ++i) {
      for (const auto& edge : walk[i]->edges_out()) {
        if (!edge->is_peer() || !edge->is_valid()) continue;
        GraphNode* substitute = virtual_root ? virtual_root->child(edge->name()) : nullptr;
        if (!substitute) {
          if (edge->to() && !contains(walk, edge->to())) walk.push_back(edge->to());
        } else if (!substitute->satisfies(*edge)) {
          can_clobber = false;
          break;
        }
      }
    }
    if (can_clobber) continue;
    for (const GraphNode* peer : entry.set) {
      GraphNode* deep = deepest_nesting_target(entry.edge->from(), peer->name);
      if (deep == target_ || target_->is_descendant_of(deep)) return false;
    }
  }
  return true;
}

// Nothing is there, but something further up may be in use below: it would be shadowed.
Placement CanPlace::check_free() {
  GraphNode* entry_from = top()->edge_->from();
  GraphNode* shadowed = target_ != entry_from ? target_->resolve(edge_->name()) : nullptr;
  if (shadowed) {
    for (const Edge* edge : shadowed->edges_in()) {
      if (edge->from()->is_descendant_of(target_) && edge->is_valid() && !dep_->satisfies(*edge))
        return Placement::kConflict;
    }
  }
  return check_peers(Placement::kOk);
}

Placement CanPlace::check_peers(Placement state) {
  self_ = state;
  self_known_ = true;
  if (peers_checked_) return peers_result_;
  std::vector<GraphNode*> path = peer_path_;
  path.push_back(dep_);
  bool conflict = false;
  for (const auto& edge : dep_->edges_out()) {
    if (!edge->is_peer() || !edge->to() || contains(path, edge->to())) continue;
    GraphNode* peer = edge->to();
    CanPlaceQuery query{peer, deepest_nesting_target(target_, peer->name), edge.get(), true, false};
    children_.push_back(std::make_unique<CanPlace>(query, this, path));
    conflict |= children_.back()->placement() == Placement::kConflict;
  }
  peers_checked_ = true;
  peers_result_ = conflict ? Placement::kConflict : state;
  return peers_result_;
}

std::vector<const CanPlace*> CanPlace::conflicting_peers() const {
  std::vector<const CanPlace*> out;
  for (const auto& child : children_) {
    if (child->placement() == Placement::kConflict) out.push_back(child.get());
    std::vector<const CanPlace*> below = child->conflicting_peers();
    out.insert(out.end(), below.begin(), below.end());
  }
  return out;
}

}  // namespace gyre::pkg::resolve
