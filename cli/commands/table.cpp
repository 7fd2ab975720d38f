#include <algorithm>

#include "cli/commands/command.hpp"

namespace gyre::cli {
namespace {

const std::vector<Command>& table() {
  static const std::vector<Command> rows = {
      {"run",
       {"run-script", "rum"},
       "Run a script of package.json or a JavaScript file",
       add_run,
       true},
      {"x",
       {"dlx"},
       "Run a package's command, installing it into the cache if need be",
       add_x,
       true},
      {"exec", {}, "Run a command from a local or cached package", add_exec, true},
      {"install",
       {"i", "add", "in", "isntall"},
       "Install dependencies, or add packages",
       add_install},
      {"ci",
       {"clean-install", "install-clean"},
       "Install exactly what package-lock.json says",
       add_ci},
      {"remove", {"rm", "uninstall", "un", "r"}, "Remove packages", add_remove},
      {"update", {"up", "upgrade"}, "Move packages to the newest versions allowed", add_update},
      {"ls", {"list"}, "Show the installed packages", add_ls},
      {"ll", {"la"}, "Show the installed packages with their descriptions", add_ll},
      {"explain", {"why"}, "Show why a package is installed", add_explain},
      {"outdated", {}, "Show packages that have newer versions", add_outdated},
      {"dedupe", {"ddp"}, "Replace copies of packages by shared ones", add_dedupe},
      {"find-dupes", {}, "Show what dedupe would do", add_find_dupes},
      {"prune", {}, "Remove packages that nothing needs", add_prune},
      {"import", {}, "Make package-lock.json from another tool's lockfile", add_import},
      {"init", {"create"}, "Make a package.json", add_init},
      {"config", {"c"}, "Show or change settings", add_config},
      {"store", {}, "Look after the shared store of packages", add_store},
      {"semver", {}, "Compare and select versions", add_semver},
      {"version", {}, "Show versions", add_version},
      {"doctor", {}, "Check this machine", add_doctor},
  };
  return rows;
}

}  // namespace

std::span<const Command> commands() { return table(); }

const Command* find_command(std::string_view name) {
  for (const Command& command : table()) {
    if (command.name == name) return &command;
    const auto& aliases = command.aliases;
    if (std::find(aliases.begin(), aliases.end(), name) != aliases.end()) return &command;
  }
  return nullptr;
}

}  // namespace gyre::cli
