// App: decides what a command line means: Node's (when called as `node`), a command of gyre's, or a
// file to run. Main thread.
#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"

namespace gyre::cli {

// `args` without argv[0]. Returns the process's exit status.
int run_app(Context& context, std::vector<std::string> args);

}  // namespace gyre::cli
