#include "pkg/tree/diff.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "pkg/lockfile/collate.hpp"

namespace gyre::pkg {
namespace {

size_t depth_of(std::string_view location) {
  size_t depth = 0;
  for (std::string_view at = location; !at.empty(); at = parent_location(at)) ++depth;
  return depth;
}

// Folders of the project itself (workspaces) are sources, not something to install.
bool is_installed(const Node& node) { return !name_of_location(node.location).empty(); }

bool is_same(const Node& ideal, const Node& actual) {
  if (ideal.is_link != actual.is_link) return false;
  if (ideal.is_link) return ideal.link_target == actual.link_target;
  if (ideal.meta.name != actual.meta.name || ideal.meta.version != actual.meta.version)
    return false;
  if (!ideal.integrity.empty() && !actual.integrity.empty())
    return ideal.integrity == actual.integrity;
  if (!ideal.resolved.empty() && !actual.resolved.empty()) return ideal.resolved == actual.resolved;
  return true;
}

// Whether the location lies in a dependency that brings packages in its own tarball. What the
// project itself bundles is installed like anything else.
bool is_below_bundler(const Tree& tree, std::string_view location) {
  for (std::string_view at = parent_location(location); !name_of_location(at).empty();
       at = parent_location(at)) {
    const Node* above = tree.find(at);
    if (above && !above->meta.bundle_dependencies.empty()) return true;
  }
  return false;
}

}  // namespace

bool comes_in_archive(const Tree& tree, const Node& node) {
  // Archives may hold packages that nothing needs.
  return (node.flags.in_bundle || node.flags.extraneous) && is_below_bundler(tree, node.location);
}

const Node& archive_owner(const Tree& tree, const Node& node) {
  const Node* owner = &node;
  if (!comes_in_archive(tree, node)) return node;
  for (std::string_view at = parent_location(node.location); !name_of_location(at).empty();
       at = parent_location(at)) {
    const Node* above = tree.find(at);
    if (above && !above->meta.bundle_dependencies.empty()) owner = above;
  }
  return *owner;
}

namespace {

// Whether a package that counts as bundled is not there although its bundler is: the archive did
// not have it. Where the bundler is still to come, that is found out after unpacking.
bool is_missed(const Tree& ideal, const Node& node, const Tree& actual) {
  if (node.flags.extraneous || actual.find(node.location) != nullptr) return false;
  const Node& owner = archive_owner(ideal, node);
  const Node* present = actual.find(owner.location);
  return present != nullptr && is_same(owner, *present);
}

enum class Deepest : uint8_t { kFirst, kLast };

void sort_by_depth(std::vector<Action>& actions, Deepest deepest) {
  std::vector<std::pair<size_t, Action>> sorted;
  sorted.reserve(actions.size());
  for (Action& action : actions) {
    const size_t depth = depth_of(action.location);
    sorted.emplace_back(depth, std::move(action));
  }
  std::sort(sorted.begin(), sorted.end(), [deepest](const auto& a, const auto& b) {
    if (a.first != b.first) return (a.first > b.first) == (deepest == Deepest::kFirst);
    return sorts_before(a.second.location, b.second.location);
  });
  for (size_t i = 0; i < actions.size(); ++i) actions[i] = std::move(sorted[i].second);
}

}  // namespace

bool is_omitted(const Node& node, const Omit& omit) {
  const NodeFlags& flags = node.flags;
  return (flags.peer && omit.peer) || (flags.dev && omit.dev) ||
         (flags.optional && omit.optional) || (flags.dev_optional && omit.dev && omit.optional);
}

Plan diff(const Tree& ideal, const Tree& actual, const Options& options) {
  Plan plan;
  std::vector<Action> removals;
  auto is_wanted = [&](const Node& node) {
    return is_installed(node) && !node.is_inert && !is_omitted(node, options.omit);
  };
  for (const auto& [location, node] : ideal.nodes) {
    if (!is_installed(node)) continue;
    if (!is_wanted(node)) {
      ++plan.skipped;
      continue;
    }
    if (comes_in_archive(ideal, node) && !is_missed(ideal, node, actual)) continue;
    const Node* present = actual.find(location);
    if (present && is_same(node, *present)) {
      ++plan.unchanged;
      continue;
    }
    plan.actions.push_back(
        {present ? ActionKind::kReplace : ActionKind::kAdd, location, &node, present});
  }
  for (const auto& [location, node] : actual.nodes) {
    if (!is_installed(node)) continue;
    const Node* wanted = ideal.find(location);
    if (wanted ? is_wanted(*wanted) : is_below_bundler(ideal, location)) continue;
    removals.push_back({ActionKind::kRemove, location, nullptr, &node});
  }
  sort_by_depth(removals, Deepest::kFirst);
  sort_by_depth(plan.actions, Deepest::kLast);
  plan.actions.insert(plan.actions.begin(), removals.begin(), removals.end());
  return plan;
}

}  // namespace gyre::pkg
