#include "pkg/inspect/listing.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "pkg/lockfile/collate.hpp"
#include "runtime/base/json.hpp"

namespace gyre::pkg {
namespace {

using resolve::Edge;
using resolve::GraphNode;

bool is_omitted_edge(const Edge& edge, const Omit& omit) {
  return (omit.dev && edge.is_dev()) || (omit.optional && edge.is_optional()) ||
         (omit.peer && edge.is_peer());
}

class Lister {
 public:
  Lister(ProjectGraph& graph, const ListRequest& request) : graph_(graph), request_(request) {}

  Listing run() {
    ListItem root;
    root.node = graph_.root();
    root.name = root.node->name;
    root.id = graph_.id_of(*root.node);
    root.is_included = request_.specs.empty();
    seen_.insert(graph_.root());
    listing_.items.push_back(std::move(root));
    listing_.first_seen.push_back(0);
    std::deque<size_t> queue{0};
    while (!queue.empty()) {
      const size_t index = queue.front();
      queue.pop_front();
      visit(index);
      for (ListItem& child : children_of(index)) {
        child.parent = index;
        child.depth = depth_of(index) + 1;
        queue.push_back(listing_.items.size());
        if (child.node && !child.is_deduped) listing_.first_seen.push_back(listing_.items.size());
        listing_.items.push_back(std::move(child));
      }
    }
    for (size_t i = 1; i < listing_.items.size(); ++i) {
      if (listing_.items[i].is_included)
        listing_.items[listing_.items[i].parent].children.push_back(i);
    }
    return std::move(listing_);
  }

 private:
  // A workspace's dependencies count as the project's own.
  size_t depth_of(size_t index) const {
    const ListItem& item = listing_.items[index];
    return item.node && item.node->is_workspace() ? 0 : item.depth;
  }

  void visit(size_t index) {
    ListItem& item = listing_.items[index];
    if (item.node && !item.is_deduped) item.invalid = invalid_[item.node];
    if (item.is_missing && !item.is_optional)
      item.problems.push_back("missing: " + item.id + ", required by " + item.required_by);
    if (!item.invalid.empty())
      item.problems.push_back("invalid: " + item.id + " " + graph_.path_of(*item.node));
    if (item.node && !item.is_deduped && item.node->flags.extraneous)
      item.problems.push_back("extraneous: " + item.id + " " + graph_.path_of(*item.node));
    if (!item.is_included) return;
    for (const std::string& problem : item.problems) {
      if (known_problems_.insert(problem).second) listing_.problems.push_back(problem);
    }
    for (size_t up = index; up != 0;) {
      up = listing_.items[up].parent;
      if (std::exchange(listing_.items[up].is_included, true)) break;
    }
  }

  std::vector<ListItem> children_of(size_t index) {
    const ListItem& parent = listing_.items[index];
    std::vector<ListItem> found;
    if (!parent.node || parent.is_deduped || depth_of(index) > request_.depth) return found;
    const bool is_first_level = depth_of(index) == 0;
    std::set<const GraphNode*> mapped;
    for (const auto& edge : parent.node->target()->edges_out()) {
      if (!is_wanted(*edge)) continue;
      if (is_first_level && is_omitted_edge(*edge, request_.omit)) continue;
      const bool is_link = edge->to() && edge->to()->is_link();
      if (is_first_level && request_.links_only && !is_link) continue;
      if (edge->to()) mapped.insert(edge->to());
      found.push_back(item_for(*edge));
    }
    for (const auto& [name, child] : parent.node->children()) {
      if (!child->flags.extraneous || mapped.contains(child)) continue;
      ListItem item;
      item.node = child;
      item.name = child->name;
      item.id = graph_.id_of(*child);
      found.push_back(std::move(item));
    }
    std::stable_sort(found.begin(), found.end(), [](const ListItem& a, const ListItem& b) {
      return compare_locale(a.id, b.id) < 0;
    });
    for (ListItem& item : found) mark(item);
    return found;
  }

  void mark(ListItem& item) {
    if (!item.node) {
      item.is_included = request_.specs.empty();
      return;
    }
    if (!seen_.insert(item.node).second) {
      item.is_deduped = true;
      item.invalid = invalid_[item.node];
    }
    item.is_match =
        std::any_of(request_.specs.begin(), request_.specs.end(),
                    [&](const std::string& spec) { return graph_.matches(*item.node, spec); });
    item.is_included = request_.specs.empty() || item.is_match;
  }

  // Workspaces filter what the project itself leads to.
  bool is_wanted(const Edge& edge) const {
    const bool is_own = edge.from()->is_project_root();
    const bool to_workspace = edge.to() && edge.to()->is_workspace();
    if (!request_.with_workspaces && is_own && to_workspace) return false;
    if (request_.workspaces.empty() || !is_own) return true;
    if (request_.with_root && edge.to() && !to_workspace) return true;
    const auto& chosen = request_.workspaces;
    return to_workspace &&
           std::find(chosen.begin(), chosen.end(), edge.to()->target()) != chosen.end();
  }

  ListItem item_for(const Edge& edge) {
    ListItem item;
    item.name = edge.name();
    item.wanted = edge.want().text.empty() ? "*" : edge.want().text;
    item.is_optional = edge.is_optional();
    item.node = edge.to();
    if (!edge.to()) {
      item.is_missing = true;
      item.id = item.name + "@" + edge.want().text;
      item.required_by = graph_.id_of(*edge.from());
      return item;
    }
    item.id = graph_.id_of(*edge.to());
    if (edge.problem() == Edge::Problem::kInvalid) {
      std::string from = edge.from()->location();
      std::string& invalid = invalid_[edge.to()];
      invalid += (invalid.empty() ? "" : ", ") + json::quote(item.wanted) + " from " +
                 (from.empty() ? "the root project" : from);
    }
    return item;
  }

  ProjectGraph& graph_;
  const ListRequest& request_;
  Listing listing_;
  std::set<const GraphNode*> seen_;
  std::map<const GraphNode*, std::string> invalid_;
  std::set<std::string> known_problems_;
};

}  // namespace

bool Listing::has_failures() const {
  return std::any_of(problems.begin(), problems.end(), [](const std::string& problem) {
    return !problem.starts_with("extraneous:");
  });
}

Listing list_packages(ProjectGraph& graph, const ListRequest& request) {
  return Lister(graph, request).run();
}

}  // namespace gyre::pkg
