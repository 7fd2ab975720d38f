// The one door from the command line into the JavaScript side. The executable loads
// libgyre_runtime.so with dlopen and calls gyre_runtime_run, so that package-manager commands never
// pay for V8. Main thread; called once per process.
#pragma once

#include <string>
#include <vector>

namespace gyre {

struct RuntimeRequest {
  enum class Kind { kRunFile, kEval, kStdin, kRepl };
  Kind kind = Kind::kRunFile;
  // kRunFile: path as the user wrote it. kEval: the source text.
  std::string entry;
  // kEval: print the completion value (-p).
  bool print_result = false;
  // --check: compile only.
  bool check_only = false;
  // Arguments after the entry (process.argv from index 2; for kEval from index 1).
  std::vector<std::string> args;
  // Runtime options as given before the entry (process.execArgv), unknown ones included; the
  // runtime rejects what neither it nor V8 knows.
  std::vector<std::string> exec_args;
  // The options of NODE_OPTIONS: they hold as if they stood before exec_args.
  std::vector<std::string> env_args;
  // -r/--require and --import, in order.
  std::vector<std::string> require_modules;
  std::vector<std::string> import_modules;
  // --conditions / -C.
  std::vector<std::string> conditions;
  // --input-type: "", "commonjs" or "module".
  std::string input_type;
  // Absolute path of the executable (process.execPath) and argv[0] as called.
  std::string executable;
  std::string argv0;
};

}  // namespace gyre

// Runs the program and returns the process's exit code.
extern "C" __attribute__((visibility("default"))) int gyre_runtime_run(
    const gyre::RuntimeRequest* request);
