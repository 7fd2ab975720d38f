// The options that choose workspaces, for the commands that work on one package at a time.
#pragma once

#include <functional>

#include "cli/commands/command.hpp"
#include "pkg/workspace/select.hpp"

namespace gyre::cli {

void add_workspace_options(CLI::App& app, pkg::WorkspaceChoice& choice);

// The packages meant: those chosen, else the one the user is in.
Result<std::vector<pkg::ChosenPackage>> packages_meant(const pkg::Options& options,
                                                       const pkg::WorkspaceChoice& choice);

}  // namespace gyre::cli
