// Installer, first half: from manifests to the wanted tree.
#include <algorithm>

#include "pkg/files.hpp"
#include "pkg/installer.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {

Status Installer::resolve() {
  enter(InstallPhase::kResolving);
  IdealRequest wanted;
  wanted.root = project_.manifest.meta;
  wanted.root_overrides_json = project_.manifest.overrides_json;
  wanted.resolutions = project_.manifest.resolutions;
  wanted.catalogs = project_.manifest.catalogs;
  wanted.min_release_age = project_.manifest.min_release_age;
  wanted.min_release_age_exclude = project_.manifest.min_release_age_exclude;
  wanted.workspaces = project_.workspaces;
  wanted.locked = project_.lockfile.tree;
  wanted.update_names = request_.update;
  // Everything afresh, as if there were no lockfile.
  if (std::find(request_.update.begin(), request_.update.end(), "*") != request_.update.end())
    wanted.locked = Tree{};
  for (const AddedDependency& dependency : added_) wanted.update_names.push_back(dependency.name);
  for (std::string& name : changed_repositories()) wanted.update_names.push_back(std::move(name));
  IdealBuilder& builder = builder_.emplace(options_, std::move(wanted));
  while (true) {
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
  progress_.resolved = ideal_.nodes.size();
  return save_chosen(project_, ideal_, added_, options_);
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
