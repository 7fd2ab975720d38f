// Installer, first half: from manifests to the wanted tree.
#include <algorithm>
#include <map>

#include "pkg/files.hpp"
#include "pkg/import/compare.hpp"
#include "pkg/installer.hpp"
#include "pkg/lockfile/replace_host.hpp"
#include "pkg/tree/actual.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {
namespace {

// Names that more than one folder of the tree has.
std::vector<std::string> duplicated_names(const Tree& tree) {
  std::map<std::string_view, size_t> counts;
  for (const auto& [location, node] : tree.nodes) ++counts[name_of_location(location)];
  std::vector<std::string> names;
  for (const auto& [name, count] : counts) {
    if (count > 1 && !name.empty()) names.emplace_back(name);
  }
  return names;
}

}  // namespace

Status Installer::read_foreign_lock() {
  if (project_.lockfile.exists && !options_.force) {
    return Error(Code::EUSAGE, project_.lockfile_path + " exists already",
                 "remove it, or run again with --force to replace it");
  }
  project_.lockfile.tree = Tree{};
  GYRE_ASSIGN(const std::string text, read_file(request_.import_from));
  GYRE_ASSIGN(foreign_, parse_foreign_lock(text, request_.import_from));
  report_.imported_from = format_name(foreign_->format);
  return ok();
}

Status Installer::resolve() {
  enter(InstallPhase::kResolving);
  if (settled_) {
    ideal_ = settled_->apply_to(project_.lockfile.tree);
    ideal_.root_dir = project_.dir;
    is_resolved_ = true;
    progress_.resolved = ideal_.nodes.size();
    return ok();
  }
  IdealRequest wanted;
  wanted.root = project_.manifest.meta;
  wanted.root_overrides_json = project_.manifest.overrides_json;
  wanted.resolutions = project_.manifest.resolutions;
  wanted.catalogs = project_.manifest.catalogs;
  wanted.min_release_age = project_.manifest.min_release_age;
  wanted.min_release_age_exclude = project_.manifest.min_release_age_exclude;
  wanted.workspaces = project_.workspaces;
  GYRE_ASSIGN(wanted.locked, starting_tree());
  if (foreign_) wanted.preferred = preferred_versions(*foreign_);
  wanted.prune = request_.prune;
  wanted.update_names = request_.update;
  // Everything afresh, as if there were no lockfile.
  if (std::find(request_.update.begin(), request_.update.end(), "*") != request_.update.end())
    wanted.locked = Tree{};
  if (request_.dedupe) {
    for (const std::string& name : duplicated_names(wanted.locked))
      wanted.update_names.push_back(name);
  }
  for (const AddedDependency& dependency : added_) wanted.update_names.push_back(dependency.name);
  for (std::string& name : changed_repositories()) wanted.update_names.push_back(std::move(name));
  IdealBuilder& builder = builder_.emplace(options_, std::move(wanted));
  while (true) {
    answer_requests();  // what the last replies lead to is on its way while the tree grows
    GYRE_ASSIGN(const IdealState state, builder.advance());
    progress_.resolved = builder.placed();
    for (const Picked& picked : builder.take_picked()) start_early(picked);
    if (state == IdealState::kDone) break;
    // One reply at least; whatever else has come by then is taken along. Folders answer at once.
    replies_ = 0;
    answer_requests();
    GYRE_TRY(pump([this] { return replies_ > 0; }));
  }
  for (const Warning& warning : builder.warnings()) warn(warning.code, warning.message);
  GYRE_ASSIGN(ideal_, builder.finish());
  report_.held_back = builder.held_back();
  is_resolved_ = true;
  if (foreign_) {
    GYRE_ASSIGN(report_.not_kept, import_differences(*foreign_, ideal_));
  }
  progress_.resolved = ideal_.nodes.size();
  return save_chosen(project_, ideal_, added_, options_);
}

