// Runs an install request for a command and prints what came of it.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/context.hpp"
#include "pkg/install.hpp"

namespace gyre::cli {

enum class Summary : uint8_t { kPrint, kOnlyProblems };

// -w, --workspaces and --include-workspace-root, into the request.
void add_workspace_choice(CLI::App& app, pkg::InstallRequest& request);
// Sets context.exit_code. `frozen` and other settings are in `options`.
void run_install(Context& context, pkg::InstallRequest request, const pkg::Options& options,
                 Summary summary = Summary::kPrint);

// The parts: installs with progress shown; prints a failure or an interruption and sets the status.
pkg::InstallOutcome perform_install(Context& context, pkg::InstallRequest request,
                                    const pkg::Options& options);
void report_problems(Context& context, const pkg::InstallOutcome& outcome);

}  // namespace gyre::cli
