// Rebuild: runs the install scripts of packages that are installed already, and links their
// commands again; and what `gyre approve` lists. Blocking, under the project's lock.
#pragma once

#include <string>
#include <vector>

#include "pkg/install.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/scripts/policy.hpp"

namespace gyre::pkg {

// A package on disk that would run something when it is installed.
struct InstalledScripts {
  Node node;           // with name and version as its package.json says
  Node owner;          // the package in whose archive it came, mostly itself: who needs permission
  std::string folder;  // absolute
  Scripts scripts;
  bool is_allowed = false;
};

// The tree on disk, with where each package came from as the lockfiles know it. What none of them
// lists is not taken for a registry's package.
Result<Tree> load_with_origins(const std::string& project_dir);

// Dependencies before their dependents. Workspaces are left out: they need no permission.
Result<std::vector<InstalledScripts>> find_installed_scripts(const OrderedJson& manifest,
                                                             const Options& options);

struct RebuildRequest {
  std::vector<std::string> packages;  // "name" or "name@range"; empty for all
  OrderedJson manifest;               // the project's package.json: who may run
  std::string executable;             // absolute path of gyre, for scripts
  std::string npm_command = "rebuild";
  bool links_bins = true;
  bool keeps_stdout = false;
};

struct RebuildOutcome {
  std::vector<std::string> rebuilt;  // "name@version"
  std::vector<BlockedScripts> blocked;
  std::optional<InstallFailure> failure;
  int signal = 0;
};

// `interrupts` may be null.
RebuildOutcome rebuild(const RebuildRequest& request, const Options& options,
                       InstallObserver& observer, Interrupts* interrupts);

// Whether "name" or "name@range" means the package.
bool names_package(const std::string& written, const std::string& name, const std::string& version);

}  // namespace gyre::pkg
