// Options several commands share.
#include "cli/commands/command.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {

void add_setting_flag(CLI::App& app, Context& context, const std::string& flag,
                      const std::string& setting, const std::string& value,
                      const std::string& help) {
  app.add_flag_callback(
      flag, [&context, setting, value] { context.flags[setting] = value; }, help);
}

void add_setting_option(CLI::App& app, Context& context, const std::string& option,
                        const std::string& setting, const std::string& help) {
  app.add_option_function<std::string>(
      option, [&context, setting](const std::string& value) { context.flags[setting] = value; },
      help);
}

void add_common_options(CLI::App& app, Context& context) {
  app.add_flag("--json", context.out.is_json, "Print one JSON document on stdout");
  app.add_flag("--silent,-s", context.out.is_silent, "Print errors only");
  app.add_flag("--verbose,-d", context.out.is_verbose, "Say what is being done");
  app.add_option_function<std::string>(
      "--loglevel",
      [&context](const std::string& level) {
        context.flags["loglevel"] = level;
        if (Status set = context.out.set_level(level); !set)
          throw CLI::ValidationError("--loglevel", message_of(set.error()));
      },
      "silent, error, warn, notice, http, info, verbose or silly");
  app.add_flag("--no-progress", context.out.hides_progress, "Show no progress");
  app.add_flag_callback(
      "--no-color", [&context] { context.out.set_colors(false); }, "No colors");
  app.add_flag_callback(
         "--color", [&context] { context.out.set_colors(true); }, "Colors")
      ->group("");
  app.add_option_function<std::string>(
      "--prefix,--cwd",
      [&context](const std::string& folder) {
        const auto here = path::current_directory();
        context.working_dir = here ? path::resolve(here.value(), folder) : folder;
      },
      "Work in this folder");
  add_setting_option(app, context, "--registry", "registry", "Registry URL");
  add_setting_option(app, context, "--userconfig", "userconfig", "Path of the user's .npmrc");
  add_setting_option(app, context, "--cache", "gyre-cache", "Folder of the caches");
  add_setting_flag(app, context, "--offline", "offline", "true", "Never use the network");
  add_setting_flag(app, context, "--prefer-offline", "prefer-offline", "true",
                   "Use cached metadata without asking whether it is fresh");
  add_setting_flag(app, context, "--prefer-online", "prefer-online", "true",
                   "Always ask whether cached metadata is fresh");
  add_setting_option(app, context, "--fetch-timeout", "fetch-timeout",
                     "Milliseconds a host may send nothing");
  add_setting_option(app, context, "--fetch-retries", "fetch-retries",
                     "Further tries after a failed request");
}

namespace {

// A list that may be given several times.
void add_kinds_option(CLI::App& app, Context& context, const std::string& setting,
                      const std::string& help) {
  app.add_option_function<std::vector<std::string>>(
         "--" + setting,
         [&context, setting](const std::vector<std::string>& kinds) {
           std::string& value = context.flags[setting];
           for (const std::string& kind : kinds) value += (value.empty() ? "" : ",") + kind;
         },
         help)
      ->take_all()
      ->allow_extra_args(false);
}

}  // namespace

void add_omit_options(CLI::App& app, Context& context) {
  add_kinds_option(app, context, "omit", "Leave out dev, optional or peer dependencies");
  add_kinds_option(app, context, "include",
                   "Take dev, optional or peer dependencies although omitted");
}

void add_install_options(CLI::App& app, Context& context) {
  add_common_options(app, context);
  add_omit_options(app, context);
  add_setting_flag(app, context, "--production,--only-production", "omit", "dev",
                   "Leave out devDependencies");
  add_setting_flag(app, context, "--ignore-scripts", "ignore-scripts", "true", "Run no scripts");
  add_setting_flag(app, context, "--strict-scripts", "strict-scripts", "true",
                   "Fail if a package has scripts that were not run");
  add_setting_flag(app, context, "--legacy-peer-deps", "legacy-peer-deps", "true",
                   "Do not install or check peer dependencies");
  add_setting_flag(app, context, "--strict-peer-deps", "strict-peer-deps", "true",
                   "Fail on any conflict of peer dependencies");
  add_setting_flag(app, context, "--force,-f", "force", "true",
                   "Accept conflicts and unsupported platforms");
  add_setting_flag(app, context, "--engine-strict", "engine-strict", "true",
                   "Fail where a package does not support this runtime");
  add_setting_option(app, context, "--min-release-age", "min-release-age",
                     "Leave alone releases younger than this many days (default 1)");
  add_setting_flag(app, context, "--no-bin-links", "bin-links", "false", "Make no command links");
  add_setting_flag(app, context, "--dry-run", "dry-run", "true", "Say what would be done");
  add_setting_option(app, context, "--link-mode", "link-mode", "auto, reflink, hardlink or copy");
  add_setting_option(app, context, "--package-import-method", "package-import-method",
                     "pnpm's name for --link-mode: auto, clone, hardlink or copy");
  add_setting_option(app, context, "--node-linker", "node-linker",
                     "hoisted (npm's flat tree) or isolated (symlinks into node_modules/.gyre)");
  add_setting_option(app, context, "--install-strategy", "install-strategy",
                     "npm's name for it: hoisted or linked");
  add_setting_option(app, context, "--lockfile-version", "lockfile-version",
                     "Write the lockfile in npm's format 1, 2 or 3");
  add_setting_option(app, context, "--os", "os", "Install for this operating system");
  add_setting_option(app, context, "--cpu", "cpu", "Install for this processor");
  add_setting_option(app, context, "--libc", "libc", "Install for this C library");
  // Accepted for npm's sake: gyre has neither audits nor funding messages in an install.
  add_setting_flag(app, context, "--foreground-scripts", "foreground-scripts", "true",
                   "Show what dependencies' scripts print");
  add_setting_option(app, context, "--script-shell", "script-shell", "Shell that runs scripts");
  for (const char* name : {"--no-audit", "--no-fund", "--progress"}) {
    app.add_flag_callback(
           name, [] {}, "Accepted for compatibility")
        ->group("");
  }
}

}  // namespace gyre::cli
