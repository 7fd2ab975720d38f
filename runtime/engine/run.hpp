// Running an Env's program to its end: the loop, 'beforeExit', 'exit'. Main thread and workers.
#pragma once

#include "runtime/engine/environment.hpp"
#include "runtime/engine/platform.hpp"

namespace gyre::engine {

// Runs until nothing is alive and 'beforeExit' started nothing new, or JavaScript was stopped.
void spin(Env& env, ForegroundTasks& tasks);
// Emits 'exit'; the exit code.
int emit_exit(Env& env);

}  // namespace gyre::engine
