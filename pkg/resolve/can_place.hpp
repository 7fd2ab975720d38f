// CanPlace: whether a dependency, with its peers, may go into a given node_modules. Reads only; the
// tree is changed by Placer. One thread.
#pragma once

#include <memory>
#include <unordered_set>
#include <vector>

#include "pkg/resolve/graph.hpp"

namespace gyre::pkg::resolve {

enum class Placement : uint8_t {
  kConflict,  // something there or further down needs another version
  kOk,        // the place is free
  kReplace,   // takes the place of what is there
  kKeep,      // what is there will do
};

struct CanPlaceQuery {
  GraphNode* dep;     // in a virtual tree, beside its peers
  GraphNode* target;  // whose node_modules
  Edge* edge;         // that wants it
  bool prefer_dedupe = false;
  bool explicit_request = false;
  bool replaces_newer = false;  // what is there is to go, even for an older version
};

class CanPlace {
 public:
  // `parent`: the check of which this is a part, because dep is a peer of its dep.
  CanPlace(const CanPlaceQuery& query, CanPlace* parent, std::vector<GraphNode*> peer_path = {});

  Placement placement() const { return placement_; }
  // Leaving the peers out of account.
  Placement self() const { return self_; }
  GraphNode* target() const { return target_; }
  GraphNode* dep() const { return dep_; }
  Edge* edge() const { return edge_; }
  GraphNode* current() const { return current_; }
  // Peers, and their peers, that cannot be placed.
  std::vector<const CanPlace*> conflicting_peers() const;

 private:
  Placement check();
  Placement check_current();
  Placement check_free();
  Placement check_peers(Placement state);
  bool can_clobber_peer_sets() const;
  GraphNode* deepest_target() const;
  const CanPlace* top() const { return parent_ ? parent_->top() : this; }

  GraphNode* dep_;
  GraphNode* target_;
  Edge* edge_;
  CanPlace* parent_;
  bool prefer_dedupe_;
  bool explicit_request_;
  bool replaces_newer_;
  bool edge_override_;
  GraphNode* current_;
  Edge* target_edge_;
  std::vector<GraphNode*> peer_path_;
  std::vector<std::unique_ptr<CanPlace>> children_;
  bool peers_checked_ = false;
  Placement peers_result_ = Placement::kConflict;
  Placement self_ = Placement::kConflict;
  bool self_known_ = false;
  Placement placement_ = Placement::kConflict;
};

// The furthest place down where `name` may be put for `start`: at a node that has it as a peer it
// cannot be, the peer belongs beside it.
GraphNode* deepest_nesting_target(GraphNode* start, std::string_view name);

// Sets of peers that hang together with `node`: the edge by which each set came into the tree, and
// the set.
struct PeerEntry {
  Edge* edge;
  std::vector<GraphNode*> set;
};
std::vector<PeerEntry> peer_entry_sets(GraphNode* node);

}  // namespace gyre::pkg::resolve
