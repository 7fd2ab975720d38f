// Builder: one attempt to build the ideal graph from what the Catalogue knows. It works through the
// nodes whose edges are not met, shallow ones first; where metadata is missing it asks for it and
// stops, and a new attempt starts once it is there. Attempts cost no I/O and always begin from the
// same state, so the result cannot depend on the order of replies. One thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "pkg/resolve/catalogue.hpp"
#include "pkg/resolve/load_tree.hpp"
#include "pkg/resolve/pins.hpp"
#include "pkg/resolve/place.hpp"

namespace gyre::pkg::resolve {

enum class Attempt : uint8_t { kDone, kMissing };

class Builder {
 public:
  Builder(const Options& options, const IdealRequest& request, Catalogue& catalogue,
          WantCache& wants);

  // kMissing: the catalogue has been asked for more.
  Result<Attempt> run();
  // After kDone.
  Tree to_tree() const;
  std::vector<Warning> take_warnings() { return std::move(warnings_); }
  size_t placed() const { return placed_; }

 private:
  using Required = std::unordered_set<const GraphNode*>;
  struct QueueKey {
    int depth;
    std::string location;
    size_t sequence;
    bool operator<(const QueueKey& other) const;
  };

  // loading.cpp
  Status load_root();
  bool is_resolution(std::string_view name) const;
  void accept_locked_conflicts();
  PackageRef locked_manifest(const Node& node);
  GraphNode* top_at(const std::string& location) { return resolve::top_at(tops_, location); }

  // builder.cpp
  Result<Attempt> load_contents(GraphNode* node);
  bool brings_packages(const GraphNode& node) const;
  void enqueue(GraphNode* node);
  void enqueue_unmet();
  GraphNode* next();
  Result<Attempt> build_node(GraphNode* node);
  std::vector<Edge*> problem_edges(GraphNode* node) const;
  void seed(const std::vector<Edge*>& edges);
  Error conflict_failure(Conflict conflict) const;
  std::string version_that_accepts(const ConflictSide& side, const std::string& name,
                                   const std::string& version) const;
  void after_placement(const PlaceStep& step);
  void enqueue_links();
  bool is_update(std::string_view name) const;
  bool is_explicit(const Edge& edge) const;

  // peers.cpp: a null node with missing_ set means that metadata is missing.
  enum class Reuse : uint8_t { kYes, kNo };
  GraphNode* virtual_root(GraphNode* node, Reuse reuse);
  Result<GraphNode*> node_from_edge(Edge* edge, GraphNode* parent, Edge* second,
                                    Required& required);
  Result<GraphNode*> node_from_spec(Edge* edge, GraphNode* parent);
  Result<GraphNode*> local_node(Edge* edge, GraphNode* parent);
  Result<GraphNode*> outside_node(Edge* edge, GraphNode* parent);
  // What must be read for an archive or a repository; nothing for other dependencies.
  std::optional<ManifestRequest> outside_request(const Edge& edge) const;
  Result<GraphNode*> folder_node(Edge* edge, GraphNode* parent, const std::string& location);
  Result<GraphNode*> load_peer_set(GraphNode* node, Required& required);
  Status load_peer(Edge* edge, GraphNode* node, Required& required, bool& stop);
  GraphNode* failure_node(Edge* edge, GraphNode* parent, Error error);
  GraphNode* find_hoistable(GraphNode* root, const Edge& edge) const;
  Status peer_conflict(Edge* edge, Edge* parent_edge);

  // flags.cpp
  void prune_extraneous();
  Status check_failures();
  Status check_platforms();
  void make_inert(GraphNode* node);
  std::vector<GraphNode*> all_nodes() const { return nodes_of(root_, tops_); }
  Error with_chain(const GraphNode* node, const Error& error) const;

  const Options& options_;
  const IdealRequest& request_;
  Catalogue& catalogue_;
  WantCache& wants_;
  std::unique_ptr<OverrideSet> overrides_;
  Graph graph_;
  Placer placer_;
  Pins pins_;
  GraphNode* root_ = nullptr;
  Tops tops_;
  std::set<std::pair<QueueKey, GraphNode*>> queue_;
  std::unordered_set<const GraphNode*> queued_, seen_;
  std::vector<GraphNode*> links_;
  std::unordered_set<GraphNode*> failures_;
  std::unordered_map<GraphNode*, GraphNode*> virtual_roots_;
  std::vector<Warning> warnings_;
  size_t sequence_ = 0;
  size_t placed_ = 0;
  bool missing_ = false;
};

}  // namespace gyre::pkg::resolve
