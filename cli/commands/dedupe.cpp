// gyre dedupe, gyre find-dupes
#include "cli/commands/command.hpp"
#include "cli/commands/install_run.hpp"

namespace gyre::cli {
namespace {

void execute(Context& context, pkg::InstallRequest request, bool is_dry_run) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  options->dry_run = options->dry_run || is_dry_run;
  options->prefer_dedupe = true;
  request.dedupe = true;
  request.runs_root_scripts = false;
  request.npm_command = "dedupe";
  run_install(context, std::move(request), *options);
}

}  // namespace

void add_dedupe(CLI::App& app, Context& context) {
  auto request = std::make_shared<pkg::InstallRequest>();
  add_workspace_choice(app, *request);
  add_install_options(app, context);
  app.footer(
      "Looks for one version that serves where several copies of a package are installed.\n"
      "package.json stays as it is; the lockfile follows.\n\n"
      "Examples:\n"
      "  gyre dedupe\n"
      "  gyre dedupe --dry-run\n"
      "  gyre dedupe -w api               only what the workspace api needs");
  app.callback([request, &context] { execute(context, *request, false); });
}

void add_find_dupes(CLI::App& app, Context& context) {
  auto request = std::make_shared<pkg::InstallRequest>();
  add_workspace_choice(app, *request);
  add_install_options(app, context);
  app.footer("The same as gyre dedupe --dry-run.\n\nExamples:\n  gyre find-dupes --json");
  app.callback([request, &context] { execute(context, *request, true); });
}

}  // namespace gyre::cli
