// The table of commands: one row each, from which dispatch, help and "did you mean" come. A row's
// `add` declares the command's options on a CLI11 app; only the chosen command's is ever built.
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.hpp"

namespace gyre::cli {

struct Command {
  std::string_view name;
  std::vector<std::string_view> aliases;
  std::string_view summary;
  void (*add)(CLI::App& app, Context& context);
  // Everything after the first plain argument belongs to what is run, options included.
  bool passes_arguments = false;
};

std::span<const Command> commands();
// By name or alias; null if there is none.
const Command* find_command(std::string_view name);

// One per file of this folder.
void add_adduser(CLI::App& app, Context& context);
void add_audit(CLI::App& app, Context& context);
void add_cache(CLI::App& app, Context& context);
void add_approve(CLI::App& app, Context& context);
void add_bin(CLI::App& app, Context& context);
void add_ci(CLI::App& app, Context& context);
void add_completion(CLI::App& app, Context& context);
void add_config(CLI::App& app, Context& context);
void add_deprecate(CLI::App& app, Context& context);
void add_dist_tag(CLI::App& app, Context& context);
void add_doctor(CLI::App& app, Context& context);
void add_dedupe(CLI::App& app, Context& context);
void add_exec(CLI::App& app, Context& context);
void add_explain(CLI::App& app, Context& context);
void add_find_dupes(CLI::App& app, Context& context);
void add_import(CLI::App& app, Context& context);
void add_init(CLI::App& app, Context& context);
void add_install(CLI::App& app, Context& context);
void add_ll(CLI::App& app, Context& context);
void add_login(CLI::App& app, Context& context);
void add_logout(CLI::App& app, Context& context);
void add_ls(CLI::App& app, Context& context);
void add_outdated(CLI::App& app, Context& context);
void add_owner(CLI::App& app, Context& context);
void add_pack(CLI::App& app, Context& context);
void add_ping(CLI::App& app, Context& context);
void add_prune(CLI::App& app, Context& context);
void add_publish(CLI::App& app, Context& context);
void add_link(CLI::App& app, Context& context);
void add_patch(CLI::App& app, Context& context);
void add_pkg(CLI::App& app, Context& context);
void add_prefix(CLI::App& app, Context& context);
void add_rebuild(CLI::App& app, Context& context);
void add_remove(CLI::App& app, Context& context);
void add_restart(CLI::App& app, Context& context);
void add_root(CLI::App& app, Context& context);
void add_run(CLI::App& app, Context& context);
void add_sbom(CLI::App& app, Context& context);
void add_search(CLI::App& app, Context& context);
void add_semver(CLI::App& app, Context& context);
void add_start(CLI::App& app, Context& context);
void add_stop(CLI::App& app, Context& context);
void add_store(CLI::App& app, Context& context);
void add_token(CLI::App& app, Context& context);
void add_undeprecate(CLI::App& app, Context& context);
void add_unpublish(CLI::App& app, Context& context);
void add_test(CLI::App& app, Context& context);
void add_unlink(CLI::App& app, Context& context);
void add_update(CLI::App& app, Context& context);
void add_version(CLI::App& app, Context& context);
void add_view(CLI::App& app, Context& context);
void add_whoami(CLI::App& app, Context& context);
void add_x(CLI::App& app, Context& context);

// A flag that sets an npm setting.
void add_setting_flag(CLI::App& app, Context& context, const std::string& flag,
                      const std::string& setting, const std::string& value,
                      const std::string& help);
void add_setting_option(CLI::App& app, Context& context, const std::string& option,
                        const std::string& setting, const std::string& help);
// --registry, --json, --prefix, --verbose, --silent, cache and network options.
void add_common_options(CLI::App& app, Context& context);
// --omit, --include: kinds of dependencies to leave out.
void add_omit_options(CLI::App& app, Context& context);
// What every command that changes node_modules understands.
void add_install_options(CLI::App& app, Context& context);

}  // namespace gyre::cli
