#include "pkg/resolve/ideal.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "pkg/resolve/builder.hpp"
#include "pkg/semver/algorithms.hpp"

namespace gyre::pkg {

struct IdealBuilder::Impl {
  Options options;
  IdealRequest request;
  resolve::WantCache wants;
  resolve::Catalogue catalogue;
  std::optional<Tree> tree;
  std::vector<Warning> warnings;
  std::vector<HeldBack> held_back;
  size_t placed = 0;

  Impl(const Options& given, IdealRequest asked)
      : options(given),
        request(std::move(asked)),
        wants(request.catalogs),
        catalogue(options, wants, request.preferred) {
    if (options.min_release_age_is_default && request.min_release_age)
      options.min_release_age = *request.min_release_age;
    auto& exclude = options.min_release_age_exclude;
    exclude.insert(exclude.end(), request.min_release_age_exclude.begin(),
                   request.min_release_age_exclude.end());
    exempt_exact(request.root);
    for (const LocalPackage& workspace : request.workspaces) exempt_exact(workspace.meta);
  }

  // Who writes down an exact version wants that version, whatever its age.
  void exempt_exact(const PackageMeta& meta) {
    for (const NamedStrings* list : {&meta.dependencies, &meta.dev_dependencies,
                                     &meta.optional_dependencies, &meta.peer_dependencies}) {
      for (const auto& [name, text] : *list) {
        const resolve::Want* want = wants.get(name, text);
        if (want->error || want->kind() != SpecKind::kVersion) continue;
        auto version = semver::clean(want->spec.fetch_spec, semver::Mode::kLoose);
        if (version)
          options.min_release_age_exclude.push_back(want->spec.target_name + "@" + version->text());
      }
    }
  }

  // Of all that was held back, what the tree has.
  void keep_held_back() {
    std::set<std::string> present;
    for (const auto& [location, node] : tree->nodes)
      present.insert(node.meta.name + "@" + node.meta.version);
    for (HeldBack& entry : catalogue.take_held_back()) {
      if (present.contains(entry.name + "@" + entry.version)) held_back.push_back(std::move(entry));
    }
    std::sort(held_back.begin(), held_back.end(), [](const HeldBack& a, const HeldBack& b) {
      return std::tie(a.name, a.version, a.newer) < std::tie(b.name, b.version, b.newer);
    });
    auto same = [](const HeldBack& a, const HeldBack& b) {
      return a.name == b.name && a.version == b.version;
    };
    held_back.erase(std::unique(held_back.begin(), held_back.end(), same), held_back.end());
  }
};

IdealBuilder::IdealBuilder(const Options& options, IdealRequest request)
    : impl_(std::make_unique<Impl>(options, std::move(request))) {}
IdealBuilder::~IdealBuilder() = default;
IdealBuilder::IdealBuilder(IdealBuilder&&) noexcept = default;
IdealBuilder& IdealBuilder::operator=(IdealBuilder&&) noexcept = default;

Result<IdealState> IdealBuilder::advance() {
  while (!impl_->tree) {
    if (impl_->catalogue.is_waiting()) return IdealState::kWaiting;
    resolve::Builder builder(impl_->options, impl_->request, impl_->catalogue, impl_->wants);
    GYRE_ASSIGN(resolve::Attempt attempt, builder.run());
    impl_->placed = builder.placed();
    if (attempt == resolve::Attempt::kMissing) {
      if (impl_->catalogue.is_waiting()) continue;
      return Error(Code::ERESOLVE, "the resolver waits for metadata it did not ask for");
    }
    impl_->tree = builder.to_tree();
    impl_->warnings = builder.take_warnings();
    impl_->keep_held_back();
  }
  return IdealState::kDone;
}

std::vector<PackumentRequest> IdealBuilder::take_requests() {
  return impl_->catalogue.take_requests();
}
std::vector<ManifestRequest> IdealBuilder::take_manifest_requests() {
  return impl_->catalogue.take_manifest_requests();
}
std::vector<ContentsRequest> IdealBuilder::take_contents_requests() {
  return impl_->catalogue.take_contents_requests();
}
std::vector<Picked> IdealBuilder::take_picked() { return impl_->catalogue.take_picked(); }

void IdealBuilder::provide(const std::string& name, std::shared_ptr<const Packument> packument) {
  impl_->catalogue.provide(name, std::move(packument));
}
void IdealBuilder::provide_error(const std::string& name, Error error) {
  impl_->catalogue.provide_error(name, std::move(error));
}
void IdealBuilder::provide_manifest(const std::string& key, PackageMeta meta, std::string integrity,
                                    std::string resolved) {
  impl_->catalogue.provide_manifest(key, std::move(meta), std::move(integrity),
                                    std::move(resolved));
}
void IdealBuilder::provide_manifest_error(const std::string& key, Error error) {
  impl_->catalogue.provide_manifest_error(key, std::move(error));
}

void IdealBuilder::provide_contents(const std::string& tarball, Tree contents) {
  impl_->catalogue.provide_contents(tarball, std::move(contents));
}
void IdealBuilder::provide_contents_error(const std::string& tarball, Error error) {
  impl_->catalogue.provide_contents(tarball, std::move(error));
}

Result<Tree> IdealBuilder::finish() {
  if (!impl_->tree) return Error(Code::ERR_INVALID_STATE, "the ideal tree is not built yet");
  Tree tree = std::move(*impl_->tree);
  impl_->tree.reset();
  return tree;
}

const std::vector<Warning>& IdealBuilder::warnings() const { return impl_->warnings; }
const std::vector<HeldBack>& IdealBuilder::held_back() const { return impl_->held_back; }
size_t IdealBuilder::placed() const { return impl_->placed; }

}  // namespace gyre::pkg
