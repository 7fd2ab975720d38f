// Node's command line: node [options] [file | -e code | -] [arguments]. Pure.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/result.hpp"
#include "runtime/entry.hpp"

namespace gyre::cli {

struct NodeCommand {
  enum class Action : uint8_t { kRun, kVersion, kHelp } action = Action::kRun;
  RuntimeRequest request;
};

// `stdin_is_terminal` decides between a REPL and a script on stdin when no file is named.
// EUSAGE for an option that lacks its value; unknown options are the runtime's to judge.
Result<NodeCommand> parse_node_command(const std::vector<std::string>& args,
                                       bool stdin_is_terminal);

}  // namespace gyre::cli
