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
      {"ls", {"list"}, "Show the installed packages", add_ls},
      {"ll", {"la"}, "Show the installed packages with their descriptions", add_ll},
      {"explain", {"why"}, "Show why a package is installed", add_explain},
      {"outdated", {}, "Show packages that have newer versions", add_outdated},
      {"dedupe", {"ddp"}, "Replace copies of packages by shared ones", add_dedupe},
      {"find-dupes", {}, "Show what dedupe would do", add_find_dupes},
      {"prune", {}, "Remove packages that nothing needs", add_prune},
      {"import", {}, "Make package-lock.json from another tool's lockfile", add_import},
      {"init", {"create", "innit"}, "Make a package.json, or run an initializer", add_init, true},
      {"pack", {}, "Make an archive of a package", add_pack},
      {"publish", {}, "Send a package to the registry", add_publish},
      {"unpublish", {}, "Take a version out of the registry", add_unpublish},
      {"deprecate", {}, "Warn those who install a version", add_deprecate},
      {"undeprecate", {}, "Take a deprecation back", add_undeprecate},
      {"dist-tag", {"dist-tags"}, "Show or move a package's tags", add_dist_tag},
      {"owner", {"author"}, "Show or change who may publish", add_owner},
      {"view", {"info", "show", "v"}, "Show what the registry says about a package", add_view},
      {"search", {"find", "s", "se"}, "Look for packages in the registry", add_search},
      {"login", {}, "Log in to a registry", add_login},
      {"adduser", {"add-user"}, "Make an account in a registry", add_adduser},
      {"logout", {}, "Log out of a registry", add_logout},
      {"whoami", {}, "Show the name of the login", add_whoami},
      {"token", {}, "Show, make and revoke access tokens", add_token},
      {"ping", {}, "See whether the registry answers", add_ping},
      {"audit", {}, "Look for known vulnerabilities and check signatures", add_audit},
      {"sbom", {}, "Write a bill of materials", add_sbom},
      {"cache", {}, "Look after the caches", add_cache},
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
