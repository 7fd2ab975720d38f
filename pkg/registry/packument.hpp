// Packument: what a registry says about one package. Every string handed out is a view into what it
// owns and lives as long as the Packument. Versions are indexed when it is parsed and read only
// when asked for. Parse on any thread; afterwards one thread at a time, because find() fills a
// cache.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "pkg/semver/version.hpp"
#include "runtime/base/bytes.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// One line of a dependencies object, in document order.
struct Dependency {
  std::string_view name;
  std::string_view spec;
};

// One version's manifest. All views belong to the Packument. `*_json` members are raw JSON values
// kept as text because only the lockfile needs them; empty means absent.
struct VersionManifest {
  std::string_view name;
  std::string_view version;
  std::span<const Dependency> dependencies;  // without those also listed as optional
  std::span<const Dependency> optional_dependencies;
  std::span<const Dependency> peer_dependencies;
  std::span<const std::string_view> optional_peers;  // peerDependenciesMeta.<name>.optional
  std::span<const std::string_view> bundle_dependencies;
  bool bundles_everything = false;  // bundleDependencies: true
  std::span<const std::string_view> os, cpu, libc;
  std::string_view tarball;
  std::string_view integrity;  // SRI; made from shasum where the registry has only that
  std::string_view shasum;     // hex SHA-1, may be empty
  uint64_t unpacked_size = 0;  // 0: unknown
  uint32_t file_count = 0;
  bool has_install_script = false;
  bool has_shrinkwrap = false;
  bool is_deprecated = false;
  bool is_abbreviated = false;  // from metadata without licenses and C libraries
  std::string_view deprecated;  // the message
  std::string_view engines_node;
  std::string_view engines_npm;
  std::string_view bin_json, engines_json, funding_json, license_json, peer_meta_json,
      workspaces_json;
  std::string_view directories_bin;
};

struct VersionEntry {
  std::string_view text;
  semver::Version version;
  bool is_valid;  // text is a semver version; others can only be named exactly
};

class Packument {
 public:
  // `reply` is JSON, gzipped or not; `source` names it in errors ("https://host/name"). Broken JSON
  // or a wrong shape is EREGISTRYREPLY naming the field. The reply's name must be `name` where it
  // has one.
  static Result<std::shared_ptr<Packument>> parse(ByteView reply, std::string name,
                                                  std::string source);
  ~Packument();
  Packument(const Packument&) = delete;
  Packument& operator=(const Packument&) = delete;

  const std::string& name() const;
  const std::string& source() const;
  // Empty view when there is no such tag.
  std::string_view dist_tag(std::string_view tag) const;
  std::span<const Dependency> dist_tags() const;   // name = tag, spec = version
  std::span<const VersionEntry> versions() const;  // in document order
  // ISO time of publication, empty in abbreviated metadata.
  std::string_view time(std::string_view version) const;
  bool has_times() const;
  // Abbreviated, and some version is for certain systems only: for which C library is not said.
  bool lacks_libc() const;
  // ISO time of the last change of anything, or of the last release; empty where the registry says
  // nothing.
  std::string_view modified() const;
  // Null: no such version. Error: the version's manifest has the wrong shape.
  Result<const VersionManifest*> find(std::string_view version) const;
  // Whether it lists `version`, without reading the manifest.
  bool has(std::string_view version) const;
  // Same as find, by position in versions().
  Result<const VersionManifest*> manifest(size_t index) const;
  // The JSON of what installing reads, a tenth of what came: for the disk cache. Any thread may go
  // on reading it.
  std::shared_ptr<const std::string> text() const;
  // How much of it is in memory as it is, and having it small until something is asked for again:
  // compressed, or as nothing but the reply it came from, where that is kept.
  size_t open_bytes() const;
  void put_away() const;
  // `reply` is what was parsed. Kept if it came compressed.
  void keep_reply(Buffer reply);

 private:
  struct Impl;
  explicit Packument(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gyre::pkg
