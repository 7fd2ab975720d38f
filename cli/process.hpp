// Running programs for run, exec and x: with npm's environment, on the user's terminal, the end
// reported exactly. Main thread.
#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"
#include "pkg/scripts/env.hpp"
#include "pkg/scripts/runner.hpp"

namespace gyre::cli {

// Replaces this process's environment by `lines` ("NAME=value").
void set_environment(const std::vector<std::string>& lines);

// Leaves as the program left: same status, or killed by the same signal.
void end_like(Context& context, const pkg::ScriptEnd& end);

// Runs the executable file `path` with `args`. A script for `node` runs in this very process;
// others replace it. Returns only with the status of what ran in here, or after an error.
int become(Context& context, const std::string& path, const std::vector<std::string>& args,
           const std::vector<std::string>& environment);

// The first executable file called `name` in `folders`; empty if none.
std::string find_program(const std::vector<std::string>& folders, const std::string& name);

}  // namespace gyre::cli
