#include "pkg/resolve/ideal.hpp"

#include "pkg/resolve/builder.hpp"

namespace gyre::pkg {

struct IdealBuilder::Impl {
  const Options& options;
  IdealRequest request;
  resolve::WantCache wants;
  resolve::Catalogue catalogue;
  std::optional<Tree> tree;
  std::vector<Warning> warnings;
  size_t placed = 0;

  Impl(const Options& options, IdealRequest request)
      : options(options), request(std::move(request)), catalogue(options, wants) {}
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
  }
  return IdealState::kDone;
}

std::vector<PackumentRequest> IdealBuilder::take_requests() {
  return impl_->catalogue.take_requests();
}
std::vector<ManifestRequest> IdealBuilder::take_manifest_requests() {
  return impl_->catalogue.take_manifest_requests();
}
std::vector<Picked> IdealBuilder::take_picked() { return impl_->catalogue.take_picked(); }

void IdealBuilder::provide(const std::string& name, std::shared_ptr<const Packument> packument) {
  impl_->catalogue.provide(name, std::move(packument));
}
void IdealBuilder::provide_error(const std::string& name, Error error) {
  impl_->catalogue.provide_error(name, std::move(error));
}
void IdealBuilder::provide_manifest(const std::string& key, PackageMeta meta,
                                    std::string integrity) {
  impl_->catalogue.provide_manifest(key, std::move(meta), std::move(integrity));
}
void IdealBuilder::provide_manifest_error(const std::string& key, Error error) {
  impl_->catalogue.provide_manifest_error(key, std::move(error));
}

Result<Tree> IdealBuilder::finish() {
  if (!impl_->tree) return Error(Code::ERR_INVALID_STATE, "the ideal tree is not built yet");
  Tree tree = std::move(*impl_->tree);
  impl_->tree.reset();
  return tree;
}

const std::vector<Warning>& IdealBuilder::warnings() const { return impl_->warnings; }
size_t IdealBuilder::placed() const { return impl_->placed; }

}  // namespace gyre::pkg
