#include "cli/commands/workspaces.hpp"

namespace gyre::cli {

void add_workspace_options(CLI::App& app, pkg::WorkspaceChoice& choice) {
  app.add_option("--workspace,-w", choice.names, "Only this workspace, by name or folder")
      ->take_all()
      ->allow_extra_args(false);
  app.add_flag("--workspaces,--ws", choice.all, "All workspaces");
  app.add_flag("--include-workspace-root,--iwr", choice.includes_root, "The project itself too");
}

Result<std::vector<pkg::ChosenPackage>> packages_meant(const pkg::Options& options,
                                                       const pkg::WorkspaceChoice& choice) {
  if (choice.is_given())
    return pkg::choose_workspaces(options.project_dir, options.working_dir, choice);
  std::string folder = pkg::nearest_package_folder(options.working_dir);
  if (folder.empty()) folder = options.project_dir;
  pkg::ChosenPackage package{folder, {}, {}};
  if (folder.starts_with(options.project_dir + "/"))
    package.location = folder.substr(options.project_dir.size() + 1);
  GYRE_ASSIGN(package.manifest, pkg::load_manifest(folder + "/package.json"));
  std::vector<pkg::ChosenPackage> packages;
  packages.push_back(std::move(package));
  return packages;
}

}  // namespace gyre::cli
