#include "pkg/resolve/place.hpp"

#include <algorithm>

#include "pkg/lockfile/collate.hpp"
#include "pkg/semver/range.hpp"

namespace gyre::pkg::resolve {

bool Placer::is_update(std::string_view name) const {
  return std::find(update_names_.begin(), update_names_.end(), name) != update_names_.end();
}

GraphNode* Placer::start_of(const PlaceStep& step) const {
  GraphNode* from = step.parent ? start_of(*step.parent) : step.edge->from();
  return deepest_nesting_target(from, step.edge->name());
}

std::optional<Conflict> Placer::place(GraphNode* dep, Edge* edge, bool explicit_request,
                                      std::unique_ptr<PlaceStep>& out) {
  out = std::make_unique<PlaceStep>();
  out->dep = dep;
  out->edge = edge;
  return run(*out, explicit_request);
}

std::optional<Conflict> Placer::run(PlaceStep& step, bool explicit_request) {
  Edge* edge = step.edge;
  if (edge->to() && edge->is_valid() && !explicit_request && !is_update(edge->name())) return {};
  bool give_up = false;
  if (MaybeConflict conflict = choose_target(step, explicit_request, give_up)) return conflict;
  if (give_up) return {};
  step.self = step.can_place->self();
  GraphNode* virtual_root = step.dep->parent();
  Placement how =
      step.can_place->placement() == Placement::kConflict ? step.self : step.can_place->placement();
  GraphNode* target = step.can_place->target();
  if (how == Placement::kKeep) {
    if (edge->is_peer() && !edge->is_valid()) override_conflict(*edge, step.dep, step);
    prune_dedupable(target, explicit_request, true);
    return {};
  }
  // A package inside itself becomes a link to itself: a cycle must not nest for ever.
  for (GraphNode* above = target; above; above = above->resolve_parent()) {
    if (above->is_top() || !above->matches(*step.dep)) continue;
    step.placed = graph_.make_link(step.dep->name, above);
    graph_.attach(step.placed, target);
    return {};
  }
  put(step, explicit_request);
  return place_peers(step, virtual_root, explicit_request);
}

// Whether `dep` takes the place of a version that is to be avoided, and is none itself.
bool Placer::leaves_avoided(const GraphNode* current, const GraphNode* dep) const {
  if (options_.avoid.empty() || current == nullptr || dep->failure) return false;
  auto is_avoided_one = [this](const Package& package) {
    const auto found = options_.avoid.find(package.meta.name);
    if (found == options_.avoid.end() || !package.version) return false;
    const auto range =
        semver::Range::parse(found->second, {semver::Mode::kLoose, semver::Prereleases::kInclude});
    return range && range->test(*package.version);
  };
  return is_avoided_one(*current->target()->package) && !is_avoided_one(*dep->target()->package);
}

// Walks up as long as the dependency may be placed there.
std::optional<Conflict> Placer::choose_target(PlaceStep& step, bool explicit_request,
                                              bool& give_up) {
  Edge* edge = step.edge;
  std::unique_ptr<CanPlace> best, best_self;
  for (GraphNode* target = start_of(step); target; target = target->resolve_parent()) {
    const Edge* target_edge = target->edge_out(edge->name());
    if (!target->is_top() && target_edge && target_edge->is_peer()) continue;
    CanPlaceQuery query{step.dep,
                        target,
                        edge,
                        options_.prefer_dedupe,
                        explicit_request,
                        leaves_avoided(target->child(edge->name()), step.dep)};
    auto check =
        std::make_unique<CanPlace>(query, step.parent ? step.parent->can_place.get() : nullptr);
    bool fits = check->placement() != Placement::kConflict;
    if (fits) {
      best = std::move(check);
      best_self.reset();
    } else {
      if (check->self() != Placement::kConflict) best_self = std::move(check);
      break;
    }
    if (step.dep->failure) break;
  }
  if (best) {
    step.can_place = std::move(best);
    return {};
  }
  // Only the peers stand against it: that may be overridden where it is not ours to decide.
  if (!options_.force && (is_mine(step) || options_.strict_peer_deps)) {
    step.can_place = std::move(best_self);
    return explain(*step.top().edge, step.top().dep, step);
  }
  if (!best_self) {
    override_conflict(*edge, step.dep, step);
    give_up = true;
    return {};
  }
  step.can_place = std::move(best_self);
  return {};
}

void Placer::put(PlaceStep& step, bool explicit_request) {
  GraphNode* dep = step.dep;
  GraphNode* target = step.can_place->target();
  GraphNode* virtual_root = dep->parent();
  if (dep->is_link()) {
    step.placed = graph_.make_link(dep->name, dep->link_target);
  } else {
    step.placed = graph_.make_node(dep->name, dep->package);
    step.placed->resolved = dep->resolved;
    step.placed->integrity = dep->integrity;
    step.placed->failure = dep->failure;
    step.placed->overrides = dep->overrides;
  }
  if (GraphNode* old = target->child(step.edge->name()))
    replace_old(step, old, virtual_root);
  else
    graph_.attach(step.placed, target);

  Edge* edge = step.edge;
  if (edge->is_peer() && !step.placed->satisfies(*edge)) override_conflict(*edge, dep, step);
  if (edge->is_valid() && edge->to() && edge->to() != step.placed)
    prune_dedupable(edge->to(), explicit_request, false);
  // Copies further down may have become superfluous.
  for (GraphNode* node : graph_.named(target->root(), step.edge->name())) {
    if (!node->is_descendant_of(target) || node->is_top()) continue;
    prune_dedupable(node, explicit_request, false);
    if (node->root() != target->root()) continue;
    std::vector<GraphNode*> kids;
    for (const auto& [name, kid] : node->children()) kids.push_back(kid);
    for (GraphNode* kid : kids) prune_dedupable(kid, explicit_request, false);
  }
}

std::optional<Conflict> Placer::place_peers(PlaceStep& step, GraphNode* virtual_root,
                                            bool explicit_request) {
  std::vector<Edge*> peers;
  for (const auto& edge : step.placed->edges_out()) {
    if (edge->is_peer()) peers.push_back(edge.get());
  }
  for (Edge* edge : peers) {
    if (edge->is_valid() || edge->peer_conflicted || !virtual_root) continue;
    GraphNode* peer = virtual_root->child(edge->name());
    if (!peer || !peer->satisfies(*edge)) continue;
    auto child = std::make_unique<PlaceStep>();
    child->parent = &step;
    child->dep = peer;
    child->edge = edge;
    PlaceStep& placed = *child;
    step.children.push_back(std::move(child));
    if (MaybeConflict conflict = run(placed, explicit_request)) return conflict;
  }
  return {};
}

void Placer::replace_old(PlaceStep& step, GraphNode* old, GraphNode* virtual_root) {
  GraphNode* target = old->parent();
  std::vector<GraphNode*> old_deps;
  for (const auto& edge : old->edges_out()) {
    if (!edge->to() || step.dep->edge_out(edge->name())) continue;
    GraphNode* only = edge->to();
    for (GraphNode* node :
         gather_dependencies({only}, [only](const Edge& e) { return e.to() != only; }))
      old_deps.push_back(node);
  }
  // Peers of what is replaced that the new one does not content go with it, if they can be nested.
  std::vector<GraphNode*> prune;
  std::vector<Edge*> incoming = old->edges_in();
  for (Edge* edge : incoming) {
    if (step.dep->satisfies(*edge) || !edge->is_peer() || edge->from()->parent() != target ||
        edge->peer_conflicted)
      continue;
    for (const PeerEntry& entry : peer_entry_sets(edge->from())) {
      GraphNode* entry_node = entry.edge->to();
      GraphNode* from = entry.edge->from();
      GraphNode* deepest = deepest_nesting_target(entry_node, "");
      if (deepest != target && !from->is_project_root() && !from->is_workspace()) {
        for (GraphNode* node : gather_dependencies({entry_node}, [entry_node](const Edge& e) {
               return e.to() != entry_node && !e.peer_conflicted;
             }))
          prune.push_back(node);
      } else {
        override_conflict(*edge, step.dep, step);
      }
    }
  }
  graph_.replace(step.placed, old);
  prune_for_replacement(step.placed, old_deps);
  for (GraphNode* dep : prune) {
    for (Edge* edge : dep->edges_in()) step.to_reconsider.push_back(edge->from());
    graph_.detach(dep);
  }
}

void Placer::prune_for_replacement(GraphNode* node, const std::vector<GraphNode*>& old_deps) {
  std::vector<GraphNode*> invalid;
  for (const auto& edge : node->edges_out()) {
    if (edge->to() && !edge->is_valid()) invalid.push_back(edge->to());
  }
  for (GraphNode* dep : old_deps) {
    for (GraphNode* member :
         gather_dependencies({dep}, [dep](const Edge& e) { return e.to() != dep && e.is_valid(); }))
      invalid.push_back(member);
  }
  for (GraphNode* dep : gather_dependencies(invalid, [node](const Edge& e) {
         return e.from() != node && e.to() != node && e.is_valid();
       }))
    graph_.detach(dep);
}

void Placer::prune_dedupable(GraphNode* node, bool explicit_request, bool descend) {
  if (node->can_dedupe(options_.prefer_dedupe, explicit_request)) {
    for (GraphNode* member : gather_dependencies(
             {node}, [node](const Edge& e) { return e.to() != node && e.is_valid(); }))
      graph_.detach(member);
    return;
  }
  if (!descend) return;
  std::vector<GraphNode*> kids;
  for (const auto& [name, kid] : node->children()) kids.push_back(kid);
  std::sort(kids.begin(), kids.end(),
            [](const GraphNode* a, const GraphNode* b) { return sorts_before(a->name, b->name); });
  for (GraphNode* kid : kids) prune_dedupable(kid, explicit_request, true);
}

// Whether the conflict is about what the project itself asks for: then it is an error.
bool Placer::is_mine(const PlaceStep& step) {
  auto is_ours = [](const GraphNode* node) {
    return node->is_workspace() || node->is_project_root();
  };
  const Edge& edge = *step.top().edge;
  GraphNode* node = edge.from();
  if (is_ours(node)) return true;
  if (!edge.is_peer()) return false;
  bool has_peer_edges = false;
  for (const Edge* in : node->edges_in()) {
    if (in->is_peer())
      has_peer_edges = true;
    else if (is_ours(in->from()))
      return true;
  }
  if (!has_peer_edges) return false;
  for (const PeerEntry& entry : peer_entry_sets(node)) {
    if (is_ours(entry.edge->from())) return true;
  }
  return false;
}

void Placer::override_conflict(Edge& edge, GraphNode* dep, const PlaceStep& step) {
  edge.peer_conflicted = true;
  on_overridden_(explain(edge, dep, step));
}

Conflict Placer::explain(Edge& edge, GraphNode* dep, const PlaceStep& step) const {
  Conflict conflict;
  conflict.name = std::string(edge.name());
  GraphNode* current = edge.from()->resolve(edge.name());
  if (step.can_place) {
    for (const CanPlace* peer : step.can_place->conflicting_peers()) {
      if (!peer->current()) continue;
      conflict.name = std::string(peer->edge()->name());
      conflict.wanted = side_of(*peer->edge(), peer->dep());
      for (const Edge* in : peer->current()->edges_in()) {
        if (!in->is_valid()) continue;
        conflict.current = side_of(*in, peer->current());
        break;
      }
      conflict.wanted.chain = chain_of(edge.from()) + " > " + label_of(dep);
      return conflict;
    }
  }
  conflict.wanted = side_of(edge, dep);
  if (current) {
    for (const Edge* in : current->edges_in()) {
      if (in == &edge) continue;
      conflict.current = side_of(*in, current);
      break;
    }
  }
  return conflict;
}

}  // namespace gyre::pkg::resolve
