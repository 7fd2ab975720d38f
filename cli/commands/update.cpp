// gyre update [packages…]
#include "cli/commands/command.hpp"
#include "cli/commands/install_run.hpp"

namespace gyre::cli {

void add_update(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<pkg::InstallRequest>();
  app.add_option("packages", parameters->update, "Packages to update; all if none is named");
  add_workspace_choice(app, *parameters);
  add_install_options(app, context);
  app.footer(
      "Moves packages to the newest versions package.json allows.\n\n"
      "Examples:\n"
      "  gyre update\n"
      "  gyre update express");
  app.callback([parameters, &context] {
    auto options = context.options();
    if (!options) return context.fail(options.error());
    pkg::InstallRequest request = *parameters;
    if (request.update.empty()) request.update = {"*"};
    request.runs_root_scripts = false;
    request.npm_command = "update";
    run_install(context, std::move(request), *options);
  });
}

}  // namespace gyre::cli
