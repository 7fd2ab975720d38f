// Explanation: why a package is in the tree: what depends on it, what depends on that, up to the
// project. Each package is explained once; an explanation that is under way is cut short, so cycles
// end. Pure.
#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "pkg/inspect/project_graph.hpp"

namespace gyre::pkg {

struct Explanation;

struct Dependent {
  const resolve::Edge* edge = nullptr;
  const Explanation* from = nullptr;
};

struct Explanation {
  const resolve::GraphNode* node = nullptr;
  bool is_cut = false;  // being explained further up
  std::vector<Dependent> dependents;
  std::vector<const Explanation*> links;  // symlinks that lead to it
};

class Explainer {
 public:
  explicit Explainer(const ProjectGraph& graph);

  // Packages that `words` mean: a name, a location, a path, name@range. By location.
  std::vector<const resolve::GraphNode*> find(const std::string& words) const;
  // Lives as long as the Explainer.
  const Explanation* explain(const resolve::GraphNode* node);

 private:
  const Explanation* cut(const resolve::GraphNode* node);

  const ProjectGraph& graph_;
  std::deque<Explanation> all_;
  std::unordered_map<const resolve::GraphNode*, const Explanation*> done_;
  std::unordered_map<const resolve::GraphNode*, bool> under_way_;
  std::unordered_map<const resolve::GraphNode*, std::vector<const resolve::GraphNode*>> links_;
};

}  // namespace gyre::pkg
