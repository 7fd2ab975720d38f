// What satisfies, replaces and matches what: the questions asked of a Graph. Reads only.
#include <algorithm>

#include "pkg/git/refs.hpp"
#include "pkg/resolve/graph.hpp"
#include "pkg/resolve/location.hpp"

namespace gyre::pkg::resolve {
namespace {

bool is_tarball_of_registry(const std::string& resolved) {
  return resolved.starts_with("http://") || resolved.starts_with("https://");
}

bool in_range(const GraphNode& node, const Want& want) {
  if (!want.range) return false;
  if (want.kind() == SpecKind::kRange && want.spec.fetch_spec == "*") return true;
  if (want.kind() == SpecKind::kWorkspace && want.range->is_any()) return true;
  const std::optional<semver::Version>& version = node.target()->package->version;
  return version && want.range->test(*version);
}

}  // namespace

const std::string& GraphNode::version() const { return target()->package->meta.version; }

namespace {

// A branch may have moved since: what is locked stays. A commit or range must be what was asked
// for.
bool is_same_repository(const Want& want, const GraphNode& node) {
  if (node.is_link() || node.resolved.empty()) return false;
  Result<Spec> held = parse_spec(node.name, node.resolved);
  if (!held || held->kind != SpecKind::kGit) return false;
  const Spec& asked = want.spec;
  if (asked.hosted.has_value() != held->hosted.has_value()) return false;
  const bool same = asked.hosted ? asked.hosted->ssh_url() == held->hosted->ssh_url()
                                 : asked.git_url == held->git_url;
  if (!same || asked.git_subdir != held->git_subdir) return false;
  if (git::is_commit(asked.git_committish)) return asked.git_committish == held->git_committish;
  if (asked.git_range.empty()) return true;
  const std::optional<semver::Version>& version = node.package->version;
  return version && want.range && want.range->test(*version);
}

// Whether `node` is what `want`, asked by `from`, means; names are not compared.
bool is_what(const Want& want, const GraphNode& node, const GraphNode* from) {
  if (want.error) return false;
  switch (want.kind()) {
    case SpecKind::kVersion:
    case SpecKind::kRange:
      return in_range(node, want);
    case SpecKind::kWorkspace:
      return node.is_link() && in_range(node, want);
    // A lockfile written without URLs tells nothing against a tag's package.
    case SpecKind::kTag:
      return node.resolved.empty() ? !node.is_link() && !node.failure
                                   : is_tarball_of_registry(node.resolved);
    case SpecKind::kRemote:
      return node.resolved == want.spec.fetch_spec;
    case SpecKind::kFolder:
      return node.is_link() && node.link_target->target_location ==
                                   join_location(base_location(*from), want.spec.fetch_spec);
    case SpecKind::kFile:
      return node.resolved == "file:" + join_location(base_location(*from), want.spec.fetch_spec);
    case SpecKind::kGit:
      return is_same_repository(want, node);
    case SpecKind::kAlias:
    case SpecKind::kCatalog:
      return false;
  }
  return false;
}

}  // namespace

bool Edge::is_satisfied_by(const GraphNode& node) const {
  if (node.name != name_) return false;
  if (pin_ && !node.bundler() && !is_what(*pin_, node, from_)) return false;
  const bool is_overridden = want_ != raw_want_ || (overrides_ && overrides_->condition());
  if (!is_overridden || node.bundler()) return is_what(*raw_want_, node, from_);
  if (!overrides_ || !overrides_->condition()) return is_what(*want_, node, from_);
  if (is_what(*want_, node, from_)) return true;
  // Overridden: what was asked for will do only where the rule is not about this version.
  return is_what(*raw_want_, node, from_) && !is_what(*overrides_->condition(), node, from_);
}

Edge::Problem Edge::problem() const {
  if (problem_ != Problem::kUnknown) return problem_;
  if (!to_)
    problem_ = is_optional() ? Problem::kNone : Problem::kMissing;
  else if (is_peer() && from_ == to_->parent() && !from_->is_top())
    problem_ = Problem::kPeerLocal;
  else if (!is_satisfied_by(*to_))
    problem_ = Problem::kInvalid;
  else if (overrides_ && to_->overrides && !to_->edges_out().empty() &&
           !OverrideSet::merge(overrides_, to_->overrides) &&
           OverrideSet::contradict(overrides_, to_->overrides))
    problem_ = Problem::kInvalid;
  else
    problem_ = Problem::kNone;
  return problem_;
}

bool GraphNode::satisfies(const Edge& edge) const { return edge.is_satisfied_by(*this); }

bool GraphNode::matches(const GraphNode& node) const {
  if (&node == this) return true;
  if (node.name != name) return false;
  if (is_link()) return node.is_link() && link_target->matches(*node.link_target);
  if (!integrity.empty() && !node.integrity.empty()) return integrity == node.integrity;
  if (!resolved.empty() && !node.resolved.empty()) return resolved == node.resolved;
  return !package_name().empty() && package_name() == node.package_name() && !version().empty() &&
         version() == node.version();
}

bool GraphNode::can_replace(const GraphNode& current,
                            const std::unordered_set<std::string_view>& ignored) const {
  if (current.name != name || current.package_name() != package_name()) return false;
  if (!current.edges_out().empty()) {
    bool same = overrides ? overrides->is_equal(current.overrides) : !current.overrides;
    if (!same) return false;
  }
  bool gathered = false;
  std::unordered_set<const GraphNode*> own;
  for (const Edge* edge : current.edges_in()) {
    bool is_sibling_peer = !current.is_top() && edge->from()->parent() == current.parent() &&
                           edge->is_peer() && ignored.contains(edge->from()->name);
    if (is_sibling_peer || edge->is_satisfied_by(*this)) continue;
    // What only the current one brought along goes with it and has no say.
    if (!gathered) {
      GraphNode* self = const_cast<GraphNode*>(&current);
      for (const GraphNode* node : gather_dependencies(
               {self}, [self](const Edge& e) { return e.to() != self && e.is_valid(); }))
        own.insert(node);
      gathered = true;
    }
    if (!own.contains(edge->from())) return false;
  }
  return true;
}

bool GraphNode::can_dedupe(bool prefer_dedupe, bool explicit_request) const {
  const GraphNode* brought_by = bundler();
  if (brought_by && brought_by != root()) return false;
  if (!resolve_parent() || !resolve_parent()->resolve_parent()) return false;
  if (edges_in_.empty()) return true;
  const GraphNode* other = resolve_parent()->resolve_parent()->resolve(name);
  if (!other) return false;
  if (other->matches(*this)) return true;
  if (!other->can_replace(*this)) return false;
  const auto& mine = target()->package->version;
  const auto& theirs = other->target()->package->version;
  if (prefer_dedupe || explicit_request) return true;
  return mine && theirs && compare(*theirs, *mine) >= 0;
}

bool GraphNode::is_in_shrinkwrap() const {
  for (const GraphNode* above = parent(); above; above = above->parent()) {
    if (above->meta().has_shrinkwrap && !above->is_top()) return true;
  }
  return false;
}

namespace {

bool lists_as_bundled(const GraphNode& package, const std::string& name) {
  const std::vector<std::string>& names = package.meta().bundle_dependencies;
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The child of `folder` that `node` is or lies in; null when it is elsewhere.
const GraphNode* child_around(const GraphNode* node, const GraphNode* folder) {
  while (node && node->parent() != folder) node = node->parent();
  return node;
}

// Whether `child` goes along when its parent is packed: listed itself, or needed by such a one.
bool is_packed_with(const GraphNode& child, const GraphNode& folder) {
  if (folder.meta().bundle_dependencies.empty()) return false;
  std::vector<const GraphNode*> pending{&child};
  std::unordered_set<const GraphNode*> seen{&child};
  while (!pending.empty()) {
    const GraphNode* node = pending.back();
    pending.pop_back();
    if (lists_as_bundled(folder, node->name)) return true;
    for (const Edge* edge : node->edges_in()) {
      const GraphNode* sibling = child_around(edge->from(), &folder);
      if (sibling && seen.insert(sibling).second) pending.push_back(sibling);
    }
  }
  return false;
}

}  // namespace

// The outermost one counts.
const GraphNode* GraphNode::bundler() const {
  const GraphNode* found = nullptr;
  for (const GraphNode* node = this; node->parent(); node = node->parent()) {
    const bool came_along = node->flags.in_bundle && !node->parent()->is_top();
    if (came_along || is_packed_with(*node, *node->parent())) found = node->parent();
  }
  return found;
}

}  // namespace gyre::pkg::resolve
