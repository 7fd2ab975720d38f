// Installer, second half: from the wanted tree to folders on disk.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "pkg/files.hpp"
#include "pkg/installer.hpp"
#include "pkg/link/stage.hpp"
#include "pkg/lockfile/replace_host.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/tree/edges.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {
namespace {

// "file:../x.tgz" is relative to the project; URLs stay.
std::string archive_of(const Node& node, const Options& options) {
  if (!node.resolved.starts_with("file:"))
    return node.is_registry ? archive_url(node.resolved, options) : node.resolved;
  return path::resolve(options.project_dir, node.resolved.substr(5));
}

// Where registries keep archives by convention: for lockfiles that do not record URLs.
std::string usual_url(const Node& node, const Options& options) {
  const std::string& name = package_name(node);
  const std::string file = name.substr(name.find('/') + 1);
  const std::string& plain = name.starts_with('@') ? file : name;
  return options.registry_for(name) + name + "/-/" + plain + "-" + node.meta.version + ".tgz";
}

}  // namespace

void Installer::stage_one(const LinkPlan& plan, size_t index) {
  const Node& node = *plan.packages[index].node;
  PackageSource source{package_name(node), node.meta.version, archive_of(node, options_),
                       node.integrity};
  if (is_git_resolved(node.resolved)) {
    auto spec = parse_spec(node.name, node.resolved);
    if (spec) return fetch_repository(plan, index, *spec);
  }
  const bool is_guessed = source.url.empty() && !node.meta.version.empty();
  if (is_guessed) source.url = usual_url(node, options_);
  if (!is_http_url(source.url) && !source.url.starts_with('/')) {
    return fail(Error(Code::EUNSUPPORTEDSPEC,
                      "packages from \"" + printable_url(node.resolved) + "\" cannot be installed"),
                package_label(node), node.location, node.resolved);
  }
  fetch_for(plan, index, source, is_guessed);
}

void Installer::fetch_for(const LinkPlan& plan, size_t index, const PackageSource& source,
                          bool is_guessed) {
  fetcher_->fetch(source,
                  [this, &plan, index, source, is_guessed](const PackageFetcher::Outcome& outcome) {
                    if (outcome) return stage_fetched(plan, index, outcome.value());
                    if (is_guessed && outcome.error().is(Code::E404))
                      return ask_for_url(plan, index, source);
                    fetch_failed(plan, index, outcome.error(), source.url);
                  });
}

// The usual place was wrong: the registry's metadata says where the archive is.
void Installer::ask_for_url(const LinkPlan& plan, size_t index, const PackageSource& source) {
  client_->packument(
      source.name, Metadata::kAbbreviated,
      [this, &plan, index, source](Result<std::shared_ptr<const Packument>> packument) {
        PackageSource found = source;
        found.url.clear();
        if (packument) {
          auto manifest = (*packument)->find(source.version);
          if (manifest && *manifest) found.url = (*manifest)->tarball;
        }
        if (!found.url.empty()) return fetch_for(plan, index, found, false);
        fetch_failed(plan, index, Error(Code::E404, "the registry does not list this version"),
                     source.url);
      });
}

void Installer::fetch_failed(const LinkPlan& plan, size_t index, const Error& error,
                             const std::string& url) {
  const Node& failed = *plan.packages[index].node;
  if (!failed.flags.optional) return fail(error, package_label(failed), failed.location, url);
  // An optional package that cannot be had is left out, and said.
  warn(error.code(), "optional package left out: " + error.message());
  ++staged_;
}

Status Installer::note_missing_hash(const Node& node, const FetchedPackage& fetched) {
  if (!node.integrity.empty()) return ok();
  Node& own = ideal_.nodes[ideal_location(node.location)];
  if (is_http_url(node.resolved)) {
    if (options_.frozen || request_.clean) {
      return Error(Code::ELOCKSTALE,
                   "the lockfile has no integrity hash for " + package_label(node),
                   "run gyre install to fill it in");
    }
    if (project_.lockfile.tree.find(own.location) != nullptr) {
      warn("EINTEGRITY", "the lockfile had no integrity hash for " + package_label(node) +
                             "; it has been filled in");
    }
  }
  own.integrity = fetched.integrity;
  return ok();
}

