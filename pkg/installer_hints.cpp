// Installer: what can be said beside the work, from what is known here: hints and warnings.
#include <algorithm>

#include "pkg/installer.hpp"
#include "pkg/registry/metadata_cache.hpp"
#include "pkg/semver/range.hpp"
#include "pkg/tree/edges.hpp"
#include "runtime/base/closest_name.hpp"

namespace gyre::pkg {
namespace {

constexpr std::string_view kPlainHint = "check the name";

void add_names(const PackageMeta& meta, std::vector<std::string>& names) {
  for (const NamedStrings* list : {&meta.dependencies, &meta.dev_dependencies,
                                   &meta.optional_dependencies, &meta.peer_dependencies}) {
    for (const auto& [name, spec] : *list) names.push_back(name);
  }
}

}  // namespace

// The names that exist as far as this project and the cache know.
std::vector<std::string> Installer::known_names(const std::string& registry) const {
  std::vector<std::string> names;
  add_names(project_.manifest.meta, names);
  for (const LocalPackage& workspace : project_.workspaces) {
    names.push_back(workspace.meta.name);
    add_names(workspace.meta, names);
  }
  for (const auto& [location, node] : project_.lockfile.tree.nodes) {
    if (!location.empty()) names.push_back(package_name(node));
  }
  for (std::string& name : cached_package_names(options_.cache_dir, registry))
    names.push_back(std::move(name));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void Installer::suggest_name() {
  if (!failure_ || !failure_->error.is(Code::E404)) return;
  const std::string hint = failure_->error.hint();
  if (!hint.starts_with(kPlainHint)) return;
  const std::string name = failure_->package.substr(0, failure_->package.find('@', 1));
  if (name.empty()) return;
  std::vector<std::string> names = known_names(options_.registry_for(name));
  std::erase(names, name);
  const std::string nearest = closest_name(name, names);
  if (nearest.empty()) return;
  failure_->error =
      Error::with_code_name(failure_->error.code(), failure_->error.message())
          .with_hint("did you mean \"" + nearest + "\"?" + hint.substr(kPlainHint.size()));
}

// With legacy-peer-deps nothing else says what does not fit together. Said when it comes to be so.
void Installer::tell_unmet_peers() {
  if (!options_.legacy_peer_deps) return;
  constexpr size_t kMostNamed = 5;
  std::string named;
  size_t count = 0;
  for (const TreeEdge& edge : tree_edges(ideal_)) {
    const std::vector<std::string>& optional = edge.from->meta.optional_peers;
    if (edge.kind != EdgeKind::kPeer ||
        std::find(optional.begin(), optional.end(), edge.name) != optional.end())
      continue;
    const auto range = semver::Range::parse(edge.spec);
    if (edge.to != nullptr && (!range || range->test(edge.to->meta.version))) continue;
    if (++count > kMostNamed) continue;
    named += (count > 1 ? ", " : "") + package_name(*edge.from) + "@" + edge.from->meta.version +
             " wants " + edge.name + "@" + edge.spec +
             (edge.to ? " and finds " + edge.to->meta.version : ", which is not installed");
  }
  if (count == 0) return;
  if (count > kMostNamed) named += ", and " + std::to_string(count - kMostNamed) + " more";
  warn("ERESOLVE", "legacy-peer-deps leaves peer dependencies unmet: " + named);
}

}  // namespace gyre::pkg
