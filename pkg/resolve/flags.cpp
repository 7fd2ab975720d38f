// The part of Builder that judges the finished graph: why each node is there, what may be missing,
// what this machine cannot run.
#include <algorithm>

#include "pkg/registry/pick.hpp"
#include "pkg/resolve/builder.hpp"

namespace gyre::pkg::resolve {
namespace {

void reset(NodeFlags& flags) {
  bool bundled = flags.in_bundle;
  flags = {.dev = true,
           .optional = true,
           .dev_optional = true,
           .peer = true,
           .extraneous = true,
           .in_bundle = bundled};
}

// Clears in `to` what `from` (and the kind of edge between them) disproves. True when it did.
bool clear_through_link(NodeFlags& to, const NodeFlags& from) {
  NodeFlags before = to;
  to.dev = to.dev && from.dev;
  to.optional = to.optional && from.optional;
  to.dev_optional = to.dev_optional && from.dev_optional;
  to.peer = to.peer && from.peer;
  to.extraneous = to.extraneous && from.extraneous;
  return !(before == to);
}

bool clear_through_edge(NodeFlags& to, const NodeFlags& from, const Edge& edge) {
  NodeFlags before = to;
  bool peer = edge.is_peer(), optional = edge.is_optional(), dev = edge.is_dev();
  if (!from.extraneous && !(peer && optional)) to.extraneous = false;
  if (!from.dev && !dev) to.dev = false;
  if (!from.optional && !optional) to.optional = false;
  if (!from.dev_optional && !from.dev && !from.optional && !dev && !optional)
    to.dev_optional = false;
  if (!from.peer && !peer) to.peer = false;
  return !(before == to);
}

std::vector<std::string_view> views(const std::vector<std::string>& list) {
  return {list.begin(), list.end()};
}

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& item : list) out += (out.empty() ? "" : ", ") + item;
  return out;
}

}  // namespace

bool runs_on(const PackageMeta& meta, const Platform& platform) {
  return is_platform_ok(views(meta.os), views(meta.cpu), views(meta.libc), platform);
}

std::vector<GraphNode*> nodes_of(GraphNode* root, const Tops& tops) {
  std::vector<GraphNode*> nodes{root};
  for (const auto& [location, top] : tops) {
    if (top->root() == root) nodes.push_back(top);
  }
  for (size_t i = 0; i < nodes.size(); ++i) {
    for (const auto& [name, child] : nodes[i]->children()) nodes.push_back(child);
  }
  return nodes;
}

void compute_flags(GraphNode* root, const std::vector<GraphNode*>& nodes) {
  for (GraphNode* node : nodes) reset(node->flags);
  root->flags = {};
  std::unordered_set<GraphNode*> seen;
  std::vector<GraphNode*> stack{root};
  while (!stack.empty()) {
    GraphNode* node = stack.back();
    stack.pop_back();
    seen.insert(node);
    if (!node->flags.extraneous) {
      for (GraphNode* up = node->resolve_parent(); up && up->flags.extraneous;
           up = up->resolve_parent())
        up->flags.extraneous = false;
    }
    if (node->is_link()) {
      GraphNode* target = node->link_target;
      if (clear_through_link(target->flags, node->flags) || !seen.contains(target))
        stack.push_back(target);
      continue;
    }
    for (const auto& edge : node->edges_out()) {
      if (edge->to() && clear_through_edge(edge->to()->flags, node->flags, *edge))
        stack.push_back(edge->to());
    }
  }
  for (GraphNode* node : seen) {
    if (node != root && (node->flags.dev || node->flags.optional)) node->flags.dev_optional = false;
  }
}

// What an older lockfile had and nothing needs any more.
void Builder::prune_extraneous() {
  if (!request_.locked.from_disk && !request_.prune) return;
  for (GraphNode* node : all_nodes()) {
    if (node->flags.extraneous && node != root_) graph_.detach(node);
  }
}

