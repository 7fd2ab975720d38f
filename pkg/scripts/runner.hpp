// Runs one shell command to its end. Captured output is kept only as a tail, so a script may print
// what it likes; an interrupted script's whole process group ends with it. Blocking.
#pragma once

#include <string>
#include <vector>

#include "pkg/interrupt.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

enum class ScriptOutput : uint8_t {
  kInherit,  // the user's terminal; the command stays in our process group
  kCapture,  // kept as a tail; the command gets a process group of its own
};

struct ScriptRun {
  std::vector<std::string> argv;  // {"sh", "-c", "text"}, or a program and its arguments
  std::string folder;
  std::vector<std::string> environment;  // "NAME=value"
  ScriptOutput output = ScriptOutput::kInherit;
  bool keeps_stdout = false;  // kInherit: what it prints goes to stderr
  // kInherit: a command that outlives a signal for half a second is killed, with all it started.
  // kCapture always does so.
  bool ends_when_interrupted = false;
};

struct ScriptEnd {
  int exit_code = 0;
  int signal = 0;    // not 0: ended by this signal
  std::string tail;  // the last lines of captured output
  // As a shell reports it.
  int status() const { return signal != 0 ? 128 + signal : exit_code; }
};

// Signals that reach us are passed on. `interrupts` may be null.
Result<ScriptEnd> run_script(const ScriptRun& run, Interrupts* interrupts);

// `text` with the arguments appended, quoted for sh.
std::string with_arguments(const std::string& text, const std::vector<std::string>& arguments);

}  // namespace gyre::pkg
