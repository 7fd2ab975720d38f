// Loads the JavaScript side (libgyre_runtime.so beside the executable) for the commands that run
// scripts; the others never pay for V8. Main thread.
#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"
#include "runtime/entry.hpp"

namespace gyre::cli {

// Runs the request and returns the process's exit status.
int run_javascript(Context& context, RuntimeRequest request);

}  // namespace gyre::cli
