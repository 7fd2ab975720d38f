// What the resolver knows about specifiers and packages: each text is parsed once (WantCache), each
// chosen version becomes one shared Package. One thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "pkg/registry/packument.hpp"
#include "pkg/semver/range.hpp"
#include "pkg/spec/spec.hpp"
#include "pkg/tree/node.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg::resolve {

// A parsed specifier. `error` set: nothing satisfies it and it cannot be fetched.
struct Want {
  std::string text;
  Spec spec;
  const semver::Range* range = nullptr;  // of versions, ranges, aliases to them, workspace:
  std::optional<Error> error;
  // Kind with aliases looked through.
  SpecKind kind() const { return spec.kind == SpecKind::kAlias ? spec.alias_kind : spec.kind; }
};

class WantCache {
 public:
  // What "catalog:" stands for, by catalog and package; outlives the cache.
  using Catalogs = std::map<std::string, NamedStrings>;
  WantCache();
  explicit WantCache(const Catalogs& catalogs);
  const Want* get(std::string_view name, std::string_view text);
  semver::RangeCache& ranges() { return ranges_; }

 private:
  Result<Spec> look_up_catalog(const Spec& spec) const;

  const Catalogs* catalogs_ = nullptr;
  semver::RangeCache ranges_;
  std::unordered_map<std::string, std::unique_ptr<Want>> wants_;  // by "name text"
};

// A manifest as the graph needs it.
struct Package {
  PackageMeta meta;
  std::optional<semver::Version> version;
  std::string tarball;  // what `resolved` becomes
  std::string integrity;
  uint64_t unpacked_size = 0;
  uint32_t file_count = 0;
};
using PackageRef = std::shared_ptr<const Package>;

// EINVALIDNAME, naming the package that lists such a dependency.
Status check_dependency_names(const PackageMeta& meta);
// EINVALIDBIN, EINVALIDNAME: hostile metadata is refused where it enters.
Result<PackageRef> package_from_manifest(const VersionManifest& manifest);
PackageRef package_from_meta(PackageMeta meta);

}  // namespace gyre::pkg::resolve
