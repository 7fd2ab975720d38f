#include "pkg/saving.hpp"

#include <algorithm>
#include <set>

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

std::string section_for(const PackageMeta& meta, const std::string& name, SaveTo save_to) {
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
    const NamedStrings& list = list_of(const_cast<PackageMeta&>(meta), section);
    const bool has = std::any_of(list.begin(), list.end(),
                                 [&name](const auto& entry) { return entry.first == name; });
    if (has) return section;
  }
  return kSections[0];
}

std::string folder_of(const Project& project, const std::string& location) {
  return location.empty() ? project.dir : project.dir + "/" + location;
}

// The manifest to be edited, read when it is first needed.
Result<Manifest*> manifest_of(Project& project, const std::string& location) {
  if (location.empty()) return &project.manifest;
  auto known = project.edited.find(location);
  if (known == project.edited.end()) {
    GYRE_ASSIGN(Manifest manifest, load_manifest(folder_of(project, location) + "/package.json"));
    known = project.edited.emplace(location, std::move(manifest)).first;
  }
  return &known->second;
}

// The manifest's parsed half follows its text.
Status reread(Project& project, const std::string& location) {
  GYRE_ASSIGN(Manifest * manifest, manifest_of(project, location));
  const std::string path = folder_of(project, location) + "/package.json";
  GYRE_ASSIGN(Manifest fresh, parse_manifest(write_manifest(*manifest), path));
  *manifest = std::move(fresh);
  for (LocalPackage& workspace : project.workspaces) {
    if (workspace.location != location) continue;
    const std::string name = workspace.meta.name;
    workspace.meta = manifest->meta;
    workspace.meta.name = name;
  }
  return ok();
}

// By name, by its folder, or by a folder above it.
bool is_meant(const LocalPackage& workspace, const std::string& asked, const Options& options) {
  if (workspace.meta.name == asked) return true;
  const std::string folder = options.project_dir + "/" + workspace.location;
  for (const std::string& base : {options.project_dir, options.working_dir}) {
    const std::string path = path::resolve(base, asked);
    if (folder == path || (path != options.project_dir && folder.starts_with(path + "/")))
      return true;
  }
  return false;
}

// "../x" as npm writes it: relative to the project.
std::string file_spec(const std::string& folder, const Options& options,
                      const std::string& written) {
  const std::string absolute = path::resolve(options.working_dir, written);
  const std::string relative = path::relative(folder, absolute);
  return "file:" + (relative.empty() ? "." : relative);
}

Result<AddedDependency> parse_added(const std::string& argument, const std::string& owner,
                                    const std::string& folder, const Options& options) {
  GYRE_ASSIGN(Spec spec, parse_argument(argument));
  AddedDependency added{owner, spec.name, {}, spec, argument};
  if (spec.kind == SpecKind::kFolder || spec.kind == SpecKind::kFile)
    added.spec.raw = file_spec(folder, options, spec.fetch_spec);
  else if (!spec.save_spec.empty())
    added.spec.raw = spec.save_spec;
  if (added.name.empty() && spec.kind == SpecKind::kAlias) added.name = spec.target_name;
  if (!added.name.empty()) return added;
  if (spec.kind == SpecKind::kFolder) {
    const std::string path = path::resolve(options.working_dir, spec.fetch_spec);
    GYRE_ASSIGN(const Manifest manifest, load_manifest(path + "/package.json"));
    added.name = manifest.meta.name;
  }
  if (added.name.empty()) {
    return Error(Code::EUSAGE, "\"" + argument + "\" does not say under which name to install it",
                 "write it as <name>@" + argument);
  }
  return added;
}

