// gyre remove <packages…>
#include "cli/commands/command.hpp"
#include "cli/commands/install_run.hpp"
#include "cli/global.hpp"

namespace gyre::cli {

void add_remove(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<pkg::InstallRequest>();
  app.add_option("packages", parameters->remove, "Dependencies to remove")->required();
  auto is_global = std::make_shared<bool>(false);
  app.add_flag("--global,-g", *is_global, "Remove global packages");
  add_workspace_choice(app, *parameters);
  add_setting_flag(app, context, "--no-save", "save", "false",
                   "Change neither package.json nor the lockfile");
  add_install_options(app, context);
  app.footer("Examples:\n  gyre remove express\n  gyre rm -s left-pad\n  gyre rm chalk -w api");
  app.callback([parameters, is_global, &context] {
    auto options = context.options();
    if (!options) return context.fail(options.error());
    if (*is_global) return remove_global(context, *options, parameters->remove);
    pkg::InstallRequest request = *parameters;
    request.npm_command = "uninstall";
    run_install(context, std::move(request), *options);
  });
}

}  // namespace gyre::cli
