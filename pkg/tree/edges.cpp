#include "pkg/tree/edges.hpp"

#include <algorithm>

namespace gyre::pkg {
namespace {

const Node* look_through(const Tree& tree, const Node* node) {
  return node != nullptr && node->is_link ? tree.find(node->link_target) : node;
}

class Collector {
 public:
  explicit Collector(const Tree& tree) : tree_(tree) {}

  void add(const Node& from, const NamedStrings& section, EdgeKind kind) {
    for (const auto& [name, spec] : section) {
      const Node* found = find_dependency(tree_, from.location, name);
      edges_.push_back({&from, look_through(tree_, found), name, spec, kind});
    }
  }
  std::vector<TreeEdge> take() { return std::move(edges_); }

 private:
  const Tree& tree_;
  std::vector<TreeEdge> edges_;
};

}  // namespace

bool is_top(const Node& node) { return name_of_location(node.location).empty(); }

const std::string& package_name(const Node& node) {
  return node.meta.name.empty() ? node.name : node.meta.name;
}

std::string package_label(const Node& node) {
  const std::string& name = package_name(node);
  return node.meta.version.empty() ? name : name + "@" + node.meta.version;
}

std::vector<TreeEdge> tree_edges(const Tree& tree) {
  Collector edges(tree);
  for (const auto& [location, node] : tree.nodes) {
    if (node.is_link) continue;
    edges.add(node, node.meta.dependencies, EdgeKind::kProd);
    edges.add(node, node.meta.optional_dependencies, EdgeKind::kOptional);
    edges.add(node, node.meta.peer_dependencies, EdgeKind::kPeer);
    if (is_top(node)) edges.add(node, node.meta.dev_dependencies, EdgeKind::kDev);
  }
  return edges.take();
}

}  // namespace gyre::pkg
