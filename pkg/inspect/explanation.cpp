#include "pkg/inspect/explanation.hpp"

#include <algorithm>

#include "pkg/spec/spec.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {

using resolve::GraphNode;

Explainer::Explainer(const ProjectGraph& graph) : graph_(graph) {
  for (const GraphNode* node : graph.nodes()) {
    if (node->is_link()) links_[node->link_target].push_back(node);
  }
}

std::vector<const GraphNode*> Explainer::find(const std::string& words) const {
  std::vector<const GraphNode*> found;
  if (is_valid_package_name(words)) {
    for (const GraphNode* node : graph_.nodes()) {
      if (node->package_name() == words) found.push_back(node);
    }
    return found;
  }
  std::string location = words;
  while (location.ends_with('/')) location.pop_back();
  const std::string path = path::resolve(graph_.project().dir, location);
  for (const std::string& at : {location, path::relative(graph_.project().dir, path)}) {
    if (const GraphNode* node = graph_.find(at)) return {node};
  }
  const size_t at = words.find('@', 1);
  if (at == std::string::npos || !is_valid_package_name(words.substr(0, at))) return found;
  semver::RangeCache ranges;
  const semver::Range* range = ranges.get(words.substr(at + 1));
  if (!range) return found;
  for (const GraphNode* node : graph_.nodes()) {
    if (node->package_name() == words.substr(0, at) && range->test(node->version()))
      found.push_back(node);
  }
  return found;
}

const Explanation* Explainer::cut(const GraphNode* node) {
  all_.push_back({node, true, {}, {}});
  return &all_.back();
}

// Depth first without recursion: chains of dependencies can be as long as somebody makes them.
const Explanation* Explainer::explain(const GraphNode* wanted) {
  struct Frame {
    Explanation* made;
    std::vector<Dependent> pending;  // edges still to follow
    std::vector<const GraphNode*> pending_links;
    size_t next = 0;
  };
  if (auto known = done_.find(wanted); known != done_.end()) return known->second;
  std::vector<Frame> stack;
  auto enter = [&](const GraphNode* node) {
    all_.push_back({node, false, {}, {}});
    Frame frame{&all_.back(), {}, {}};
    if (!node->is_project_root()) {
      for (const resolve::Edge* edge : node->edges_in()) {
        // An edge that is not met keeps nothing in its place, but the project's own are shown.
        if (edge->is_valid() || edge->from()->is_project_root())
          frame.pending.push_back({edge, nullptr});
      }
      // As npm has it: what depends on a workspace comes before the project that lists it.
      std::stable_partition(frame.pending.begin(), frame.pending.end(), [](const Dependent& d) {
        return d.edge->type() != resolve::EdgeType::kWorkspace;
      });
      if (auto links = links_.find(node); links != links_.end())
        frame.pending_links = links->second;
    }
    under_way_[node] = true;
    stack.push_back(std::move(frame));
  };
  enter(wanted);
  const Explanation* last = nullptr;
  while (!stack.empty()) {
    Frame& frame = stack.back();
    const size_t edges = frame.pending.size();
    if (frame.next == edges + frame.pending_links.size()) {
      last = frame.made;
      under_way_.erase(last->node);
      done_[last->node] = last;
      stack.pop_back();
      continue;
    }
    const bool is_link = frame.next >= edges;
    const GraphNode* node =
        is_link ? frame.pending_links[frame.next - edges] : frame.pending[frame.next].edge->from();
    const Explanation* from = nullptr;
    if (auto known = done_.find(node); known != done_.end())
      from = known->second;
    else if (under_way_.contains(node))
      from = cut(node);
    if (!from) {
      enter(node);
      continue;
    }
    if (is_link)
      frame.made->links.push_back(from);
    else
      frame.made->dependents.push_back({frame.pending[frame.next].edge, from});
    ++frame.next;
  }
  return last;
}

}  // namespace gyre::pkg