Error Builder::with_chain(const GraphNode* node, const Error& error) const {
  std::string chain = chain_of(node);
  for (const Edge* edge : node->edges_in()) {
    chain = chain_of(edge->from()) + " > " + node->name + "@" + edge->want().text;
    break;
  }
  return Error::with_code_name(error.code(), error.message() + " (" + chain + ")")
      .with_hint(error.hint());
}

// The packages that stand or fall together with an optional one that cannot be had.
void Builder::make_inert(GraphNode* node) {
  std::vector<GraphNode*> set{node};
  std::unordered_set<const GraphNode*> in_set{node};
  for (size_t i = 0; i < set.size(); ++i) {
    for (const Edge* edge : set[i]->edges_in()) {
      if (!edge->is_optional() && in_set.insert(edge->from()).second) set.push_back(edge->from());
    }
  }
  for (GraphNode* member : gather_dependencies(set, [&in_set](const Edge& edge) {
         return !in_set.contains(edge.to()) && !edge.from()->is_inert;
       }))
    member->is_inert = true;
}

Status Builder::check_failures() {
  for (GraphNode* node : all_nodes()) {
    if (!node->failure) continue;
    if (!node->flags.optional) return with_chain(node, *node->failure);
    make_inert(node);
  }
  return ok();
}

Status Builder::check_platforms() {
  for (GraphNode* node : all_nodes()) {
    if (node->is_link() || node->failure) continue;
    const PackageMeta& meta = node->meta();
    bool engine = is_engine_ok(meta.engines_node, options_.platform);
    bool platform = runs_on(meta, options_.platform);
    if (engine && platform) continue;
    if (node->flags.optional) {
      if (!node->is_inert) make_inert(node);
      continue;
    }
    bool omitted =
        (node->flags.dev && options_.omit.dev) || (node->flags.peer && options_.omit.peer);
    if (omitted || options_.force) continue;
    if (!platform) {
      std::string wanted = joined(meta.os) + (meta.cpu.empty() ? "" : " " + joined(meta.cpu)) +
                           (meta.libc.empty() ? "" : " " + joined(meta.libc));
      return Error(Code::EBADPLATFORM,
                   label_of(node) + " runs on " + wanted + " only, this is " +
                       options_.platform.os + " " + options_.platform.cpu + " " +
                       options_.platform.libc + " (" + chain_of(node) + ")",
                   "Make it an optional dependency, or install with --force.");
    }
    std::string message = label_of(node) + " wants node " + meta.engines_node + ", this is " +
                          options_.platform.node_version + " (" + chain_of(node) + ")";
    if (options_.engine_strict) return Error(Code::EBADENGINE, std::move(message));
    warnings_.push_back({"EBADENGINE", std::move(message)});
  }
  return ok();
}

Tree Builder::to_tree() const {
  Tree tree;
  tree.root_dir = options_.project_dir;
  tree.from_disk = request_.locked.from_disk;
  for (const GraphNode* node : all_nodes()) {
    Node out;
    out.location = node->location();
    out.name = node->name;
    out.flags = node->flags;
    out.is_inert = node->is_inert;
    if (node->is_link()) {
      out.is_link = true;
      out.link_target = node->link_target->location();
      out.meta.name = node->package_name();
      out.meta.version = node->version();
      out.meta.bins = node->link_target->meta().bins;
    } else {
      if (node->failure) continue;  // nothing is known of it: neither lock nor disk can have it
      out.meta = node->meta();
      out.resolved = node->resolved;
      out.integrity = node->integrity;
      out.unpacked_size = node->package->unpacked_size;
      out.file_count = node->package->file_count;
      out.flags.in_bundle = node->bundler() != nullptr;
      out.is_registry = !node->edges_in().empty();
      for (const Edge* edge : node->edges_in()) out.is_registry &= edge->want().spec.is_registry();
    }
    tree.nodes.emplace(out.location, std::move(out));
  }
  return tree;
}

}  // namespace gyre::pkg::resolve
