// package.json as the module resolver sees it, read once per directory and kept for the life of the
// cache. The cache owns its records; pointers to them stay valid. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "runtime/base/json.hpp"
#include "runtime/base/result.hpp"
#include "runtime/modules/resolution/files.hpp"

namespace gyre::resolution {

enum class PackageType : uint8_t { kNone, kCommonJs, kModule };

struct PackageConfig {
  std::string directory;  // without trailing slash, except "/"
  std::string file;       // directory + "/package.json"
  std::optional<std::string> name;
  std::optional<std::string> main;
  PackageType type = PackageType::kNone;
  std::optional<json::Value> exports;  // absent when missing or null
  std::optional<json::Value> imports;  // only if an object
};

// Where resolution starts for `importer`: the directory a file lies in; a path that ends with a
// slash is that directory itself.
std::string_view importing_directory(std::string_view importer);

class PackageCache {
 public:
  // The package.json in `directory`; null if there is none. Fails with ERR_INVALID_PACKAGE_CONFIG,
  // naming `base` as the importer if it is not empty.
  Result<const PackageConfig*> read(std::string_view directory, std::string_view base = {});
  // The package whose scope holds `path`: the nearest package.json above it, not looking beyond a
  // node_modules folder. Null if there is none.
  Result<const PackageConfig*> scope_of(std::string_view path);
  // Forgets which directories have none (the end of a burst of loading): one may be installed.
  void forget_absent() { absent_.clear(); }

 private:
  StringMap<std::unique_ptr<PackageConfig>> packages_;
  std::unordered_set<std::string, StringHash, std::equal_to<>> absent_;
};

}  // namespace gyre::resolution
