// Lifecycle scripts: one event of one package through the shell, with npm's environment. Output is
// captured, or goes to the user's terminal; a failure is ELIFECYCLE with package, script, status or
// signal, and the last lines. Blocking; one thread.
#pragma once

#include <functional>
#include <string>

#include "pkg/interrupt.hpp"
#include "pkg/options.hpp"
#include "pkg/scripts/env.hpp"
#include "pkg/scripts/policy.hpp"
#include "pkg/scripts/runner.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct LifecycleScript {
  std::string event, command;
  std::string folder;  // absolute
  std::string label;   // "name@version"
  ScriptOutput output = ScriptOutput::kCapture;
  const Node* node = nullptr;  // a dependency: scripts see where it came from
};

struct LifecycleSetup {
  std::string npm_command = "install";
  std::string executable;     // absolute path of gyre
  bool keeps_stdout = false;  // stdout is a document: scripts on the terminal write to stderr
};

// `interrupts` may be null.
Status run_lifecycle(const LifecycleScript& script, const LifecycleSetup& setup,
                     const Options& options, Interrupts* interrupts);

// What the project's own package.json runs around an install, in npm's order.
Scripts project_scripts(const Manifest& manifest, BindingGyp binding);
// The same for a workspace: npm builds what is linked.
Scripts workspace_scripts(const Manifest& manifest, BindingGyp binding);

// "SIGTERM" for 15.
std::string signal_name(int number);

}  // namespace gyre::pkg
