// gyre rebuild [names…]: install scripts and command links of what is installed.
#include "pkg/rebuild.hpp"
#include "cli/commands/command.hpp"
#include "cli/progress.hpp"
#include "runtime/base/json.hpp"

namespace gyre::cli {
namespace {

void print_json(const Output& out, const pkg::RebuildOutcome& outcome) {
  json::Array rebuilt, blocked;
  for (const std::string& name : outcome.rebuilt) rebuilt.emplace_back(name);
  for (const pkg::BlockedScripts& entry : outcome.blocked)
    blocked.emplace_back(entry.name + "@" + entry.version);
  json::Object object;
  object.set("rebuilt", std::move(rebuilt));
  object.set("blocked", std::move(blocked));
  out.print(json::write(std::move(object), 2));
}

void execute(Context& context, const std::vector<std::string>& names) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  auto manifest = pkg::load_manifest(options->project_dir + "/package.json");
  if (!manifest) return context.fail(manifest.error());
  const Output& out = context.out;
  pkg::RebuildRequest request{names,     manifest->json, context.executable,
                              "rebuild", true,           out.is_json};
  pkg::RebuildOutcome outcome;
  {
    pkg::Interrupts interrupts;
    ProgressDisplay display(out);
    outcome = pkg::rebuild(request, *options, display, &interrupts);
  }
  if (outcome.signal != 0) {
    context.exit_code = kSignalBase + outcome.signal;
    return out.note("interrupted");
  }
  if (outcome.failure) {
    out.error(*outcome.failure);
    context.exit_code = kFailure;
    return;
  }
  if (out.is_json) return print_json(out, outcome);
  for (const std::string& name : outcome.rebuilt) out.print("rebuilt " + name);
  if (outcome.rebuilt.empty()) out.print("commands linked; no scripts were run");
  for (const pkg::BlockedScripts& entry : outcome.blocked) {
    out.note(entry.name + "@" + entry.version + " has scripts that were not run: gyre approve " +
             entry.name + " allows them");
  }
}

}  // namespace

void add_rebuild(CLI::App& app, Context& context) {
  auto names = std::make_shared<std::vector<std::string>>();
  app.add_option("packages", *names, "name or name@range; all if none is named");
  add_setting_flag(app, context, "--ignore-scripts", "ignore-scripts", "true",
                   "Only link commands");
  add_setting_flag(app, context, "--no-bin-links", "bin-links", "false", "Only run scripts");
  add_setting_flag(app, context, "--foreground-scripts", "foreground-scripts", "true",
                   "Show what the scripts print");
  add_common_options(app, context);
  app.footer(
      "Runs preinstall, install and postinstall of installed packages that are allowed to, and\n"
      "links their commands again: after a change of runtime, or of trustedDependencies.\n\n"
      "Examples:\n"
      "  gyre rebuild\n"
      "  gyre rebuild better-sqlite3\n"
      "  gyre rebuild --ignore-scripts      only the command links");
  app.callback([names, &context] { execute(context, *names); });
}

}  // namespace gyre::cli
