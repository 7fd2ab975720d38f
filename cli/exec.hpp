// What `gyre x` does: finds a command in the project, else in packages it installs into a cache
// folder keyed by what was asked for, and runs it. Also behind `gyre init <initializer>`. Main
// thread.
#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"

namespace gyre::cli {

struct ExecRequest {
  enum class Consent : uint8_t { kAsk, kYes, kNo };
  std::vector<std::string> packages;  // -p; empty: the first word names one
  std::vector<std::string> words;     // command and arguments
  std::string shell_command;          // -c: text for a shell instead of words
  Consent consent = Consent::kAsk;
  std::vector<std::string> folders;  // where to run; empty: where the user is
  bool stays = false;                // come back, whatever the command did
};

// Leaves the command's status in `context`, or ends this process as it ended.
void run_exec(Context& context, const pkg::Options& options, ExecRequest request);

}  // namespace gyre::cli