void add_to_bundle(Manifest& manifest, const std::string& name) {
  const char* key =
      manifest.json.contains("bundledDependencies") && !manifest.json.contains("bundleDependencies")
          ? "bundledDependencies"
          : "bundleDependencies";
  OrderedJson& list = manifest.json[key];
  if (list == true) return;  // everything is bundled already
  if (!list.is_array()) list = OrderedJson::array();
  if (std::find(list.begin(), list.end(), OrderedJson(name)) != list.end()) return;
  list.push_back(name);
  std::sort(list.begin(), list.end());
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

Status choose_packages(Project& project, const InstallRequest& request, const Options& options) {
  const bool is_asked = request.all_workspaces || !request.workspaces.empty();
  std::vector<bool> is_chosen(project.workspaces.size(), request.all_workspaces);
  for (const std::string& asked : request.workspaces) {
    bool is_known = false;
    for (size_t i = 0; i < project.workspaces.size(); ++i) {
      if (!is_meant(project.workspaces[i], asked, options)) continue;
      is_chosen[i] = is_known = true;
    }
    if (!is_known) {
      return Error(Code::EUSAGE, "no workspace found for --workspace=" + asked,
                   "Name a workspace of " + project.dir + "/package.json, or its folder.");
    }
  }
  if (request.all_workspaces && project.workspaces.empty()) {
    return Error(Code::EUSAGE, "no workspaces found in " + project.dir,
                 "List them under \"workspaces\" in package.json.");
  }
  if (request.includes_root && is_asked) project.chosen.push_back("");
  for (size_t i = 0; i < project.workspaces.size(); ++i) {
    const std::string folder = project.dir + "/" + project.workspaces[i].location;
    // Inside a workspace, that one is meant.
    const bool is_here = !is_asked && (options.working_dir == folder ||
                                       options.working_dir.starts_with(folder + "/"));
    if (is_chosen[i] || is_here) project.chosen.push_back(project.workspaces[i].location);
  }
  return ok();
}

Result<std::vector<AddedDependency>> add_dependencies(Project& project,
                                                      const InstallRequest& request,
                                                      const Options& options) {
  std::vector<AddedDependency> all;
  if (request.add.empty()) return all;
  const std::vector<std::string> owners =
      project.chosen.empty() ? std::vector<std::string>{""} : project.chosen;
  for (const std::string& owner : owners) {
    GYRE_ASSIGN(Manifest * manifest, manifest_of(project, owner));
    for (const std::string& argument : request.add) {
      GYRE_ASSIGN(AddedDependency added,
                  parse_added(argument, owner, folder_of(project, owner), options));
      GYRE_TRY(check_package_name(added.name));
      added.section = section_for(manifest->meta, added.name, request.save_to);
      const std::string wanted = added.spec.raw.empty() ? options.default_tag : added.spec.raw;
      set_dependency(*manifest, added.section, added.name, wanted);
      if (request.save_bundle) add_to_bundle(*manifest, added.name);
      all.push_back(std::move(added));
    }
    GYRE_TRY(reread(project, owner));
  }
  return all;
}

Result<std::vector<std::string>> remove_dependencies(Project& project,
                                                     const std::vector<std::string>& names) {
  std::vector<std::string> missing;
  if (names.empty()) return missing;
  const std::vector<std::string> owners =
      project.chosen.empty() ? std::vector<std::string>{""} : project.chosen;
  std::vector<bool> had(names.size());
  for (const std::string& owner : owners) {
    GYRE_ASSIGN(Manifest * manifest, manifest_of(project, owner));
    bool has_changed = false;
    for (size_t i = 0; i < names.size(); ++i) {
      if (!remove_dependency(*manifest, names[i])) continue;
      had[i] = has_changed = true;
    }
    if (has_changed) GYRE_TRY(reread(project, owner));
  }
  for (size_t i = 0; i < names.size(); ++i) {
    if (!had[i]) missing.push_back(names[i]);
  }
  return missing;
}

const Node* node_of(const Tree& ideal, const AddedDependency& dependency) {
  if (!dependency.owner.empty()) {
    const Node* own = ideal.find(dependency.owner + "/node_modules/" + dependency.name);
    if (own != nullptr) return own;
  }
  return ideal.find("node_modules/" + dependency.name);
}

Status save_chosen(Project& project, Tree& ideal, const std::vector<AddedDependency>& added,
                   const Options& options) {
  for (const AddedDependency& dependency : added) {
    const Node* node = node_of(ideal, dependency);
    if (node == nullptr || !dependency.spec.is_registry()) continue;
    const std::string range = range_to_save(dependency, *node, options);
    GYRE_ASSIGN(Manifest * manifest, manifest_of(project, dependency.owner));
    set_dependency(*manifest, dependency.section, dependency.name, range);
  }
  std::set<std::string> owners;
  for (const AddedDependency& dependency : added) owners.insert(dependency.owner);
  for (const std::string& owner : owners) {
    GYRE_TRY(reread(project, owner));
    GYRE_ASSIGN(const Manifest* manifest, manifest_of(project, owner));
    PackageMeta& locked = ideal.nodes[owner].meta;
    const PackageMeta& fresh = manifest->meta;
    locked.dependencies = fresh.dependencies;
    locked.dev_dependencies = fresh.dev_dependencies;
    locked.optional_dependencies = fresh.optional_dependencies;
    locked.peer_dependencies = fresh.peer_dependencies;
    locked.bundle_dependencies = fresh.bundle_dependencies;
  }
  return ok();
}

}  // namespace gyre::pkg
