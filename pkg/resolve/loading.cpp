// The part of Builder that sets up the graph: the project, its workspaces and the locked tree.
#include <algorithm>

#include "pkg/lockfile/package_lock.hpp"
#include "pkg/resolve/builder.hpp"
#include "pkg/resolve/location.hpp"

namespace gyre::pkg::resolve {

// Yarn's resolutions may contradict the project's own dependencies, npm's overrides may not.
bool Builder::is_resolution(std::string_view name) const {
  const std::vector<std::string>& names = request_.resolutions;
  return std::find(names.begin(), names.end(), name) != names.end();
}

Status Builder::load_root() {
  root_ = graph_.make_node(request_.root.name, package_from_meta(request_.root));
  root_->flags = {};
  if (!request_.root_overrides_json.empty()) {
    GYRE_ASSIGN(overrides_, OverrideSet::parse(request_.root_overrides_json, wants_));
    graph_.set_overrides(root_, overrides_.get());
  }
  TreeLoader loader(graph_, root_, tops_);
  loader.add_workspaces(request_.workspaces);
  graph_.make_root(root_);
  for (const auto& edge : root_->edges_out()) {
    std::string value = edge->overrides() ? edge->overrides()->value() : "";
    if (&edge->want() != &edge->raw_want() && edge->want().text != edge->raw_want().text &&
        !value.starts_with('$') && !is_resolution(edge->name())) {
      return Error::with_code_name("EOVERRIDE", "the override of " + std::string(edge->name()) +
                                                    " to \"" + edge->want().text +
                                                    "\" contradicts the project's own \"" +
                                                    edge->raw_want().text + "\"")
          .with_hint("Give both the same range, or write the override as \"$" +
                     std::string(edge->name()) + "\".");
    }
  }
  loader.load(request_.locked, [this](const Node& node) { return locked_manifest(node); });
  if (!missing_) accept_locked_conflicts();
  return ok();
}

// Null: it has none worth loading, or the registry's is needed first (missing_).
PackageRef Builder::locked_manifest(const Node& locked) {
  if (name_of_location(locked.location).empty() && locked.meta.version.empty()) return nullptr;
  PackageRef package = package_from_meta(locked.meta);
  if (request_.locked.lockfile_version >= 2) return package;
  // Old lockfiles hold no manifests: the registry's are needed, once.
  std::string spec = locked.meta.name == locked.name
                         ? locked.meta.version
                         : "npm:" + locked.meta.name + "@" + locked.meta.version;
  const Want* want = wants_.get(locked.name, spec);
  if (want->error || !want->spec.is_registry()) return package;
  const PackageResult* known = catalogue_.find(*want);
  if (known) return *known ? known->value() : package;
  catalogue_.seed(*want, Catalogue::Depth::kPeers);
  missing_ = true;
  return nullptr;
}

// Peers that did not fit when the lockfile was written were let pass then. As long as the manifests
// are the same they need no second look, and no metadata.
void Builder::accept_locked_conflicts() {
  bool same = request_.locked.from_disk && request_.locked.lockfile_version >= 2 &&
              request_.update_names.empty() && request_.explicit_names.empty() &&
              lock_differences(request_.root, request_.workspaces, request_.locked).empty();
  if (!same) return;
  for (GraphNode* node : all_nodes()) {
    if (node->is_project_root() || node->is_workspace()) continue;
    for (const auto& edge : node->edges_out()) {
      if (edge->is_peer() && edge->to() && !edge->is_valid()) edge->peer_conflicted = true;
    }
  }
}

// Whether the package has to be opened to know what lies below it. Lockfiles list that for every
// platform; an installation only needs what runs here.
bool Builder::brings_packages(const GraphNode& node) const {
  const PackageMeta& meta = node.meta();
  const bool is_own = node.is_top() || node.is_link();
  if (is_own || node.resolved.empty() || !node.children().empty()) return false;
  if (!meta.has_shrinkwrap && meta.bundle_dependencies.empty()) return false;
  const GraphNode* bundler = node.bundler();
  if (bundler && bundler != root_) return false;
  return options_.lockfile_only || runs_on(meta, options_.platform);
}

Result<Attempt> Builder::load_contents(GraphNode* node) {
  const Result<Tree>* contents = catalogue_.find_contents(node->resolved);
  if (!contents) {
    const PackageMeta& meta = node->meta();
    catalogue_.seed_contents(
        {meta.name, meta.version, node->resolved, node->integrity, meta.has_shrinkwrap});
    missing_ = true;
    return Attempt::kMissing;
  }
  if (!*contents) {
    // Where nobody needs it, it may be that nobody can have it.
    if (!runs_on(node->meta(), options_.platform)) return Attempt::kDone;
    return with_chain(node, contents->error());
  }
  for (const auto& [location, below] : contents->value().nodes) {
    if (Status names = check_dependency_names(below.meta); !names)
      return with_chain(node, names.error());
  }
  Tops none;
  TreeLoader(graph_, node, none).load(contents->value(), [](const Node& below) {
    return package_from_meta(below.meta);
  });
  return Attempt::kDone;
}

}  // namespace gyre::pkg::resolve
