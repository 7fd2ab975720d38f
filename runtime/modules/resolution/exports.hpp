// The "exports" and "imports" maps of package.json: subpaths, conditions, patterns, fallbacks.
// Pure functions over a parsed package; the texts of the errors are those Node's users know.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.hpp"
#include "runtime/modules/resolution/package_scope.hpp"

namespace gyre::resolution {

// Names of the conditions that hold ("node", "import", ...), "default" always among them.
class Conditions {
 public:
  Conditions() = default;
  explicit Conditions(std::vector<std::string> names) : names_(std::move(names)) {}
  bool has(std::string_view name) const;

 private:
  std::vector<std::string> names_;
};

// Where a map points.
struct MapTarget {
  enum class Kind : uint8_t {
    kFile,     // `target` lies in the package: "/lib/x.js", still percent-encoded, may have ?query
    kPackage,  // `target` is a bare specifier, to be resolved from the package (imports only)
  };
  Kind kind = Kind::kFile;
  std::string target;
};

// `subpath` is "." or "./x". `base` names the importer in messages; empty for require().
// Fails with ERR_PACKAGE_PATH_NOT_EXPORTED, ERR_INVALID_PACKAGE_TARGET,
// ERR_INVALID_PACKAGE_CONFIG or ERR_INVALID_MODULE_SPECIFIER.
Result<MapTarget> resolve_exports(const PackageConfig& package, std::string_view subpath,
                                  std::string_view base, const Conditions& conditions);
// `specifier` starts with "#"; `package` is the importer's scope or null.
Result<MapTarget> resolve_imports(const PackageConfig* package, std::string_view specifier,
                                  std::string_view base, const Conditions& conditions);

}  // namespace gyre::resolution
