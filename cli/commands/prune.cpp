// gyre prune
#include "cli/commands/command.hpp"
#include "cli/commands/install_run.hpp"

namespace gyre::cli {

void add_prune(CLI::App& app, Context& context) {
  auto names = std::make_shared<std::vector<std::string>>();
  app.add_option("packages", *names, "Accepted for compatibility: all that is extraneous goes");
  auto wanted = std::make_shared<pkg::InstallRequest>();
  add_workspace_choice(app, *wanted);
  add_install_options(app, context);
  app.footer(
      "Removes packages that neither package.json nor another package asks for, and with --omit\n"
      "those of that kind.\n\n"
      "Examples:\n"
      "  gyre prune\n"
      "  gyre prune --omit dev\n"
      "  gyre prune --dry-run --json\n"
      "  gyre prune -w api               only below the workspace api and what it needs");
  app.callback([&context, names, wanted] {
    auto options = context.options();
    if (!options) return context.fail(options.error());
    pkg::InstallRequest request = *wanted;
    request.prune = true;
    request.runs_root_scripts = false;
    request.npm_command = "prune";
    run_install(context, std::move(request), *options);
  });
}

}  // namespace gyre::cli
