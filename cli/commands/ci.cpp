// gyre ci
#include "cli/commands/command.hpp"
#include "cli/commands/install_run.hpp"

namespace gyre::cli {

void add_ci(CLI::App& app, Context& context) {
  auto wanted = std::make_shared<pkg::InstallRequest>();
  add_workspace_choice(app, *wanted);
  add_install_options(app, context);
  app.footer(
      "Installs exactly what package-lock.json says, into a fresh node_modules.\n\n"
      "Examples:\n"
      "  gyre ci\n"
      "  gyre ci --omit dev\n"
      "  gyre ci -w api                  only what the workspace api needs");
  app.callback([wanted, &context] {
    auto options = context.options();
    if (!options) return context.fail(options.error());
    options->frozen = true;
    pkg::InstallRequest request = *wanted;
    request.clean = true;
    request.npm_command = "ci";
    run_install(context, std::move(request), *options);
  });
}

}  // namespace gyre::cli
