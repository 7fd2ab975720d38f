// Graph: the resolver's working tree. Nodes sit in node_modules folders (parent/children) and are
// joined by edges, one per dependency entry; an edge points at whatever the folder walk finds.
// Besides the project's tree there are virtual trees (scratch copies of a node in which a
// dependency and its peers are tried together) and detached subtrees. The Graph owns every node
// until it goes. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "pkg/resolve/overrides.hpp"
#include "pkg/resolve/wants.hpp"

namespace gyre::pkg::resolve {

class Graph;
class GraphNode;
class Pins;

enum class EdgeType : uint8_t { kProd, kDev, kOptional, kPeer, kPeerOptional, kWorkspace };

class Edge {
 public:
  enum class Problem : uint8_t { kUnknown, kNone, kMissing, kPeerLocal, kInvalid };

  Edge(GraphNode* from, EdgeType type, std::string_view name, const Want* want)
      : from_(from), name_(name), want_(want), raw_want_(want), type_(type) {}

  GraphNode* from() const { return from_; }
  GraphNode* to() const { return to_; }
  std::string_view name() const { return name_; }
  // What is asked for: as written, or what an override puts in its place.
  const Want& want() const { return *want_; }
  const Want& raw_want() const { return *raw_want_; }
  // What to look for: an import has the exact version that was locked here.
  const Want& fetch_want() const { return pin_ ? *pin_ : *want_; }
  // What was locked cannot be had.
  void drop_pin() { pin_ = nullptr; }
  bool is_pinned() const { return pin_ != nullptr; }
  const OverrideSet* overrides() const { return overrides_; }
  EdgeType type() const { return type_; }
  bool is_peer() const { return type_ == EdgeType::kPeer || type_ == EdgeType::kPeerOptional; }
  bool is_optional() const {
    return type_ == EdgeType::kOptional || type_ == EdgeType::kPeerOptional;
  }
  bool is_dev() const { return type_ == EdgeType::kDev; }
  Problem problem() const;
  bool is_valid() const { return problem() == Problem::kNone; }
  bool is_satisfied_by(const GraphNode& node) const;

  // A peer conflict that was let pass: not looked at again.
  bool peer_conflicted = false;

 private:
  friend class Graph;
  friend class GraphNode;
  GraphNode* from_;
  GraphNode* to_ = nullptr;
  std::string name_;
  const Want* want_;
  const Want* raw_want_;
  const Want* pin_ = nullptr;
  const OverrideSet* overrides_ = nullptr;  // in force behind this edge
  EdgeType type_;
  mutable Problem problem_ = Problem::kUnknown;
};

class GraphNode {
 public:
  std::string name;
  PackageRef package;
  std::string resolved;
  std::string integrity;
  NodeFlags flags{
      .dev = true, .optional = true, .dev_optional = true, .peer = true, .extraneous = true};
  bool is_inert = false;
  // The package could not be had; tolerated where only optional edges need it.
  std::optional<Error> failure;
  const OverrideSet* overrides = nullptr;  // in force for its dependencies
  // Virtual roots: the node of the project's tree this one stands for.
  GraphNode* source = nullptr;
  // Links: what the symlink points at, and its location ("packages/x", "../x").
  GraphNode* link_target = nullptr;
  std::string target_location;  // of tops that are not the root: where they are

  const PackageMeta& meta() const { return package->meta; }
  const std::string& version() const;
  const std::string& package_name() const { return target()->package->meta.name; }
  GraphNode* parent() const { return parent_; }
  GraphNode* root() { return root_; }
  const GraphNode* root() const { return root_; }
  bool is_link() const { return link_target != nullptr; }
  GraphNode* target() { return link_target ? link_target : this; }
  const GraphNode* target() const { return link_target ? link_target : this; }
  bool is_top() const { return parent_ == nullptr; }
  bool is_project_root() const { return root_ == this; }
  bool is_workspace() const;
  GraphNode* resolve_parent() const { return parent_ ? parent_ : fs_parent_; }
  GraphNode* resolve(std::string_view name) const;
  GraphNode* child(std::string_view name) const;
  const std::map<std::string, GraphNode*, std::less<>>& children() const { return children_; }
  const std::vector<std::unique_ptr<Edge>>& edges_out() const { return edges_out_; }
  const std::vector<Edge*>& edges_in() const { return edges_in_; }
  Edge* edge_out(std::string_view name) const;
  bool is_descendant_of(const GraphNode* node) const;
  int depth() const;
  std::string location() const;

  bool satisfies(const Edge& edge) const;
  // Same thing at another place.
  bool matches(const GraphNode& node) const;
  // Whether everything that uses `current` is content with this node in its place. Edges from peers
  // named in `ignored` do not count.
  bool can_replace(const GraphNode& current,
                   const std::unordered_set<std::string_view>& ignored = {}) const;
  // Whether a copy further up serves as well.
  bool can_dedupe(bool prefer_dedupe, bool explicit_request) const;
  // Below a package with an npm-shrinkwrap.json, which decides instead of us.
  bool is_in_shrinkwrap() const;
  // The package whose tarball brings this one; null for none.
  const GraphNode* bundler() const;

