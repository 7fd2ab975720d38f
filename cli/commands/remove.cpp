// gyre remove <packages…>
#include "cli/commands/command.hpp"
#include "cli/commands/install_run.hpp"

namespace gyre::cli {

void add_remove(CLI::App& app, Context& context) {
  auto names = std::make_shared<std::vector<std::string>>();
  app.add_option("packages", *names, "Dependencies to remove")->required();
  add_setting_flag(app, context, "--no-save", "save", "false",
                   "Change neither package.json nor the lockfile");
  add_install_options(app, context);
  app.footer("Examples:\n  gyre remove express\n  gyre rm -s left-pad");
  app.callback([names, &context] {
    auto options = context.options();
    if (!options) return context.fail(options.error());
    pkg::InstallRequest request;
    request.remove = *names;
    request.npm_command = "uninstall";
    run_install(context, std::move(request), *options);
  });
}

}  // namespace gyre::cli
