// gyre link, gyre unlink: a package under development, used by other projects.
#include <algorithm>

#include "cli/commands/command.hpp"
#include "cli/commands/install_run.hpp"
#include "cli/global.hpp"
#include "pkg/files.hpp"
#include "pkg/global.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/spec/spec.hpp"
#include "pkg/tree/actual.hpp"
#include "pkg/workspace/select.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {
namespace {

struct Parameters {
  std::vector<std::string> names;
  bool save = false;
};

// The folder a global package is linked to; one that is not there yet is installed globally.
Result<std::string> global_folder(Context& context, const pkg::Options& options,
                                  const std::string& name) {
  const std::string prefix = options.global_prefix;
  const std::string entry = pkg::global_modules_folder(prefix) + "/" + name;
  if (!pkg::path_exists(entry)) {
    install_global(context, options, {name});
    if (context.exit_code != kSuccess) return Error::with_code_name("ECANCELED", "not linked");
  }
  for (const pkg::GlobalPackage& package : pkg::list_global(prefix)) {
    if (package.name == name) return package.folder;
  }
  return Error(Code::E404, "there is no global package \"" + name + "\"",
               "run gyre link in its folder first");
}

// Links of earlier runs are in no package.json: they are named again, or they would go.
std::vector<std::string> present_links(const pkg::Options& options) {
  std::vector<std::string> arguments;
  auto tree = pkg::load_actual(options.project_dir);
  auto manifest = pkg::load_manifest(options.project_dir + "/package.json");
  if (!tree || !manifest) return arguments;
  for (const auto& [location, node] : tree->nodes) {
    if (!node.is_link || !pkg::parent_location(location).empty()) continue;
    const std::string target = path::resolve(options.project_dir, node.link_target);
    const std::string name(pkg::name_of_location(location));
    bool is_known = path::is_inside(options.project_dir, target);
    const pkg::PackageMeta& meta = manifest->meta;
    for (const auto* list :
         {&meta.dependencies, &meta.dev_dependencies, &meta.optional_dependencies}) {
      for (const auto& [key, spec] : *list)
        is_known = is_known || (key == name && spec.starts_with("file:"));
    }
    if (!is_known) arguments.push_back(name + "@file:" + target);
  }
  return arguments;
}

Status link_here(Context& context, pkg::Options options, const Parameters& parameters) {
  pkg::InstallRequest request;
  std::vector<std::string> names;
  for (const std::string& argument : parameters.names) {
    GYRE_ASSIGN(const pkg::Spec spec, pkg::parse_argument(argument));
    std::string folder, name = spec.name;
    if (spec.kind == pkg::SpecKind::kFolder) {
      folder = path::resolve(options.working_dir, spec.fetch_spec);
      const auto replace = options.force ? pkg::Replace::kAnything : pkg::Replace::kOwn;
      GYRE_ASSIGN(const pkg::GlobalPackage package,
                  pkg::link_global(options.global_prefix, folder, replace));
      name = package.name;
    } else {
      GYRE_ASSIGN(folder, global_folder(context, options, name));
    }
    names.push_back(name);
    request.add.push_back(name + "@file:" + folder);
  }
  if (!parameters.save) {
    options.save = false;
    for (std::string& link : present_links(options)) {
      const std::string name = link.substr(0, link.find("@file:"));
      if (std::find(names.begin(), names.end(), name) == names.end())
        request.add.push_back(std::move(link));
    }
  }
  request.npm_command = "link";
  run_install(context, std::move(request), options);
  return ok();
}

void execute(Context& context, const Parameters& parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  if (!parameters.names.empty()) {
    if (Status status = link_here(context, *options, parameters);
        !status && context.exit_code == kSuccess)
      context.fail(status.error());
    return;
  }
  const std::string folder = pkg::nearest_package_folder(options->working_dir);
  if (folder.empty())
    return context.fail(Error(Code::EPKGJSON, "there is no package.json here to link"));
  if (options->dry_run)
    return context.out.print("would link " + folder + " below " + options->global_prefix);
  const auto replace = options->force ? pkg::Replace::kAnything : pkg::Replace::kOwn;
  auto package = pkg::link_global(options->global_prefix, folder, replace);
  if (!package) return context.fail(package.error());
  context.out.print(package->name + " -> " + package->folder);
}

void execute_unlink(Context& context, const std::vector<std::string>& names) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  if (names.empty()) {
    const std::string folder = pkg::nearest_package_folder(options->working_dir);
    auto manifest = pkg::load_manifest(folder + "/package.json");
    if (!manifest) return context.fail(manifest.error());
    return remove_global(context, *options, {manifest->meta.name});
  }
  pkg::InstallRequest request;
  pkg::Options without = *options;
  auto manifest = pkg::load_manifest(options->project_dir + "/package.json");
  if (!manifest) return context.fail(manifest.error());
  bool is_saved = false;
  const pkg::PackageMeta& meta = manifest->meta;
  for (const auto* list : {&meta.dependencies, &meta.dev_dependencies, &meta.optional_dependencies,
                           &meta.peer_dependencies}) {
    for (const auto& [key, spec] : *list)
      is_saved = is_saved || std::find(names.begin(), names.end(), key) != names.end();
  }
  if (is_saved) request.remove = names;
  // Other links stay.
  for (const std::string& link : present_links(*options)) {
    const std::string name = link.substr(0, link.find("@file:"));
    if (!is_saved && std::find(names.begin(), names.end(), name) == names.end())
      request.add.push_back(link);
  }
  if (!is_saved) without.save = false;
  request.runs_root_scripts = false;
  request.npm_command = "uninstall";
  run_install(context, std::move(request), without);
}

}  // namespace

void add_link(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("packages", parameters->names, "Global packages, or folders, to use here");
  app.add_flag("--save,-S", parameters->save, "Write them to package.json as file: dependencies");
  add_install_options(app, context);
  app.footer(
      "Without a name: makes the package you are in global, as a link. With a name: links that\n"
      "global package into this project's node_modules, until the next gyre install.\n\n"
      "Examples:\n"
      "  cd ~/my-lib && gyre link       then, elsewhere:\n"
      "  gyre link my-lib\n"
      "  gyre link ../my-lib            both at once\n"
      "  gyre unlink my-lib");
  app.callback([parameters, &context] { execute(context, *parameters); });
}

void add_unlink(CLI::App& app, Context& context) {
  auto names = std::make_shared<std::vector<std::string>>();
  app.add_option("packages", *names, "Packages to unlink; none: the one you are in, globally");
  add_install_options(app, context);
  app.footer(
      "Examples:\n"
      "  gyre unlink my-lib       undo gyre link my-lib; what package.json asks for comes back\n"
      "  gyre unlink              undo gyre link");
  app.callback([names, &context] { execute_unlink(context, *names); });
}

}  // namespace gyre::cli
