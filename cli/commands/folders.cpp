// gyre bin, gyre root, gyre prefix: where things are.
#include "cli/commands/command.hpp"
#include "cli/global.hpp"
#include "pkg/global.hpp"

namespace gyre::cli {
namespace {

using Local = std::string (*)(const pkg::Options& options);
using Global = std::string (*)(const std::string& prefix);

void declare(CLI::App& app, Context& context, Local local, Global global, const char* example) {
  auto is_global = std::make_shared<bool>(false);
  app.add_flag("--global,-g", *is_global, "Of global packages");
  add_common_options(app, context);
  app.footer(example);
  app.callback([is_global, local, global, &context] {
    auto options = context.options();
    if (!options) return context.fail(options.error());
    context.out.print(*is_global ? global(chosen_global_prefix(context, *options))
                                 : local(*options));
  });
}

}  // namespace

void add_bin(CLI::App& app, Context& context) {
  declare(
      app, context,
      [](const pkg::Options& options) { return options.project_dir + "/node_modules/.bin"; },
      [](const std::string& prefix) { return prefix + "/bin"; },
      "Examples:\n  gyre bin\n  gyre bin -g");
}

void add_root(CLI::App& app, Context& context) {
  declare(
      app, context,
      [](const pkg::Options& options) { return options.project_dir + "/node_modules"; },
      [](const std::string& prefix) { return pkg::global_modules_folder(prefix); },
      "Examples:\n  gyre root\n  gyre root -g");
}

void add_prefix(CLI::App& app, Context& context) {
  declare(
      app, context, [](const pkg::Options& options) { return options.project_dir; },
      [](const std::string& prefix) { return prefix; },
      "Examples:\n  gyre prefix\n  gyre prefix -g");
}

}  // namespace gyre::cli
