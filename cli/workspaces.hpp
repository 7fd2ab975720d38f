// Which packages of a project a command is about: -w/--workspace, --workspaces and
// --include-workspace-root, with npm's meaning. Main thread.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/context.hpp"

namespace gyre::cli {

struct WorkspaceChoice {
  std::vector<std::string> names;  // names or folders
  bool is_all = false;
  bool includes_root = false;
  bool is_given() const { return is_all || !names.empty(); }
};

void add_workspace_options(CLI::App& app, WorkspaceChoice& choice);

// Absolute folders, the workspaces' in the project's order, the root's first if it is included.
// Without a choice: the folder of the nearest package.json. EUSAGE when nothing matches a name.
Result<std::vector<std::string>> chosen_folders(const pkg::Options& options,
                                                const WorkspaceChoice& choice);

}  // namespace gyre::cli
