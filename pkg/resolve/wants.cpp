#include "pkg/resolve/wants.hpp"

#include "pkg/manifest/manifest.hpp"

namespace gyre::pkg::resolve {
namespace {

constexpr semver::RangeOptions kLoose{semver::Mode::kLoose, semver::Prereleases::kOnlySameTuple};

NamedStrings copy(std::span<const Dependency> list) {
  NamedStrings out;
  out.reserve(list.size());
  for (const Dependency& entry : list) out.emplace_back(entry.name, entry.spec);
  return out;
}

std::vector<std::string> copy(std::span<const std::string_view> list) {
  return {list.begin(), list.end()};
}

}  // namespace

WantCache::WantCache() : ranges_(kLoose) {}
WantCache::WantCache(const Catalogs& catalogs) : catalogs_(&catalogs), ranges_(kLoose) {}

// "catalog:name": what that catalog has for the package.
Result<Spec> WantCache::look_up_catalog(const Spec& spec) const {
  const std::string& wanted = spec.fetch_spec == "default" ? std::string() : spec.fetch_spec;
  const std::string shown =
      wanted.empty() ? std::string("the default catalog") : "the catalog \"" + wanted + "\"";
  auto missing = [&](const char* what) {
    return Error(Code::ETARGET, spec.name + "@" + spec.raw + ": " + shown + what,
                 "Add it under \"catalog\" or \"catalogs\" of the project's package.json, or of "
                 "pnpm-workspace.yaml.");
  };
  if (catalogs_ == nullptr) return missing(" does not exist");
  auto catalog = catalogs_->find(wanted);
  if (catalog == catalogs_->end()) return missing(" does not exist");
  for (const auto& [name, text] : catalog->second) {
    if (name != spec.name) continue;
    GYRE_ASSIGN(Spec found, parse_spec(name, text));
    if (found.kind == SpecKind::kCatalog) return missing(" points at a catalog again");
    return found;
  }
  return missing((" has no entry for " + spec.name).c_str());
}

const Want* WantCache::get(std::string_view name, std::string_view text) {
  std::string key(name);
  key += ' ';
  key += text;
  auto found = wants_.find(key);
  if (found != wants_.end()) return found->second.get();
  auto want = std::make_unique<Want>();
  want->text = text;
  Result<Spec> spec = parse_spec(name, text);
  if (spec && spec->kind == SpecKind::kCatalog) spec = look_up_catalog(*spec);
  if (!spec) {
    want->error = std::move(spec).error();
  } else {
    want->spec = std::move(*spec);
    SpecKind kind = want->kind();
    if (kind == SpecKind::kVersion || kind == SpecKind::kRange)
      want->range = ranges_.get(want->spec.fetch_spec);
    if (kind == SpecKind::kGit && !want->spec.git_range.empty())
      want->range = ranges_.get(want->spec.git_range);
    if (kind == SpecKind::kWorkspace) {
      std::string range = want->spec.fetch_spec;
      if (range.empty() || range == "^" || range == "~") range = "*";
      want->range = ranges_.get(range);
    }
  }
  return wants_.emplace(std::move(key), std::move(want)).first->second.get();
}

Status check_dependency_names(const PackageMeta& meta) {
  for (const NamedStrings* list :
       {&meta.dependencies, &meta.optional_dependencies, &meta.peer_dependencies}) {
    for (const auto& [name, spec] : *list) {
      Status valid = check_package_name(name);
      if (valid) continue;
      return Error(Code::EINVALIDNAME,
                   meta.name + "@" + meta.version +
                       " lists a dependency that is refused: " + valid.error().message(),
                   "Report it to the package's maintainers; it may be an attack.");
    }
  }
  return ok();
}

Result<PackageRef> package_from_manifest(const VersionManifest& manifest) {
  auto package = std::make_shared<Package>();
  PackageMeta& meta = package->meta;
  meta.name = manifest.name;
  meta.version = manifest.version;
  meta.dependencies = copy(manifest.dependencies);
  meta.optional_dependencies = copy(manifest.optional_dependencies);
  meta.peer_dependencies = copy(manifest.peer_dependencies);
  GYRE_TRY(check_dependency_names(meta));
  meta.optional_peers = copy(manifest.optional_peers);
  meta.bundle_dependencies = copy(manifest.bundle_dependencies);
  meta.bundles_everything = manifest.bundles_everything;
  meta.os = copy(manifest.os);
  meta.cpu = copy(manifest.cpu);
  meta.libc = copy(manifest.libc);
  meta.engines_json = manifest.engines_json;
  meta.engines_node = manifest.engines_node;
  meta.funding_json = manifest.funding_json;
  meta.license_json = manifest.license_json;
  meta.peer_meta_json = manifest.peer_meta_json;
  meta.workspaces_json = manifest.workspaces_json;
  meta.deprecated = manifest.deprecated;
  meta.is_deprecated = manifest.is_deprecated;
  meta.has_install_script = manifest.has_install_script;
  meta.has_shrinkwrap = manifest.has_shrinkwrap;
  meta.is_abbreviated = manifest.is_abbreviated;
  if (!manifest.bin_json.empty()) {
    OrderedJson bin = OrderedJson::parse(manifest.bin_json, nullptr, false);
    if (!bin.is_discarded()) {
      GYRE_ASSIGN(meta.bins, parse_bins(meta.name, bin));
    }
  }
  package->version = semver::parse(meta.version, semver::Mode::kLoose);
  package->tarball = manifest.tarball;
  package->integrity = manifest.integrity;
  package->unpacked_size = manifest.unpacked_size;
  package->file_count = manifest.file_count;
  return PackageRef(std::move(package));
}

PackageRef package_from_meta(PackageMeta meta) {
  auto package = std::make_shared<Package>();
  package->version = semver::parse(meta.version, semver::Mode::kLoose);
  package->meta = std::move(meta);
  return package;
}

}  // namespace gyre::pkg::resolve
