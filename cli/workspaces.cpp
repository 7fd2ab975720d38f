#include "cli/workspaces.hpp"

#include "pkg/files.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/workspace/pnpm_workspace.hpp"
#include "pkg/workspace/workspace.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {
namespace {

std::string nearest_package_folder(const pkg::Options& options) {
  for (std::string folder = options.working_dir;; folder = path::dirname(folder)) {
    if (pkg::path_exists(folder + "/package.json")) return folder;
    if (folder == "/" || folder == options.project_dir) return options.project_dir;
  }
}

// By name, by its folder, or by a folder above it.
bool is_meant(const pkg::LocalPackage& workspace, const std::string& name,
              const pkg::Options& options) {
  if (workspace.meta.name == name) return true;
  const std::string folder = options.project_dir + "/" + workspace.location;
  for (const std::string& base : {options.project_dir, options.working_dir}) {
    const std::string asked = path::resolve(base, name);
    if (asked != options.project_dir && (folder == asked || folder.starts_with(asked + "/"))) {
      return true;
    }
  }
  return false;
}

}  // namespace

void add_workspace_options(CLI::App& app, WorkspaceChoice& choice) {
  app.add_option("--workspace,-w", choice.names, "Work on this workspace, by name or folder")
      ->take_all()
      ->allow_extra_args(false);
  app.add_flag("--workspaces,--ws", choice.is_all, "Work on every workspace");
  app.add_flag("--include-workspace-root", choice.includes_root,
               "Work on the project's own package as well");
}

Result<std::vector<std::string>> chosen_folders(const pkg::Options& options,
                                                const WorkspaceChoice& choice) {
  std::vector<std::string> folders;
  if (!choice.is_given()) {
    folders.push_back(nearest_package_folder(options));
    return folders;
  }
  GYRE_ASSIGN(const pkg::Manifest manifest, pkg::load_root_manifest(options.project_dir));
  GYRE_ASSIGN(const auto workspaces,
              pkg::load_workspaces(options.project_dir, manifest.workspaces));
  if (choice.includes_root) folders.push_back(options.project_dir);
  std::vector<bool> is_chosen(workspaces.size(), choice.is_all);
  for (const std::string& name : choice.names) {
    bool is_known = false;
    for (size_t i = 0; i < workspaces.size(); ++i) {
      if (!is_meant(workspaces[i], name, options)) continue;
      is_chosen[i] = is_known = true;
    }
    if (!is_known) {
      return Error(Code::EUSAGE, "no workspace found for --workspace=" + name,
                   "name a workspace of " + options.project_dir + "/package.json or its folder");
    }
  }
  if (workspaces.empty()) {
    return Error(Code::EUSAGE, "no workspaces found in " + options.project_dir,
                 "list them under \"workspaces\" in package.json");
  }
  for (size_t i = 0; i < workspaces.size(); ++i) {
    if (is_chosen[i]) folders.push_back(options.project_dir + "/" + workspaces[i].location);
  }
  return folders;
}

}  // namespace gyre::cli
