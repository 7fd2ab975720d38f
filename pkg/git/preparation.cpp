#include "pkg/git/preparation.hpp"

#include <algorithm>
#include <cstdlib>

#include "pkg/git/command.hpp"
#include "pkg/scripts/policy.hpp"
#include "pkg/scripts/runner.hpp"

namespace gyre::pkg::git {

// Preparing is an install of its own in the repository's folder: with development dependencies, and
// with the repository's own scripts, `prepare` among them.
GitPreparation preparation(const OrderedJson& manifest, const Options& options,
                           const std::string& executable, Interrupts* interrupts) {
  GitPreparation preparation;
  preparation.is_allowed = [&manifest, &options, executable](const std::string& name,
                                                             const std::string& resolved) {
    Node node;
    node.name = node.meta.name = name;
    node.resolved = resolved;
    return !options.ignore_scripts && !executable.empty() &&
           ScriptPolicy(manifest, options).allows(node);
  };
  preparation.run = [executable, interrupts](const std::string& folder, const std::string& resolved,
                                             const std::atomic<bool>& stop) -> Status {
    if (stop.load()) return Error::with_code_name("ECANCELED", "interrupted");
    std::vector<std::string> variables = environment();
    const char* list = std::getenv("GYRE_PREPARING");
    std::erase_if(variables, [](const std::string& entry) {
      return entry.starts_with("GYRE_PREPARING=") || entry.starts_with("npm_config_") ||
             entry.starts_with("NODE_ENV=");
    });
    variables.push_back("GYRE_PREPARING=" + (list ? std::string(list) + "\n" : "") + resolved);
    ScriptRun run{{executable, "install", "--include=dev", "--include=peer", "--include=optional",
                   "--no-save", "--no-package-lock", "--prefix", folder},
                  folder,
                  std::move(variables),
                  ScriptOutput::kCapture};
    GYRE_ASSIGN(const ScriptEnd end, run_script(run, interrupts));
    if (end.status() == 0) return ok();
    return Error(Code::ELIFECYCLE, "preparing the repository failed with status " +
                                       std::to_string(end.status()) +
                                       (end.tail.empty() ? "" : "\n" + end.tail));
  };
  return preparation;
}

}  // namespace gyre::pkg::git
