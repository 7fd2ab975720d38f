// Context: what every command gets: where it was started, how to print, and the exit status it
// leaves behind. One per process, main thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/exit_codes.hpp"
#include "cli/output.hpp"
#include "pkg/options.hpp"
#include "runtime/base/result.hpp"

namespace gyre::cli {

struct Context {
  Output out;
  std::string argv0;
  std::string executable;                    // absolute, symlinks resolved
  std::string working_dir;                   // --prefix or the current folder
  std::map<std::string, std::string> flags;  // npm option names -> values given on the command line
  int exit_code = kSuccess;

  // Settings from npmrc files, environment and the flags given.
  Result<pkg::Options> options() const;
  // Prints `error` and makes it the outcome.
  void fail(const Error& error, int code = kFailure);
};

}  // namespace gyre::cli
