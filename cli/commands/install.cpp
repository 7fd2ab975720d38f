// gyre install [packages…]
#include "cli/commands/command.hpp"
#include "cli/commands/install_run.hpp"

namespace gyre::cli {
namespace {

struct Parameters {
  std::vector<std::string> packages;
  bool is_frozen = false;
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
  options->frozen = options->frozen || parameters.is_frozen;
  pkg::InstallRequest request;
  request.add = parameters.packages;
  request.save_to = section_of(parameters);
  run_install(context, std::move(request), *options);
}

}  // namespace

void add_install(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("packages", parameters->packages, "Packages to add: name, name@version, ./folder");
  app.add_flag("--save-dev,-D,--dev", parameters->dev, "Save under devDependencies");
  app.add_flag("--save-optional,-O", parameters->optional, "Save under optionalDependencies");
  app.add_flag("--save-peer", parameters->peer, "Save under peerDependencies");
  app.add_flag("--save-prod,-P,--save,-S", parameters->prod, "Save under dependencies");
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
      "  gyre install --frozen           fail rather than change package-lock.json");
  app.callback([parameters, &context] { execute(context, *parameters); });
}

}  // namespace gyre::cli
