// What the command table says about every command, as data, and as man pages and docs/cli.md made
// from it. --help comes from the same declarations. Main thread.
#pragma once

#include <string>
#include <vector>

#include "cli/commands/command.hpp"

namespace gyre::cli {

struct OptionDoc {
  std::vector<std::string> names;  // "-w", "--workspace"
  std::string value;               // "TEXT" where it takes one
  std::string text;
};

struct CommandDoc {
  std::string name, summary;
  std::vector<std::string> aliases;
  std::vector<OptionDoc> arguments, options;
  std::string description;            // paragraphs before the examples
  std::vector<std::string> examples;  // one line each
};

CommandDoc document(const Command& command);

// docs/cli.md.
std::string reference_markdown();
// gyre.1 and gyre-<command>.1.
std::string overview_man_page();
std::string man_page(const CommandDoc& command);
// Writes them all into a folder.
Status write_man_pages(const std::string& folder);

}  // namespace gyre::cli
