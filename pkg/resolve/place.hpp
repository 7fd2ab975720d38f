// Placer: puts a dependency and its peers into the tree, as far up as it may go; the only code that
// changes the project's tree once it is loaded. One thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pkg/options.hpp"
#include "pkg/resolve/can_place.hpp"
#include "pkg/resolve/explain.hpp"
#include "pkg/resolve/graph.hpp"
#include "pkg/resolve/ideal.hpp"

namespace gyre::pkg::resolve {

// One placement and those of its peers.
struct PlaceStep {
  PlaceStep* parent = nullptr;
  GraphNode* dep = nullptr;
  Edge* edge = nullptr;
  GraphNode* placed = nullptr;  // null: nothing was changed
  std::unique_ptr<CanPlace> can_place;
  Placement self = Placement::kConflict;
  std::vector<GraphNode*> to_reconsider;
  std::vector<std::unique_ptr<PlaceStep>> children;
  const PlaceStep& top() const { return parent ? parent->top() : *this; }
};

class Placer {
 public:
  Placer(Graph& graph, const Options& options, const std::vector<std::string>& update_names,
         std::function<void(Conflict)> on_overridden)
      : graph_(graph),
        options_(options),
        update_names_(update_names),
        on_overridden_(std::move(on_overridden)) {}

  // The conflict, when the dependency cannot be placed.
  std::optional<Conflict> place(GraphNode* dep, Edge* edge, bool explicit_request,
                                std::unique_ptr<PlaceStep>& out);

 private:
  using MaybeConflict = std::optional<Conflict>;
  MaybeConflict run(PlaceStep& step, bool explicit_request);
  bool leaves_avoided(const GraphNode* current, const GraphNode* dep) const;
  MaybeConflict choose_target(PlaceStep& step, bool explicit_request, bool& give_up);
  void put(PlaceStep& step, bool explicit_request);
  MaybeConflict place_peers(PlaceStep& step, GraphNode* virtual_root, bool explicit_request);
  void replace_old(PlaceStep& step, GraphNode* old, GraphNode* virtual_root);
  void prune_for_replacement(GraphNode* node, const std::vector<GraphNode*>& old_deps);
  void prune_dedupable(GraphNode* node, bool explicit_request, bool descend);
  void override_conflict(Edge& edge, GraphNode* dep, const PlaceStep& step);
  Conflict explain(Edge& edge, GraphNode* dep, const PlaceStep& step) const;
  GraphNode* start_of(const PlaceStep& step) const;
  static bool is_mine(const PlaceStep& step);
  bool is_update(std::string_view name) const;

  Graph& graph_;
  const Options& options_;
  const std::vector<std::string>& update_names_;
  std::function<void(Conflict)> on_overridden_;
};

}  // namespace gyre::pkg::resolve
