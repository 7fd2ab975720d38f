// Runs scripts of a package.json on the user's terminal, with their pre and post scripts, for run
// and its shorthands, version and init. Main thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/context.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/scripts/runner.hpp"

namespace gyre::cli {

// The text of a script; null if the package has none of that name.
const std::string* find_script(const pkg::Manifest& manifest, const std::string& name);

class ScriptRunner {
 public:
  ScriptRunner(Context& context, const pkg::Options& options, std::string npm_command)
      : context_(context), options_(options), npm_command_(std::move(npm_command)) {}

  // For the scripts, besides npm's.
  std::vector<std::pair<std::string, std::string>> variables;

  // One text through the shell. `text` may differ from what the package says (defaults).
  Result<pkg::ScriptEnd> run_text(const std::string& folder, const std::string& event,
                                  const std::string& text,
                                  const std::vector<std::string>& arguments = {});
  // pre<name>, <name> as `text`, post<name>: up to the first that fails.
  Result<pkg::ScriptEnd> run(const std::string& folder, const pkg::Manifest& manifest,
                             const std::string& name, const std::string& text,
                             const std::vector<std::string>& arguments);
  // The package's script `event` alone, if it has one; a failure is ELIFECYCLE.
  Status run_if_there(const std::string& folder, const pkg::Manifest& manifest,
                      const std::string& event);
  // A signal reached us.
  bool is_interrupted() const { return interrupts_.signal() != 0; }

 private:
  Context& context_;
  const pkg::Options& options_;
  std::string npm_command_;
  pkg::Interrupts interrupts_;
};

}  // namespace gyre::cli
