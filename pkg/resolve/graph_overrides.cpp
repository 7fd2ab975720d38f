// The part of Graph that carries override sets along edges.
#include <algorithm>

#include "pkg/resolve/graph.hpp"

namespace gyre::pkg::resolve {
namespace {

const std::string* find_spec(const NamedStrings& list, std::string_view name) {
  for (const auto& [key, spec] : list) {
    if (key == name) return &spec;
  }
  return nullptr;
}

// What "$name" refers to.
const std::string* referred_spec(const PackageMeta& meta, std::string_view name) {
  for (const NamedStrings* list : {&meta.dev_dependencies, &meta.optional_dependencies,
                                   &meta.dependencies, &meta.peer_dependencies}) {
    if (const std::string* spec = find_spec(*list, name)) return spec;
  }
  return nullptr;
}

bool same(const OverrideSet* a, const OverrideSet* b) { return a ? a->is_equal(b) : b == nullptr; }

}  // namespace

void Graph::set_overrides(GraphNode* project, const OverrideSet* overrides) {
  project_ = project;
  project->overrides = overrides;
}

const Want* Graph::overridden_want(const Edge& edge) {
  const OverrideSet* rule = edge.overrides_;
  if (!rule || rule->name() != edge.name_ || rule->value() == "*") return edge.raw_want_;
  std::string value = rule->value();
  if (value.starts_with('$')) {
    std::string_view name = std::string_view(value).substr(1);
    const std::string* spec = referred_spec(project_->meta(), name);
    if (!spec) spec = referred_spec(edge.from_->meta(), name);
    // An unknown reference can never be satisfied; its text says why.
    value = spec ? *spec : "unknown override reference " + value;
  }
  return wants_.get(edge.name_, value);
}

// True when other overrides hold behind the edge than before.
bool Graph::refresh_overrides(Edge& edge) {
  const OverrideSet* from = edge.from_->overrides;
  const OverrideSet* now = from ? from->behind(edge.name_, *edge.raw_want_) : nullptr;
  if (same(now, edge.overrides_)) return false;
  edge.overrides_ = now;
  edge.want_ = overridden_want(edge);
  pin(edge);
  edge.problem_ = Edge::Problem::kUnknown;
  return true;
}

void Graph::overrides_changed(GraphNode* node) {
  if (node->is_link()) {
    edge_in_added(node->link_target, node->overrides);
    return;
  }
  for (const auto& edge : node->edges_out_) {
    reload(*edge, true);
    if (edge->to_) edge_in_added(edge->to_, edge->overrides_);
  }
}

void Graph::edge_in_added(GraphNode* node, const OverrideSet* overrides) {
  if (!overrides || same(overrides, node->overrides)) return;
  if (!node->overrides) {
    node->overrides = overrides;
    overrides_changed(node);
    return;
  }
  const OverrideSet* merged = OverrideSet::merge(node->overrides, overrides);
  if (!merged || same(merged, node->overrides)) return;
  node->overrides = merged;
  overrides_changed(node);
}

void Graph::edge_in_removed(GraphNode* node, const OverrideSet* overrides) {
  if (!node->overrides || !same(node->overrides, overrides)) return;
  const OverrideSet* rest = nullptr;
  for (const Edge* edge : node->edges_in_)
    rest = rest && edge->overrides_ ? OverrideSet::merge(edge->overrides_, rest) : edge->overrides_;
  if (same(rest, node->overrides)) return;
  node->overrides = rest;
  if (rest) overrides_changed(node);
}

}  // namespace gyre::pkg::resolve