void Installer::stage_fetched(const LinkPlan& plan, size_t index, const FetchedPackage& fetched) {
  const PlacedPackage& placed = plan.packages[index];
  if (Status noted = note_missing_hash(*placed.node, fetched); !noted) {
    return fail(std::move(noted).error(), package_label(*placed.node), placed.node->location,
                placed.node->resolved);
  }
  stage_entry(plan, index, fetched.entry);
}

void Installer::stage_entry(const LinkPlan& plan, size_t index, const StoreEntry& entry) {
  contents_[index] = entry.package;
  std::string target = target_of(plan, index);
  pool_->submit(
      workers::JobClass::kBlocking, mailbox_,
      [entry, target = std::move(target), modes = &link_modes_,
       patch = patch_of(*plan.packages[index].node)]() -> Status {
        GYRE_TRY(stage_package(entry, target, *modes));
        return patch ? apply_patch(*patch, target) : ok();
      },
      [this, &plan, index](Status staged) {
        const Node& node = *plan.packages[index].node;
        if (!staged) return fail(std::move(staged).error(), package_label(node), node.location);
        ++staged_;
      });
}

// A package whose patch is new, gone or changed is linked afresh.
void Installer::mark_repatched() {
  const PatchState state = read_patch_state(project_.dir);
  if (state.empty() && patches_.empty()) return;
  std::set<std::string> used;
  for (const auto& [location, node] : ideal_.nodes) {
    if (const PatchRef patch = patch_of(node)) used.insert(patch->key);
  }
  for (const std::string& key : patches_.keys()) {
    if (!used.contains(key)) warn("EPATCH", "the patch for " + key + " is not used");
  }
  for (auto& [location, node] : actual_.nodes) {
    const auto had = state.find(location);
    const PatchRef patch = patches_.find(package_name(node), node.meta.version);
    const std::string wanted = patch ? patch->hash : std::string();
    // Nothing is the same as a package without a version.
    if (wanted != (had == state.end() ? std::string() : had->second)) node.meta.version.clear();
  }
}

Status Installer::write_patches() {
  PatchState state;
  for (const auto& [location, node] : ideal_.nodes) {
    if (const PatchRef patch = patch_of(node)) state[location] = patch->hash;
  }
  if (state == read_patch_state(project_.dir)) return ok();
  return write_patch_state(project_.dir, state);
}

PatchRef Installer::patch_of(const Node& node) const {
  if (patches_.empty() || node.location.empty() || node.is_link || node.is_inert) return nullptr;
  if (is_omitted(node, options_.omit)) return nullptr;
  return patches_.find(package_name(node), node.meta.version);
}

Status Installer::commit() {
  if (!applier_) return ok();
  enter(InstallPhase::kLinking);
  // While it is away, a crash makes the next run look at the folders themselves.
  if (path_exists(project_.hidden_lockfile_path())) {
    GYRE_TRY(applier_->set_aside(project_.hidden_lockfile_path()));
  }
  if (request_.clean) {
    GYRE_TRY(applier_->empty_folder(project_.dir + "/node_modules"));
    for (const LocalPackage& workspace : project_.workspaces) {
      GYRE_TRY(applier_->empty_folder(project_.dir + "/" + workspace.location + "/node_modules"));
    }
  }
  drop_missing_units();
  GYRE_TRY(applier_->apply(link_plan_));
  return applier_->link_bins(wanted_bins(wanted_tree(), options_));
}

// Units whose optional package could not be fetched have nothing to move in.
void Installer::drop_missing_units() {
  for (size_t i = 0; i < link_plan_.packages.size(); ++i) {
    const PlacedPackage& placed = link_plan_.packages[i];
    if (contents_[i] != nullptr || !placed.below.empty()) continue;
    link_plan_.units[placed.unit].is_skipped = true;
  }
}

}  // namespace gyre::pkg
