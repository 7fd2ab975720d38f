// Which packages of a project a command is for: the one the user is in, or those that -w,
// --workspaces and --include-workspace-root name. Blocking reads.
#pragma once

#include <string>
#include <vector>

#include "pkg/manifest/manifest.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct WorkspaceChoice {
  std::vector<std::string> names;  // names, folders, or folders that hold workspaces
  bool all = false;
  bool includes_root = false;
  bool is_given() const { return all || !names.empty() || includes_root; }
};

struct ChosenPackage {
  std::string folder;    // absolute
  std::string location;  // relative to the project, "" for its root
  Manifest manifest;
};

// In the order package.json names them; the root, if wanted, first. EUSAGE when a name fits no
// workspace or there are none.
Result<std::vector<ChosenPackage>> choose_workspaces(const std::string& project_dir,
                                                     const std::string& working_dir,
                                                     const WorkspaceChoice& choice);

// The nearest folder at or above `from` with a package.json; empty if there is none.
std::string nearest_package_folder(const std::string& from);

}  // namespace gyre::pkg
