// Installer: what abbreviated metadata did not say and lockfiles hold comes from the archives,
// which are at hand by then.
#include "pkg/installer.hpp"

namespace gyre::pkg {
namespace {

void take_if_absent(std::string& mine, std::string_view theirs) {
  if (mine.empty()) mine = theirs;
}

// From an index, an installed package's manifest or the full metadata: they name it alike.
template <typename Source>
void complete(PackageMeta& meta, const Source& source) {
  take_if_absent(meta.license_json, source.license_json);
  take_if_absent(meta.funding_json, source.funding_json);
  take_if_absent(meta.workspaces_json, source.workspaces_json);
  meta.is_abbreviated = false;
}

}  // namespace

Status Installer::complete_manifests() {
  for (size_t i = 0; i < contents_.size(); ++i) {
    if (!contents_[i]) continue;
    Node& node = ideal_.nodes[ideal_location(link_plan_.packages[i].node->location)];
    if (node.meta.is_abbreviated) complete(node.meta, *contents_[i]);
  }
  std::vector<std::string> rest;
  for (auto& [location, node] : ideal_.nodes) {
    if (!node.meta.is_abbreviated) continue;
    const Node* present = layout_ ? nullptr : actual_.find(location);
    if (present && present->meta.name == node.meta.name &&
        present->meta.version == node.meta.version)
      complete(node.meta, present->meta);
    else
      rest.push_back(location);
  }
  GYRE_TRY(ask_for_rest(std::move(rest)));
  if (!layout_) return ok();
  for (auto& [location, node] : layout_->tree.nodes) {
    const Node* origin = ideal_.find(ideal_location(location));
    if (node.meta.is_abbreviated && origin) complete(node.meta, origin->meta);
  }
  return ok();
}

// What has not been fetched: packages left out here, of other workspaces… Without an answer the
// lockfile lacks a license: that is no reason to fail.
Status Installer::ask_for_rest(std::vector<std::string> locations) {
  if (locations.empty() || options_.offline) return ok();
  const auto left = std::make_shared<size_t>(locations.size());
  for (const std::string& location : locations) {
    PackageMeta& meta = ideal_.nodes[location].meta;
    client_->packument(meta.name, Metadata::kFull,
                       [left, &meta](Result<std::shared_ptr<const Packument>> packument) {
                         --*left;
                         if (!packument) return;
                         auto manifest = (*packument)->find(meta.version);
                         if (manifest && *manifest) complete(meta, **manifest);
                       });
  }
  return pump([left] { return *left == 0; });
}

}  // namespace gyre::pkg
