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
      {"start", {}, "Run the script \"start\", or server.js", add_start, true},
      {"test", {"t", "tst"}, "Run the script \"test\"", add_test, true},
      {"stop", {}, "Run the script \"stop\"", add_stop, true},
      {"restart", {}, "Run the script \"restart\", or stop and start", add_restart, true},
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
      {"ls", {"list", "la", "ll"}, "Show the installed packages", add_ls},
      {"init", {"create", "innit"}, "Make a package.json, or run an initializer", add_init, true},
      {"pkg", {}, "Read and change package.json", add_pkg},
      {"config", {"c"}, "Show or change settings", add_config},
      {"link", {"ln"}, "Use a package under development in other projects", add_link},
      {"unlink", {}, "Undo a link", add_unlink},
      {"bin", {}, "Show the folder of the commands", add_bin},
      {"root", {}, "Show the folder of the packages", add_root},
      {"prefix", {}, "Show the project's folder, or the global one", add_prefix},
      {"approve", {}, "Allow packages to run their install scripts", add_approve},
      {"patch", {}, "Change a dependency's files and keep the change", add_patch},
      {"rebuild", {"rb"}, "Run install scripts and link commands again", add_rebuild},
      {"store", {}, "Look after the shared store of packages", add_store},
      {"semver", {}, "Compare and select versions", add_semver},
      {"version", {"verison"}, "Show versions, or give the package a new one", add_version},
      {"completion", {}, "Print a completion script for the shell", add_completion},
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
