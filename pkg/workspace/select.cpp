#include "pkg/workspace/select.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "pkg/workspace/pnpm_workspace.hpp"
#include "pkg/workspace/workspace.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {
namespace {

bool is_named(const std::string& name, const LocalPackage& workspace,
              const std::string& project_dir, const std::string& working_dir) {
  if (name == workspace.meta.name) return true;
  const std::string folder = project_dir + "/" + workspace.location;
  for (const std::string& base : {working_dir, project_dir}) {
    const std::string wanted = path::resolve(base, name);
    // A folder that holds workspaces stands for all of them; the project's own for none.
    if (folder == wanted || (wanted != project_dir && path::is_inside(wanted, folder) &&
                             path::is_inside(project_dir, wanted))) {
      return true;
    }
  }
  return false;
}

Result<ChosenPackage> load(const std::string& project_dir, const std::string& location) {
  ChosenPackage chosen{location.empty() ? project_dir : project_dir + "/" + location, location, {}};
  GYRE_ASSIGN(chosen.manifest, load_manifest(chosen.folder + "/package.json"));
  return chosen;
}

}  // namespace

std::string nearest_package_folder(const std::string& from) {
  for (std::string folder = from;; folder = path::dirname(folder)) {
    struct stat info {};
    if (::stat((folder + "/package.json").c_str(), &info) == 0 && !S_ISDIR(info.st_mode))
      return folder;
    if (folder == "/" || folder == ".") return {};
  }
}

Result<std::vector<ChosenPackage>> choose_workspaces(const std::string& project_dir,
                                                     const std::string& working_dir,
                                                     const WorkspaceChoice& choice) {
  GYRE_ASSIGN(ChosenPackage root, load(project_dir, ""));
  GYRE_TRY(read_pnpm_workspace(project_dir, root.manifest));
  GYRE_ASSIGN(const auto workspaces, load_workspaces(project_dir, root.manifest.workspaces));
  std::vector<ChosenPackage> chosen;
  const bool root_only = choice.includes_root && !choice.all && choice.names.empty();
  if (choice.includes_root) chosen.push_back(std::move(root));
  if (root_only) return chosen;
  if (workspaces.empty()) {
    return Error(Code::EUSAGE, "there are no workspaces in " + project_dir,
                 "list their folders under \"workspaces\" in package.json");
  }
  for (const std::string& name : choice.names) {
    const bool is_known =
        std::any_of(workspaces.begin(), workspaces.end(), [&](const LocalPackage& workspace) {
          return is_named(name, workspace, project_dir, working_dir);
        });
    if (is_known) continue;
    std::string known;
    for (const LocalPackage& workspace : workspaces)
      known += (known.empty() ? "" : ", ") + workspace.meta.name;
    return Error(Code::EUSAGE, "no workspace is named \"" + name + "\"", "there are: " + known);
  }
  for (const LocalPackage& workspace : workspaces) {
    const bool is_wanted =
        choice.all ||
        std::any_of(choice.names.begin(), choice.names.end(), [&](const std::string& name) {
          return is_named(name, workspace, project_dir, working_dir);
        });
    if (!is_wanted) continue;
    GYRE_ASSIGN(ChosenPackage package, load(project_dir, workspace.location));
    if (package.manifest.meta.name.empty()) package.manifest.meta.name = workspace.meta.name;
    chosen.push_back(std::move(package));
  }
  return chosen;
}

}  // namespace gyre::pkg
