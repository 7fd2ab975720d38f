// What publishing sends: the document of one version with its archive attached, and the checks that
// come before. Pure but for reading the package's readme and its git commit. Any thread.
#pragma once

#include <string>

#include "pkg/config/sources.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/options.hpp"
#include "pkg/pack/pack.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct PublishSettings {
  std::string registry;  // URL, ending with '/'
  std::string tag;       // dist-tag to set
  bool has_tag = false;  // it was chosen, not the default
  std::string access;    // "public", "restricted" or empty: the registry decides
  bool wants_provenance = false;
  std::string npm_version;  // what we say we are
};

// Flags, then publishConfig of package.json, then settings. EUSAGE for an impossible value.
// `given` tells whether the user chose a setting for this run.
Result<PublishSettings> publish_settings(const Manifest& manifest, const Options& options,
                                         const AllSettings& all,
                                         const std::map<std::string, std::string>& given);

// EPRIVATE, EINVALIDTAG, EUNSCOPED, ERR_NOT_IMPLEMENTED (provenance).
Status check_publishable(const Manifest& manifest, const PublishSettings& settings, bool force);
// Against what the registry has: EPUBLISHCONFLICT, EUSAGE. `packument` may be null.
Status check_not_published(const OrderedJson& packument, const std::string& version,
                           const PublishSettings& settings);

// The manifest as the registry is to show it. `folder` is empty for an archive.
OrderedJson published_manifest(const Manifest& manifest, const std::string& folder);
OrderedJson publish_document(OrderedJson manifest, const PackedPackage& package,
                             const PublishSettings& settings);

}  // namespace gyre::pkg