 private:
  friend class Graph;
  friend class Edge;
  GraphNode* parent_ = nullptr;
  GraphNode* fs_parent_ = nullptr;
  GraphNode* root_ = nullptr;
  std::map<std::string, GraphNode*, std::less<>> children_;
  std::vector<GraphNode*> fs_children_;
  std::vector<std::unique_ptr<Edge>> edges_out_;
  std::unordered_map<std::string_view, Edge*> edges_by_name_;
  std::vector<Edge*> edges_in_;
};

enum class PeerDeps : uint8_t { kInstall, kIgnore };

class Graph {
 public:
  Graph(WantCache& wants, PeerDeps peer_deps) : wants_(wants), peer_deps_(peer_deps) {}

  // Before anything is attached: the project whose manifest "$name" overrides refer to, and its
  // set.
  void set_overrides(GraphNode* project, const OverrideSet* overrides);

  // Before anything is attached: what each dependency was locked to.
  void set_pins(const Pins* pins) { pins_ = pins; }

  // A node without a place. Its edges are made when it is attached or made a root.
  GraphNode* make_node(std::string name, PackageRef package);
  GraphNode* make_link(std::string name, GraphNode* target);
  // Makes `node` the top of its own tree and loads its edges.
  void make_root(GraphNode* node);
  // A folder of the project that is no child of a node_modules (workspaces, file: folders).
  void attach_top(GraphNode* node, GraphNode* project, std::string location);
  // Puts `node` into parent/node_modules, in place of what is there.
  void attach(GraphNode* node, GraphNode* parent);
  // Takes `node` and all below it out of its tree; edges to it look for something else.
  void detach(GraphNode* node);
  // Puts `node` where `old` is, taking over its children.
  void replace(GraphNode* node, GraphNode* old);
  void add_workspace_edge(GraphNode* root, std::string_view name, std::string_view location);

  WantCache& wants() { return wants_; }
  // Nodes of the project's tree that have this name.
  std::vector<GraphNode*> named(const GraphNode* root, std::string_view name) const;

 private:
  void load_edges(GraphNode* node);
  void load_edges_of(GraphNode* node, const NamedStrings& list, EdgeType type);
  void add_edge(GraphNode* node, EdgeType type, std::string_view name, std::string_view spec);
  void remove_edge(GraphNode* node, std::string_view name);
  void reload(Edge& edge, bool hard);
  bool refresh_overrides(Edge& edge);
  const Want* overridden_want(const Edge& edge);
  void pin(Edge& edge) const;
  void edge_in_added(GraphNode* node, const OverrideSet* overrides);
  void edge_in_removed(GraphNode* node, const OverrideSet* overrides);
  void overrides_changed(GraphNode* node);
  void reload_named(GraphNode* node, std::string_view name);
  void set_root(GraphNode* node, GraphNode* root);
  void unlink_from_parent(GraphNode* node);
  static void collect(GraphNode* node, std::vector<GraphNode*>& out);

  WantCache& wants_;
  PeerDeps peer_deps_;
  GraphNode* project_ = nullptr;  // set when there are overrides
  const Pins* pins_ = nullptr;    // set by an import
  std::vector<std::unique_ptr<GraphNode>> nodes_;
  std::unordered_map<std::string_view, std::vector<GraphNode*>> by_name_;
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, std::vector<Edge*>, Hash, std::equal_to<>> edges_by_name_;
};

// `seeds` and all they depend on, without what something outside the set needs as well. `follows`
// says which edges count.
template <typename F>
std::vector<GraphNode*> gather_dependencies(const std::vector<GraphNode*>& seeds, F&& follows) {
  std::vector<GraphNode*> set;
  std::unordered_set<const GraphNode*> in_set;
  for (GraphNode* node : seeds) {
    if (in_set.insert(node).second) set.push_back(node);
  }
  for (size_t i = 0; i < set.size(); ++i) {
    for (const auto& edge : set[i]->edges_out()) {
      if (edge->to() && follows(*edge) && in_set.insert(edge->to()).second)
        set.push_back(edge->to());
    }
  }
  for (bool changed = true; changed && !set.empty();) {
    changed = false;
    for (size_t i = 0; i < set.size(); ++i) {
      if (set[i] == nullptr) continue;
      for (const Edge* edge : set[i]->edges_in()) {
        if (!in_set.contains(edge->from()) && follows(*edge)) {
          changed = true;
          in_set.erase(set[i]);
          set[i] = nullptr;
          break;
        }
      }
    }
    std::erase(set, nullptr);
  }
  return set;
}

}  // namespace gyre::pkg::resolve
