// Runs an install request for a command and prints what came of it.
#pragma once

#include "cli/context.hpp"
#include "pkg/install.hpp"

namespace gyre::cli {

enum class Summary : uint8_t { kPrint, kOnlyProblems };

// Sets context.exit_code. `frozen` and other settings are in `options`.
void run_install(Context& context, pkg::InstallRequest request, const pkg::Options& options,
                 Summary summary = Summary::kPrint);

}  // namespace gyre::cli
