// gyre import: another tool's lockfile becomes package-lock.json.
#include "cli/commands/command.hpp"
#include "cli/commands/install_run.hpp"
#include "pkg/import/foreign_lock.hpp"

namespace gyre::cli {

void add_import(CLI::App& app, Context& context) {
  auto file = std::make_shared<std::string>();
  app.add_option("lockfile", *file, "yarn.lock, pnpm-lock.yaml or bun.lock; found if not named");
  add_install_options(app, context);
  app.footer(
      "Writes package-lock.json with the versions that yarn.lock (1 and berry), pnpm-lock.yaml\n"
      "(5, 6, 9) or bun.lock has, and lists what could not be kept. node_modules stays as it is.\n"
      "--force replaces a package-lock.json that is there already.\n\n"
      "Examples:\n"
      "  gyre import\n"
      "  gyre import ../old/yarn.lock\n"
      "  gyre import --json --dry-run");
  app.callback([file, &context] {
    auto options = context.options();
    if (!options) return context.fail(options.error());
    auto path = pkg::find_foreign_lock(options->project_dir, *file);
    if (!path) return context.fail(path.error(), kUsage);
    options->lockfile_only = true;
    pkg::InstallRequest request;
    request.import_from = *path;
    request.runs_root_scripts = false;
    request.npm_command = "import";
    run_install(context, std::move(request), *options);
  });
}

}  // namespace gyre::cli
