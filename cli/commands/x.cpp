// gyre x <package>[@version] [arguments…]: a local command, or one from a cached install.
#include "cli/commands/command.hpp"
#include "cli/commands/workspaces.hpp"
#include "cli/exec.hpp"

namespace gyre::cli {
namespace {

struct Parameters {
  ExecRequest request;
  pkg::WorkspaceChoice workspaces;
};

void execute(Context& context, Parameters parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  ExecRequest& request = parameters.request;
  if (!request.words.empty() && !request.shell_command.empty()) {
    return context.fail(Error(
        Code::EUSAGE, "-c takes the whole command; \"" + request.words[0] + "\" would not be run",
        "gyre x -p <package> -c '<command>'"));
  }
  if (parameters.workspaces.is_given()) {
    auto packages = packages_meant(*options, parameters.workspaces);
    if (!packages) return context.fail(packages.error());
    for (const pkg::ChosenPackage& package : *packages) request.folders.push_back(package.folder);
  }
  run_exec(context, *options, std::move(request));
}

void declare(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  ExecRequest& request = parameters->request;
  app.add_option("--package,-p", request.packages, "Package to have (may be repeated)")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--call,-c", request.shell_command, "Run this text in a shell");
  app.add_flag_callback(
      "--yes,-y", [&request] { request.consent = ExecRequest::Consent::kYes; },
      "Do not ask before installing");
  app.add_flag_callback(
      "--no,-N", [&request] { request.consent = ExecRequest::Consent::kNo; }, "Do not install");
  add_workspace_options(app, parameters->workspaces);
  add_setting_option(app, context, "--script-shell", "script-shell", "Shell for --call");
  add_common_options(app, context);
  app.prefix_command();
  app.footer(
      "A command of the project (or a global one) is run as it is. Otherwise the package is\n"
      "installed into a cache folder of its own; on a terminal you are asked first, in CI and\n"
      "without a terminal you are not. A tag, or a name alone, is looked up again each time.\n"
      "A package with several commands runs the one of its own name; -p names the package and\n"
      "leaves the command to you. All that follows the command's name belongs to it.\n\n"
      "Examples:\n"
      "  gyre x cowsay hi\n"
      "  gyre x typescript@5 --version\n"
      "  gyre x -p typescript tsc --init\n"
      "  gyre x -p cowsay -p lolcatjs -c 'cowsay hi | lolcatjs'\n"
      "  gyre x ./my-tool\n"
      "  gyrex semver 1.2.3 -r ^1");
  app.callback([parameters, &app, &context] {
    std::vector<std::string>& words = parameters->request.words;
    words = app.remaining();
    if (!words.empty() && words[0] == "--") words.erase(words.begin());
    execute(context, *parameters);
  });
}

}  // namespace

void add_x(CLI::App& app, Context& context) { declare(app, context); }
void add_exec(CLI::App& app, Context& context) { declare(app, context); }

}  // namespace gyre::cli