// Without a lockfile what is installed stays, as long as package.json allows it.
Result<Tree> Installer::starting_tree() const {
  if (foreign_ || project_.lockfile.exists || !had_modules_folder_) return project_.lockfile.tree;
  GYRE_ASSIGN(Tree tree, load_actual(project_.dir));
  // Links, and folders outside node_modules, are there because package.json says so, or not at all.
  std::erase_if(tree.nodes, [](const auto& entry) {
    const Node& node = entry.second;
    if (entry.first.empty()) return false;
    return node.is_link || node.meta.version.empty() || !entry.first.starts_with("node_modules/");
  });
  // What the disk does not tell (where a package came from, its hash) the registry does.
  if (!tree.from_disk) tree.lockfile_version = 1;
  tree.from_disk = false;
  return tree;
}

void Installer::answer_requests() {
  for (const PackumentRequest& want : builder_->take_requests()) {
    client_->packument(
        want.name, want.wants_full ? Metadata::kFull : Metadata::kAbbreviated,
        [this, name = want.name](Result<std::shared_ptr<const Packument>> packument) {
          ++replies_;
          if (packument)
            builder_->provide(name, std::move(*packument));
          else
            builder_->provide_error(name, std::move(packument).error());
        });
  }
  for (const ManifestRequest& want : builder_->take_manifest_requests()) {
    request_manifest(want);
  }
  for (const ContentsRequest& want : builder_->take_contents_requests()) request_contents(want);
}

namespace {

// What a package's tarball holds below it, or what its shrinkwrap says.
Result<Tree> contents_of(const std::string& folder, bool has_shrinkwrap) {
  if (has_shrinkwrap) {
    GYRE_ASSIGN(Lockfile lockfile, load_lockfile(folder + "/npm-shrinkwrap.json"));
    if (lockfile.exists) {
      lockfile.tree.nodes.erase("");
      return std::move(lockfile.tree);
    }
  }
  return scan_bundle(folder);
}

}  // namespace

void Installer::request_contents(const ContentsRequest& want) {
  fetcher_->fetch({want.name, want.version, archive_url(want.tarball, options_), want.integrity},
                  [this, want](const PackageFetcher::Outcome& outcome) {
                    ++replies_;
                    Result<Tree> contents =
                        outcome ? contents_of(outcome->entry.folder, want.has_shrinkwrap)
                                : Result<Tree>(outcome.error());
                    if (contents)
                      builder_->provide_contents(want.tarball, std::move(*contents));
                    else
                      builder_->provide_contents_error(want.tarball, contents.error());
                  });
}

void Installer::request_manifest(const ManifestRequest& want) {
  auto answer = [this, key = want.key](const std::string& folder, const std::string& integrity) {
    auto manifest = load_manifest(folder + "/package.json");
    if (manifest)
      builder_->provide_manifest(key, std::move(manifest->meta), integrity);
    else
      builder_->provide_manifest_error(key, std::move(manifest).error());
    ++replies_;
  };
  if (want.git) return request_repository(want);
  if (want.is_folder) return answer(want.resolved, {});
  fetcher_->fetch({{}, {}, want.resolved, {}},
                  [this, answer, key = want.key](const PackageFetcher::Outcome& outcome) {
                    if (outcome) {
                      const FetchedPackage& fetched = outcome.value();
                      return answer(fetched.entry.folder, fetched.integrity);
                    }
                    builder_->provide_manifest_error(key, outcome.error());
                    ++replies_;
                  });
}

// Downloads begin while the tree still grows. A failure is only remembered: staging asks again, if
// the package is still wanted then.
void Installer::start_early(const Picked& picked) {
  if (options_.lockfile_only || options_.dry_run || picked.integrity.empty()) return;
  fetcher_->fetch({picked.name, picked.version, picked.tarball, picked.integrity},
                  [](const PackageFetcher::Outcome&) {});
}

}  // namespace gyre::pkg
