#include "pkg/report.hpp"
#include "pkg/tree/edges.hpp"

#include <algorithm>
#include <deque>
#include <map>

namespace gyre::pkg {
namespace {

std::string label_of(const Node& node) {
  if (node.location.empty()) return node.meta.name.empty() ? "this project" : node.meta.name;
  return package_label(node);
}

}  // namespace

std::vector<std::string> requirement_chain(const Tree& tree, const std::string& location) {
  std::map<const Node*, const Node*> asked_by;
  std::deque<const Node*> queue;
  for (const auto& [at, node] : tree.nodes) {
    if (!name_of_location(at).empty()) continue;  // the root and workspaces ask first
    asked_by[&node] = nullptr;
    queue.push_back(&node);
  }
  const Node* target = tree.find(location);
  while (!queue.empty() && !asked_by.contains(target)) {
    const Node* node = queue.front();
    queue.pop_front();
    const PackageMeta& meta = node->meta;
    for (const NamedStrings* list : {&meta.dependencies, &meta.dev_dependencies,
                                     &meta.optional_dependencies, &meta.peer_dependencies}) {
      for (const auto& [name, spec] : *list) {
        const Node* next = find_dependency(tree, node->location, name);
        if (next != nullptr && asked_by.try_emplace(next, node).second) queue.push_back(next);
      }
    }
  }
  std::vector<std::string> chain;
  if (target == nullptr) return chain;
  for (const Node* node = target; node != nullptr;) {
    chain.push_back(label_of(*node));
    const auto asker = asked_by.find(node);
    node = asker == asked_by.end() ? nullptr : asker->second;
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

std::set<std::string> needed_locations(const Tree& tree, const std::vector<std::string>& from) {
  std::set<std::string> needed(from.begin(), from.end());
  std::vector<std::string> queue = from;
  for (const auto& [location, node] : tree.nodes) {
    const bool leads_here =
        node.is_link && std::find(from.begin(), from.end(), node.link_target) != from.end();
    if (leads_here) needed.insert(location);
  }
  while (!queue.empty()) {
    const Node* node = tree.find(queue.back());
    queue.pop_back();
    if (node == nullptr) continue;
    if (node->is_link && needed.insert(node->link_target).second)
      queue.push_back(node->link_target);
    const PackageMeta& meta = node->meta;
    for (const NamedStrings* list : {&meta.dependencies, &meta.dev_dependencies,
                                     &meta.optional_dependencies, &meta.peer_dependencies}) {
      for (const auto& [name, spec] : *list) {
        const Node* next = find_dependency(tree, node->location, name);
        if (next != nullptr && needed.insert(next->location).second)
          queue.push_back(next->location);
      }
    }
  }
  return needed;
}

std::string chain_text(const std::vector<std::string>& chain) {
  std::string text;
  for (const std::string& link : chain) text += (text.empty() ? "" : " > ") + link;
  return text;
}

}  // namespace gyre::pkg
