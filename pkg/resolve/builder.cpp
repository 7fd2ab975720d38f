#include "pkg/resolve/builder.hpp"

#include <algorithm>

#include "pkg/lockfile/collate.hpp"

namespace gyre::pkg::resolve {

Builder::Builder(const Options& options, const IdealRequest& request, Catalogue& catalogue,
                 WantCache& wants)
    : options_(options),
      request_(request),
      catalogue_(catalogue),
      wants_(wants),
      graph_(wants, options.legacy_peer_deps ? PeerDeps::kIgnore : PeerDeps::kInstall),
      placer_(graph_, options, request.update_names,
              [this](Conflict conflict) {
                warnings_.push_back({"ERESOLVE", conflict_error(conflict).message()});
              }),
      pins_(request.preferred, wants) {
  if (!request.preferred.by_name.empty()) graph_.set_pins(&pins_);
}

bool Builder::QueueKey::operator<(const QueueKey& other) const {
  if (depth != other.depth) return depth < other.depth;
  if (int order = compare_locale(location, other.location)) return order < 0;
  return sequence < other.sequence;
}

void Builder::enqueue(GraphNode* node) {
  if (!queued_.insert(node).second) return;
  queue_.insert({QueueKey{node->depth(), node->location(), sequence_++}, node});
}

GraphNode* Builder::next() {
  GraphNode* node = queue_.begin()->second;
  queue_.erase(queue_.begin());
  queued_.erase(node);
  return node;
}

bool Builder::is_update(std::string_view name) const {
  const std::vector<std::string>& names = request_.update_names;
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool Builder::is_explicit(const Edge& edge) const {
  if (!edge.from()->is_project_root() && !edge.from()->is_workspace()) return false;
  const std::vector<std::string>& names = request_.explicit_names;
  return std::find(names.begin(), names.end(), edge.name()) != names.end();
}

// Everything reachable that has an edge to mend.
void Builder::enqueue_unmet() {
  std::vector<GraphNode*> stack{root_};
  std::unordered_set<const GraphNode*> visited{root_};
  for (auto& [location, top] : tops_) {
    if (visited.insert(top).second) stack.push_back(top);
  }
  while (!stack.empty()) {
    GraphNode* node = stack.back();
    stack.pop_back();
    bool unmet = false;
    for (const auto& edge : node->edges_out()) {
      unmet |= !edge->to() || !edge->is_valid();
      unmet |= edge->to() && is_update(edge->name());
      GraphNode* to = edge->to() ? edge->to()->target() : nullptr;
      if (to && visited.insert(to).second) stack.push_back(to);
    }
    if (unmet) enqueue(node);
  }
  enqueue(root_);
}

std::vector<Edge*> Builder::problem_edges(GraphNode* node) const {
  std::vector<Edge*> problems;
  const std::vector<std::string>& bundled = node->meta().bundle_dependencies;
  bool is_own = node->is_project_root() || node->is_workspace();
  for (const auto& edge : node->edges_out()) {
    if (!is_own && std::find(bundled.begin(), bundled.end(), edge->name()) != bundled.end())
      continue;
    if (edge->to() && failures_.contains(edge->to())) continue;
    if (edge->to() && edge->to()->is_in_shrinkwrap()) continue;
    bool wanted;
    if (!edge->to()) {
      wanted = edge->type() != EdgeType::kPeerOptional || is_explicit(*edge);
    } else if (!edge->is_valid()) {
      wanted = true;
    } else {
      wanted = !edge->to()->is_workspace() && (is_update(edge->name()) || is_explicit(*edge));
    }
    if (wanted) problems.push_back(edge.get());
  }
  return problems;
}

// Asks for all that these edges will need, so that it comes in one round.
void Builder::seed(const std::vector<Edge*>& edges) {
  for (const Edge* edge : edges) {
    if (edge->peer_conflicted) continue;
    catalogue_.seed(edge->fetch_want(), edge->type() == EdgeType::kPeerOptional
                                            ? Catalogue::Depth::kPeers
                                            : Catalogue::Depth::kAll);
    if (auto request = outside_request(*edge)) catalogue_.seed_local(std::move(*request));
  }
}

Result<Attempt> Builder::run() {
  GYRE_TRY(load_root());
  if (missing_) return Attempt::kMissing;
  enqueue_unmet();
  while (true) {
    while (!queue_.empty()) {
      GraphNode* node = next();
      if (seen_.contains(node) || node->root() != root_) continue;
      GYRE_ASSIGN(Attempt attempt, build_node(node));
      if (attempt == Attempt::kMissing) return attempt;
    }
    enqueue_links();
    if (queue_.empty()) break;
  }
  compute_flags(root_, all_nodes());
  prune_extraneous();
  GYRE_TRY(check_failures());
  GYRE_TRY(check_platforms());
  return Attempt::kDone;
}

// Workspaces and linked folders have dependencies of their own.
void Builder::enqueue_links() {
  for (GraphNode* link : std::exchange(links_, {})) {
    GraphNode* target = link->link_target;
    bool inside =
        !target->target_location.starts_with("..") && !target->target_location.starts_with('/');
    if (link->root() == root_ && target->root() == root_ && inside && !seen_.contains(target))
      enqueue(target);
  }
}

Result<Attempt> Builder::build_node(GraphNode* node) {
  seen_.insert(node);
  if (brings_packages(*node)) {
    GYRE_ASSIGN(Attempt attempt, load_contents(node));
    if (attempt == Attempt::kMissing) return attempt;
  }
  std::vector<Edge*> problems = problem_edges(node);
  seed(problems);
  std::vector<std::pair<Edge*, GraphNode*>> tasks;
  for (Edge* edge : problems) {
    if (edge->peer_conflicted) continue;
    // Peers of earlier dependencies of this node may already be the answer.
    GraphNode* virtual_node = virtual_root(node, Reuse::kYes);
    const Edge* virtual_edge = virtual_node->edge_out(edge->name());
    GraphNode* dep = nullptr;
    if (virtual_edge && virtual_edge->is_valid() && virtual_edge->to() &&
        virtual_edge->to()->satisfies(*edge))
      dep = virtual_edge->to();
    bool looks_around =
        edge->type() == EdgeType::kPeerOptional && !is_update(edge->name()) && !is_explicit(*edge);
    if (!dep && looks_around) {
      GraphNode* above = node->resolve_parent();
      dep = find_hoistable(above ? above : node, *edge);
    }
    if (!dep) {
      Required required{edge->from()};
      GYRE_ASSIGN(
          dep, node_from_edge(edge, edge->is_peer() ? virtual_node : nullptr, nullptr, required));
      if (missing_) return Attempt::kMissing;
    }
    tasks.emplace_back(edge, dep);
  }
  std::stable_sort(tasks.begin(), tasks.end(), [](const auto& a, const auto& b) {
    return compare_locale(a.first->name(), b.first->name()) < 0;
  });
  for (auto& [edge, dep] : tasks) {
    std::unique_ptr<PlaceStep> step;
    if (std::optional<Conflict> conflict = placer_.place(dep, edge, is_explicit(*edge), step))
      return conflict_failure(std::move(*conflict));
    after_placement(*step);
  }
  for (const auto& edge : node->edges_out()) {
    if (edge->to() && edge->to()->is_link()) links_.push_back(edge->to());
  }
  return Attempt::kDone;
}

// The newest release of the side's package that takes `name`@`version`; empty: none is known.
std::string Builder::version_that_accepts(const ConflictSide& side, const std::string& name,
                                          const std::string& version) const {
  const Packument* packument = catalogue_.packument(side.demander);
  if (!packument || version.empty()) return {};
  std::span<const VersionEntry> versions = packument->versions();
  std::string best;
  const semver::Version* best_version = nullptr;
  for (size_t i = 0; i < versions.size(); ++i) {
    if (!versions[i].is_valid || versions[i].version.is_prerelease()) continue;
    if (best_version && compare(versions[i].version, *best_version) <= 0) continue;
    Result<const VersionManifest*> manifest = packument->manifest(i);
    if (!manifest) continue;
    for (const Dependency& peer : manifest.value()->peer_dependencies) {
      if (peer.name != name) continue;
      const semver::Range* range = wants_.ranges().get(peer.spec);
      if (range && range->test(version)) {
        best = versions[i].text;
        best_version = &versions[i].version;
      }
    }
  }
  return best;
}

// Looks for the one change that would solve it.
Error Builder::conflict_failure(Conflict conflict) const {
  auto suggest = [&](const ConflictSide& side, const ConflictSide& other) {
    std::string version = version_that_accepts(side, conflict.name, other.found_version);
    if (version.empty() || !conflict.suggestion.empty()) return;
    conflict.suggestion = "Ask for " + side.demander + "@" + version + ": it accepts " +
                          other.found + ". Or run again with --legacy-peer-deps.";
  };
  suggest(conflict.wanted, conflict.current);
  suggest(conflict.current, conflict.wanted);
  return conflict_error(conflict);
}

// What was placed has edges of its own, and may have upset others'.
void Builder::after_placement(const PlaceStep& step) {
  if (step.placed) {
    ++placed_;
    if (step.placed->failure) failures_.insert(step.placed);
    for (Edge* edge : step.placed->edges_in()) {
      if (edge == step.edge || edge->is_valid() || edge->peer_conflicted) continue;
      seen_.erase(edge->from());
      enqueue(edge->from());
    }
    enqueue(step.placed);
    for (GraphNode* node : step.to_reconsider) {
      seen_.erase(node);
      enqueue(node);
    }
  }
  for (const auto& child : step.children) after_placement(*child);
}

}  // namespace gyre::pkg::resolve
