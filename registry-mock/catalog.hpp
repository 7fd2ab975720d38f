// Catalog: what the registry holds. Packages come from folders when first asked for (see the
// README for the layout), from publishing, or from an upstream registry; what is published lives
// in memory only, so fixtures never change. Loop's thread only.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "registry-mock/text.hpp"
#include "runtime/base/json.hpp"
#include "runtime/base/result.hpp"

namespace gyre::registry_mock {

enum class Source : uint8_t { kFolder, kArchive, kRecipe, kPublished, kUpstream };

struct Version {
  json::Object manifest;  // as in package.json, with the fixture's overrides, without dist
  json::Object dist;      // what is said in dist; tarball, integrity and shasum where not computed
  Source source = Source::kPublished;
  std::string path;                            // of folder, archive or recipe
  std::string file_name;                       // "name-1.0.0.tgz"
  std::string upstream_url;                    // where a recorded version's archive comes from
  std::string time;                            // ISO, or "-2h": before the registry's present
  std::shared_ptr<const std::string> archive;  // packed or published; files are read each time
  json::Array attestations;                    // {"predicateType", "bundle"} each
};

// An answer ready to send.
struct Rendered {
  std::string body, compressed, etag;
};

struct Package {
  std::string name;
  std::map<std::string, Version, VersionLess> versions;
  std::map<std::string, std::string> tags;
  json::Array maintainers;
  json::Object fields;  // readme, description and the like where they are not the latest version's
  std::string created, modified;
  uint64_t revision = 1;
  std::map<std::string, Rendered> rendered;  // by form and address

  // After a change: the next reader sees it, under another revision.
  void touch() {
    ++revision;
    rendered.clear();
  }
  std::string revision_text() const;
  // The version a tag or exact version names.
  Version* find(const std::string& tag_or_version);
  // Points "latest" at the highest stable version (or the highest) if it points at none.
  void repair_latest();
};

class Catalog {
 public:
  // Folders in order of preference; what is recorded goes to the first.
  explicit Catalog(std::vector<std::string> folders) : folders_(std::move(folders)) {}

  // Null when there is no such package; an Error when its fixture is broken.
  Result<Package*> find(const std::string& name);
  Package& create(const std::string& name);
  // Until the process ends, also where a fixture has it.
  void remove(const std::string& name);
  bool has_removed(const std::string& name) const {
    const auto known = packages_.find(name);
    return known != packages_.end() && known->second == nullptr;
  }
  // Every package in memory or on disk, sorted.
  std::vector<std::string> names() const;
  // From a whole packument of an upstream registry.
  Package& adopt(const std::string& name, const json::Value& packument);
  // Folders are read anew when next asked; what was published is lost.
  void reload() { packages_.clear(); }
  // After a change of the clock: times are worked out anew.
  void forget_rendered();

  const std::vector<std::string>& folders() const { return folders_; }
  // Where a package of that name is recorded.
  std::string folder_for(const std::string& name) const;

 private:
  Result<bool> load(const std::string& folder, Package& package);
  std::vector<std::string> folders_;
  std::map<std::string, std::unique_ptr<Package>> packages_;  // null: removed
};

// "name" or "@scope/name" with characters that stay inside the packages folder.
bool is_package_name(std::string_view name);
// The bytes of a version's tarball.
Result<std::shared_ptr<const std::string>> archive_of(Version& version);
// Integrity and shasum in `dist`, computed unless given.
Status describe_archive(Version& version);

}  // namespace gyre::registry_mock
