#include "pkg/saving.hpp"

#include <algorithm>

#include "pkg/files.hpp"
#include "pkg/semver/algorithms.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {
namespace {

constexpr const char* kSections[] = {"dependencies", "devDependencies", "optionalDependencies",
                                     "peerDependencies"};

NamedStrings& list_of(PackageMeta& meta, const std::string& section) {
  if (section == kSections[1]) return meta.dev_dependencies;
  if (section == kSections[2]) return meta.optional_dependencies;
  if (section == kSections[3]) return meta.peer_dependencies;
  return meta.dependencies;
}

std::string section_for(Project& project, const std::string& name, SaveTo save_to) {
  switch (save_to) {
    case SaveTo::kProd:
      return kSections[0];
    case SaveTo::kDev:
      return kSections[1];
    case SaveTo::kOptional:
      return kSections[2];
    case SaveTo::kPeer:
      return kSections[3];
    case SaveTo::kKeep:
      break;
  }
  for (const char* section : kSections) {
    const NamedStrings& list = list_of(project.manifest.meta, section);
    const bool has = std::any_of(list.begin(), list.end(),
                                 [&name](const auto& entry) { return entry.first == name; });
    if (has) return section;
  }
  return kSections[0];
}

// The manifest's parsed half follows its text.
Status reread(Project& project) {
  const Manifest& old = project.manifest;
  GYRE_ASSIGN(Manifest fresh, parse_manifest(write_manifest(old), project.dir + "/package.json"));
  project.manifest = std::move(fresh);
  return ok();
}

// "../x" as npm writes it: relative to the project.
std::string file_spec(const Options& options, const std::string& written) {
  const std::string absolute = path::resolve(options.working_dir, written);
  const std::string relative = path::relative(options.project_dir, absolute);
  return "file:" + (relative.empty() ? "." : relative);
}

Result<AddedDependency> parse_added(const std::string& argument, const Options& options) {
  GYRE_ASSIGN(Spec spec, parse_argument(argument));
  AddedDependency added{spec.name, {}, spec, argument};
  if (spec.kind == SpecKind::kFolder || spec.kind == SpecKind::kFile) {
    added.spec.raw = file_spec(options, spec.fetch_spec);
  }
  if (!added.name.empty()) return added;
  if (spec.kind == SpecKind::kFolder) {
    const std::string folder = path::resolve(options.working_dir, spec.fetch_spec);
    GYRE_ASSIGN(const Manifest manifest, load_manifest(folder + "/package.json"));
    added.name = manifest.meta.name;
  }
  if (added.name.empty()) {
    return Error(Code::EUSAGE, "\"" + argument + "\" does not say under which name to install it",
                 "write it as <name>@" + argument);
  }
  return added;
}

std::string range_to_save(const AddedDependency& added, const Node& node, const Options& options) {
  const std::string prefix = options.save_exact ? "" : options.save_prefix;
  const std::string prefixed = node.meta.version.empty() ? "*" : prefix + node.meta.version;
  const SpecKind kind =
      added.spec.kind == SpecKind::kAlias ? added.spec.alias_kind : added.spec.kind;
  std::string range = prefixed;
  if (kind == SpecKind::kRange && !added.spec.fetch_spec.empty() && added.spec.fetch_spec != "*") {
    const auto wanted = semver::Range::parse(added.spec.fetch_spec, {semver::Mode::kLoose, {}});
    const auto ours = semver::Range::parse(prefixed, {semver::Mode::kLoose, {}});
    // What the user asked for stays where the usual range would allow more.
    if (wanted && ours && !semver::is_subset(*ours, *wanted)) range = added.spec.fetch_spec;
  }
  if (added.spec.kind == SpecKind::kAlias) return "npm:" + added.spec.target_name + "@" + range;
  return range;
}

}  // namespace

Result<std::vector<AddedDependency>> add_dependencies(Project& project,
                                                      const InstallRequest& request,
                                                      const Options& options) {
  std::vector<AddedDependency> all;
  for (const std::string& argument : request.add) {
    GYRE_ASSIGN(AddedDependency added, parse_added(argument, options));
    GYRE_TRY(check_package_name(added.name));
    added.section = section_for(project, added.name, request.save_to);
    const std::string wanted = added.spec.raw.empty() ? options.default_tag : added.spec.raw;
    set_dependency(project.manifest, added.section, added.name, wanted);
    all.push_back(std::move(added));
  }
  if (!all.empty()) GYRE_TRY(reread(project));
  return all;
}

Result<std::vector<std::string>> remove_dependencies(Project& project,
                                                     const std::vector<std::string>& names) {
  std::vector<std::string> missing;
  for (const std::string& name : names) {
    if (!remove_dependency(project.manifest, name)) missing.push_back(name);
  }
  if (missing.size() < names.size()) GYRE_TRY(reread(project));
  return missing;
}

Status save_chosen(Project& project, Tree& ideal, const std::vector<AddedDependency>& added,
                   const Options& options) {
  for (const AddedDependency& dependency : added) {
    const Node* node = ideal.find("node_modules/" + dependency.name);
    if (node == nullptr || !dependency.spec.is_registry()) continue;
    const std::string range = range_to_save(dependency, *node, options);
    set_dependency(project.manifest, dependency.section, dependency.name, range);
  }
  if (added.empty()) return ok();
  GYRE_TRY(reread(project));
  PackageMeta& root = ideal.nodes[""].meta;
  const PackageMeta& fresh = project.manifest.meta;
  root.dependencies = fresh.dependencies;
  root.dev_dependencies = fresh.dev_dependencies;
  root.optional_dependencies = fresh.optional_dependencies;
  root.peer_dependencies = fresh.peer_dependencies;
  return ok();
}

}  // namespace gyre::pkg
