// Resolution of modules to files, for require() and for import. Holds the caches of package.json
// files, file kinds and real paths. Owned by one environment; one thread.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.hpp"
#include "runtime/base/strong.hpp"
#include "runtime/modules/resolution/exports.hpp"
#include "runtime/modules/resolution/files.hpp"
#include "runtime/modules/resolution/package_scope.hpp"

namespace gyre::resolution {

using PreserveSymlinks = StrongBool<struct PreserveSymlinksTag>;

struct Found {
  enum class Kind : uint8_t {
    kNotFound,
    kFile,           // `path` is the file; `package` is set if its "main" was wrong
    kBuiltin,        // `path` is the name of a builtin module, without "node:"
    kBadMain,        // `path` is what package.json ("package") names as main; it does not exist
    kMissingTarget,  // `path` is what the maps of "package" point to; it does not exist
  };
  Kind kind = Kind::kNotFound;
  std::string path;
  std::string package;
  std::string suffix;  // "?query#hash" of a map's target (import only)
};

struct FindOptions {
  std::span<const std::string> extensions;  // tried in order: ".js", ".json", ...
  const Conditions& conditions;
  PreserveSymlinks preserve_symlinks{false};
};

class Resolver {
 public:
  using IsBuiltin = std::function<bool(std::string_view)>;
  explicit Resolver(IsBuiltin is_builtin) : is_builtin_(std::move(is_builtin)) {}

  Files& files() { return files_; }
  PackageCache& packages() { return packages_; }
  // The end of a burst of loading: what changes on disk from now on is seen.
  void forget() {
    files_.forget_kinds();
    packages_.forget_absent();
  }

  // require(): `request` looked up in each of `directories` in turn (node_modules folders, or the
  // requiring file's own directory for relative requests). Absolute requests need none.
  Result<Found> find(std::string_view request, std::span<const std::string> directories,
                     const FindOptions& options);
  // require(): `request` as the own name of the package that holds the file `parent`.
  Result<Found> find_self(std::string_view request, std::string_view parent,
                          const FindOptions& options);
  // require("#name") from the file `parent`.
  Result<Found> find_import(std::string_view request, std::string_view parent,
                            const FindOptions& options);

  // import of a bare specifier or "#name" from the file `parent`. Fails with ERR_MODULE_NOT_FOUND,
  // ERR_INVALID_MODULE_SPECIFIER and the errors of the maps. Only a builtin or an existing kind of
  // place is returned; whether the file exists is `finish_import`'s question.
  Result<Found> import_bare(std::string_view specifier, std::string_view parent,
                            const Conditions& conditions);
  // The last step of an import: the file must exist and be no directory; its real path.
  // Fails with ERR_UNSUPPORTED_DIR_IMPORT or ERR_MODULE_NOT_FOUND.
  Result<std::string> finish_import(const std::string& path, std::string_view parent,
                                    PreserveSymlinks preserve_symlinks);

  // The folders require() searches for a package seen from `directory`, innermost first.
  static std::vector<std::string> node_modules_paths(std::string_view directory);

 private:
  std::optional<std::string> try_file(const std::string& path, const FindOptions& options);
  std::optional<std::string> try_extensions(const std::string& path, const FindOptions& options);
  Result<Found> try_directory(const std::string& path, const FindOptions& options);
  Result<Found> find_exported(const std::string& directory, std::string_view request,
                              const FindOptions& options);
  // `owner` is what the error calls the place of the map: the package's folder or its package.json.
  Result<Found> finish_target(const PackageConfig& package, const MapTarget& target,
                              const std::string& owner, const FindOptions& options);
  Result<Found> import_package(std::string_view specifier, std::string_view parent,
                               const Conditions& conditions);
  Result<Found> import_exported(const PackageConfig& package, std::string_view subpath,
                                std::string_view parent, const Conditions& conditions);
  Result<Found> import_from_folder(const std::string& directory, std::string_view subpath,
                                   std::string_view specifier, std::string_view parent,
                                   const Conditions& conditions);
  std::optional<std::string> legacy_main(const std::string& directory,
                                         const PackageConfig* package);

  IsBuiltin is_builtin_;
  Files files_;
  PackageCache packages_;
};

}  // namespace gyre::resolution
