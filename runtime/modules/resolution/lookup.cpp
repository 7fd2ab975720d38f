#include "runtime/modules/resolution/lookup.hpp"

#include "runtime/base/path.hpp"
#include "runtime/modules/resolution/specifier.hpp"

namespace gyre::resolution {
namespace {

std::string below(std::string_view directory, std::string_view rest) {
  std::string out(directory == "/" ? "" : directory);
  if (!rest.starts_with('/')) out += '/';
  return out.append(rest);
}

struct TargetFile {
  std::string path;
  std::string suffix;
};

// A map's target is text of a URL: escapes are decoded, "?query" and "#hash" split off.
TargetFile target_file(const PackageConfig& package, const std::string& target) {
  size_t end = std::min(target.find_first_of("?#"), target.size());
  std::string path = percent_decode(std::string_view(target).substr(0, end));
  return {path::normalize(below(package.directory, path)), target.substr(end)};
}

Error invalid_specifier(std::string_view specifier, const char* reason, std::string_view parent) {
  std::string message = "Invalid module \"" + std::string(specifier) + "\" " + reason;
  if (!parent.empty()) message += " imported from " + std::string(parent);
  return Error(Code::ERR_INVALID_MODULE_SPECIFIER, std::move(message));
}

constexpr const char* kNoEncodedSeparators = "must not include encoded \"/\" or \"\\\" characters";

// The file that an import through a map leads to.
Result<Found> place_of_target(const PackageConfig& package, const std::string& target,
                              std::string_view parent) {
  if (has_encoded_separator(target)) {
    return invalid_specifier(below(package.directory, target), kNoEncodedSeparators, parent);
  }
  TargetFile at = target_file(package, target);
  return Found{Found::Kind::kFile, at.path, {}, at.suffix};
}

// What the error names when a package has no entry: the file that was looked for first.
std::string missing_entry(const std::string& directory, const PackageConfig* package) {
  return package != nullptr && package->main ? path::resolve(directory, *package->main)
                                             : below(directory, "index.js");
}

std::string_view without_scheme(std::string_view name) {
  return name.starts_with("node:") ? name.substr(5) : name;
}

}  // namespace

std::vector<std::string> Resolver::node_modules_paths(std::string_view directory) {
  std::vector<std::string> out;
  for (std::string_view at = directory; at != "/" && at != "."; at = path::dirname(at)) {
    if (path::basename(at) != "node_modules") out.push_back(below(at, "node_modules"));
  }
  out.push_back("/node_modules");
  return out;
}

std::optional<std::string> Resolver::try_file(const std::string& path, const FindOptions& options) {
  if (!files_.is_file(path)) return std::nullopt;
  if (bool(options.preserve_symlinks)) return path::resolve("/", path);
  return files_.real_path(path);
}

std::optional<std::string> Resolver::try_extensions(const std::string& path,
                                                    const FindOptions& options) {
  for (const std::string& extension : options.extensions) {
    if (auto file = try_file(path + extension, options)) return file;
  }
  return std::nullopt;
}

Result<Found> Resolver::try_directory(const std::string& path, const FindOptions& options) {
  GYRE_ASSIGN(const PackageConfig* package, packages_.read(path));
  std::string index = below(path, "index");
  if (package == nullptr || !package->main || package->main->empty()) {
    if (auto file = try_extensions(index, options)) return Found{Found::Kind::kFile, *file, {}, {}};
    return Found{};
  }
  std::string main = path::resolve(path, *package->main);
  auto file = try_file(main, options);
  if (!file) file = try_extensions(main, options);
  if (!file) file = try_extensions(below(main, "index"), options);
  if (file) return Found{Found::Kind::kFile, *file, {}, {}};
  // A wrong main is forgiven where there is an index; `package` set says so.
  file = try_extensions(index, options);
  if (file) return Found{Found::Kind::kFile, *file, package->file, {}};
  return Found{Found::Kind::kBadMain, main, package->file, {}};
}

Result<Found> Resolver::finish_target(const PackageConfig& package, const MapTarget& target,
                                      const std::string& owner, const FindOptions& options) {
  if (has_encoded_separator(target.target)) {
    return invalid_specifier("file://" + percent_encode_path(package.directory) + target.target,
                             kNoEncodedSeparators, "");
  }
  TargetFile at = target_file(package, target.target);
  if (auto file = try_file(at.path, options)) return Found{Found::Kind::kFile, *file, {}, {}};
  return Found{Found::Kind::kMissingTarget, at.path, owner, {}};
}

Result<Found> Resolver::find_exported(const std::string& directory, std::string_view request,
                                      const FindOptions& options) {
  auto parsed = parse_required_package(request);
  if (!parsed) return Found{};
  GYRE_ASSIGN(const PackageConfig* package, packages_.read(below(directory, parsed->name)));
  if (package == nullptr || !package->exports) return Found{};
  GYRE_ASSIGN(auto target, resolve_exports(*package, parsed->subpath, "", options.conditions));
  return finish_target(*package, target, package->directory, options);
}

Result<Found> Resolver::find(std::string_view request, std::span<const std::string> directories,
                             const FindOptions& options) {
  static const std::string kRoot[] = {""};
  bool is_absolute = path::is_absolute(request);
  if (is_absolute) directories = kRoot;
  for (const std::string& directory : directories) {
    if (!is_absolute && !is_relative(request)) {
      if (files_.kind(directory) != FileKind::kDirectory) continue;
      GYRE_ASSIGN(auto exported, find_exported(directory, request, options));
      if (exported.kind != Found::Kind::kNotFound) return exported;
    }
    std::string base = path::resolve(directory.empty() ? "/" : directory, request);
    FileKind kind = files_.kind(base);
    if (!names_directory(request)) {
      std::optional<std::string> file;
      if (kind == FileKind::kFile) file = try_file(base, options);
      if (!file) file = try_extensions(base, options);
      if (file) return Found{Found::Kind::kFile, *file, {}, {}};
    }
    if (kind == FileKind::kDirectory) {
      GYRE_ASSIGN(auto found, try_directory(base, options));
      if (found.kind != Found::Kind::kNotFound) return found;
    }
  }
  return Found{};
}

Result<Found> Resolver::find_self(std::string_view request, std::string_view parent,
                                  const FindOptions& options) {
  GYRE_ASSIGN(const PackageConfig* package, packages_.scope_of(parent));
  if (package == nullptr || !package->exports || !package->name) return Found{};
  std::string_view name = *package->name;
  if (!request.starts_with(name)) return Found{};
  std::string_view rest = request.substr(name.size());
  if (!rest.empty() && !rest.starts_with('/')) return Found{};
  std::string subpath = "." + std::string(rest);
  GYRE_ASSIGN(auto target, resolve_exports(*package, subpath, parent, options.conditions));
  return finish_target(*package, target, package->file, options);
}

Result<Found> Resolver::find_import(std::string_view request, std::string_view parent,
                                    const FindOptions& options) {
  GYRE_ASSIGN(const PackageConfig* package, packages_.scope_of(parent));
  GYRE_ASSIGN(auto target, resolve_imports(package, request, parent, options.conditions));
  if (target.kind == MapTarget::Kind::kFile) {
    return finish_target(*package, target, package->file, options);
  }
  GYRE_ASSIGN(auto found, import_package(target.target, package->file, options.conditions));
  if (found.kind != Found::Kind::kFile) return found;
  auto file = try_file(found.path, options);
  if (!file) return Found{Found::Kind::kMissingTarget, found.path, package->file, {}};
  found.path = std::move(*file);
  return found;
}

Result<Found> Resolver::import_bare(std::string_view specifier, std::string_view parent,
                                    const Conditions& conditions) {
  if (!specifier.starts_with('#')) return import_package(specifier, parent, conditions);
  GYRE_ASSIGN(const PackageConfig* package, packages_.scope_of(parent));
  GYRE_ASSIGN(auto target, resolve_imports(package, specifier, parent, conditions));
  if (target.kind == MapTarget::Kind::kPackage) {
    return import_package(target.target, package->file, conditions);
  }
  return place_of_target(*package, target.target, parent);
}

Result<Found> Resolver::import_exported(const PackageConfig& package, std::string_view subpath,
                                        std::string_view parent, const Conditions& conditions) {
  GYRE_ASSIGN(auto target, resolve_exports(package, subpath, parent, conditions));
  return place_of_target(package, target.target, parent);
}

std::optional<std::string> Resolver::legacy_main(const std::string& directory,
                                                 const PackageConfig* package) {
  static constexpr std::string_view kTails[] = {"",          ".js",         ".json",      ".node",
                                                "/index.js", "/index.json", "/index.node"};
  if (package != nullptr && package->main) {
    std::string main = path::resolve(directory, *package->main);
    for (std::string_view tail : kTails) {
      std::string file = main + std::string(tail);
      if (files_.is_file(file)) return file;
    }
  }
  for (const char* name : {"index.js", "index.json", "index.node"}) {
    std::string file = below(directory, name);
    if (files_.is_file(file)) return file;
  }
  return std::nullopt;
}

Result<Found> Resolver::import_from_folder(const std::string& directory, std::string_view subpath,
                                           std::string_view specifier, std::string_view parent,
                                           const Conditions& conditions) {
  std::string importer = "\"" + std::string(specifier) + "\" from " + std::string(parent);
  GYRE_ASSIGN(const PackageConfig* package, packages_.read(directory, importer));
  if (package != nullptr && package->exports) {
    return import_exported(*package, subpath, parent, conditions);
  }
  if (subpath != ".") {
    if (has_encoded_separator(subpath)) {
      return invalid_specifier(below(directory, subpath.substr(1)), kNoEncodedSeparators, parent);
    }
    size_t end = std::min(subpath.find_first_of("?#"), subpath.size());
    std::string path = percent_decode(subpath.substr(1, end - 1));
    return Found{Found::Kind::kFile,
                 path::normalize(below(directory, path)),
                 {},
                 std::string(subpath.substr(end))};
  }
  if (auto file = legacy_main(directory, package)) return Found{Found::Kind::kFile, *file, {}, {}};
  return Error(Code::ERR_MODULE_NOT_FOUND, "Cannot find package '" +
                                               missing_entry(directory, package) +
                                               "' imported from " + std::string(parent));
}

Result<Found> Resolver::import_package(std::string_view specifier, std::string_view parent,
                                       const Conditions& conditions) {
  if (is_builtin_(specifier)) {
    return Found{Found::Kind::kBuiltin, std::string(without_scheme(specifier)), {}, {}};
  }
  auto parsed = parse_package_specifier(specifier);
  if (!parsed) return invalid_specifier(specifier, "is not a valid package name", parent);
  GYRE_ASSIGN(const PackageConfig* self, packages_.scope_of(parent));
  if (self != nullptr && self->exports && self->name == parsed->name) {
    return import_exported(*self, parsed->subpath, parent, conditions);
  }
  for (const std::string& folder : node_modules_paths(importing_directory(parent))) {
    std::string directory = below(folder, parsed->name);
    if (files_.kind(directory) != FileKind::kDirectory) continue;
    return import_from_folder(directory, parsed->subpath, specifier, parent, conditions);
  }
  return Error(Code::ERR_MODULE_NOT_FOUND,
               "Cannot find package '" + parsed->name + "' imported from " + std::string(parent));
}

Result<std::string> Resolver::finish_import(const std::string& path, std::string_view parent,
                                            PreserveSymlinks preserve_symlinks) {
  FileKind kind = files_.kind(path);
  // A final slash asks for a directory, whether there is one or not.
  if (path.ends_with('/') || kind == FileKind::kDirectory) {
    return Error(Code::ERR_UNSUPPORTED_DIR_IMPORT,
                 "Directory import '" + path +
                     "' is not supported resolving ES modules imported from " +
                     std::string(parent));
  }
  if (kind == FileKind::kMissing) {
    return Error(Code::ERR_MODULE_NOT_FOUND,
                 "Cannot find module '" + path + "' imported from " + std::string(parent));
  }
  if (bool(preserve_symlinks)) return path;
  auto real = files_.real_path(path);
  return real ? std::move(*real) : path;
}

}  // namespace gyre::resolution
