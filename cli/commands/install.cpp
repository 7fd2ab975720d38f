// gyre install [packages…]
#include "cli/commands/command.hpp"
#include "cli/commands/install_run.hpp"
#include "cli/global.hpp"

namespace gyre::cli {
namespace {

struct Parameters {
  pkg::InstallRequest request;
  bool is_frozen = false, is_global = false;
  bool dev = false, optional = false, peer = false, prod = false;
};

pkg::SaveTo section_of(const Parameters& parameters) {
  if (parameters.dev) return pkg::SaveTo::kDev;
  if (parameters.optional) return pkg::SaveTo::kOptional;
  if (parameters.peer) return pkg::SaveTo::kPeer;
  if (parameters.prod) return pkg::SaveTo::kProd;
  return pkg::SaveTo::kKeep;
}

void execute(Context& context, const Parameters& parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  if (parameters.is_global) return install_global(context, *options, parameters.request.add);
  options->frozen = options->frozen || parameters.is_frozen;
  pkg::InstallRequest request = parameters.request;
  request.save_to = section_of(parameters);
  run_install(context, std::move(request), *options);
}

}  // namespace

void add_install(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("packages", parameters->request.add,
                 "Packages to add: name, name@version, ./folder, user/repo");
  app.add_flag("--save-dev,-D,--dev", parameters->dev, "Save under devDependencies");
  app.add_flag("--save-optional,-O", parameters->optional, "Save under optionalDependencies");
  app.add_flag("--save-peer", parameters->peer, "Save under peerDependencies");
  app.add_flag("--save-prod,-P,--save,-S", parameters->prod, "Save under dependencies");
  app.add_flag("--save-bundle,-B", parameters->request.save_bundle,
               "Add to bundleDependencies too");
  add_workspace_choice(app, parameters->request);
  add_setting_option(app, context, "--save-prefix", "save-prefix", "Prefix of saved ranges: ^, ~");
  app.add_flag("--global,-g", parameters->is_global, "Install for all projects, with commands");
  add_setting_flag(app, context, "--save-exact,-E", "save-exact", "true",
                   "Save the exact version instead of a range");
  add_setting_flag(app, context, "--no-save", "save", "false",
                   "Change neither package.json nor the lockfile");
  add_setting_flag(app, context, "--no-package-lock", "package-lock", "false",
                   "Neither read nor write package-lock.json");
  add_setting_flag(app, context, "--package-lock-only", "package-lock-only", "true",
                   "Write the lockfile, leave node_modules alone");
  add_setting_option(app, context, "--tag", "tag", "Tag to install when no version is named");
  add_setting_option(app, context, "--before", "before", "Ignore versions released later");
  app.add_flag("--frozen,--frozen-lockfile", parameters->is_frozen,
               "Fail if the lockfile would change");
  add_install_options(app, context);
  app.footer(
      "Examples:\n"
      "  gyre install                    what package.json asks for\n"
      "  gyre install express            add the latest express\n"
      "  gyre install -D typescript@5    add to devDependencies\n"
      "  gyre install user/repo#v1       add a repository's tag\n"
      "  gyre install lodash -w api      add to the workspace api\n"
      "  gyre install --frozen           fail rather than change package-lock.json");
  app.callback([parameters, &context] { execute(context, *parameters); });
}

}  // namespace gyre::cli
