// gyre pack [<folder|archive|repository|name@version>…]
#include "cli/commands/command.hpp"
#include "cli/packing.hpp"
#include "cli/workspaces.hpp"
#include "pkg/files.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {
namespace {

struct Parameters {
  std::vector<std::string> arguments;
  std::string destination = ".";
  WorkspaceChoice workspaces;
};

// Folders of chosen workspaces stand for "."; other arguments stay.
Result<std::vector<std::string>> arguments_of(Context& context, const Parameters& parameters,
                                              const pkg::Options& options, Packer& packer) {
  const std::vector<std::string>& given = parameters.arguments;
  const bool is_here = given.empty() || std::find(given.begin(), given.end(), ".") != given.end();
  if (!parameters.workspaces.is_given()) {
    if (!given.empty()) return given;
    return chosen_folders(options, parameters.workspaces);
  }
  if (!is_here) {
    context.out.warning({"", "workspaces are ignored for the packages named"});
    return given;
  }
  GYRE_ASSIGN(std::vector<std::string> folders, chosen_folders(options, parameters.workspaces));
  packer.set_workspaces(folders);
  for (const std::string& argument : given) {
    if (argument != ".") folders.push_back(argument);
  }
  return folders;
}

void execute(Context& context, const Parameters& parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  const bool is_dry = options->dry_run;
  const std::string here = options->working_dir;
  RegistrySession session(context, std::move(*options), "pack");
  Packer packer(context, session, "pack");
  auto arguments = arguments_of(context, parameters, session.options(), packer);
  if (!arguments) return context.fail(arguments.error());
  std::vector<Packing> packed;
  const std::string folder = path::resolve(here, parameters.destination);
  for (const std::string& argument : *arguments) {
    auto packing = packer.pack(argument);
    if (!packing) return context.fail(packing.error(), packer.exit_code());
    if (!is_dry) {
      const Status written = pkg::write_file_atomically(folder + "/" + packing->package.filename(),
                                                        packing->package.bytes);
      if (!written) return context.fail(written.error());
    }
    packed.push_back(std::move(*packing));
  }
  if (context.out.is_json) {
    pkg::OrderedJson list = pkg::OrderedJson::array();
    for (const Packing& packing : packed) list.push_back(pkg::packed_json(packing.package));
    return print_json(context.out, list);
  }
  for (const Packing& packing : packed) {
    for (const std::string& line : pkg::packed_lines(packing.package)) context.out.note(line);
    context.out.print(packing.package.filename());
  }
}

}  // namespace

void add_pack(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("packages", parameters->arguments,
                 "Folders, archives, user/repo, git URLs or name@version; this folder if none");
  app.add_option("--pack-destination", parameters->destination, "Folder for the archives");
  add_setting_flag(app, context, "--dry-run", "dry-run", "true", "Write no archive");
  add_setting_flag(app, context, "--ignore-scripts", "ignore-scripts", "true", "Run no scripts");
  add_workspace_options(app, parameters->workspaces);
  add_common_options(app, context);
  app.footer(
      "Examples:\n"
      "  gyre pack                         name-1.0.0.tgz from this folder\n"
      "  gyre pack --dry-run --json        what would be in it\n"
      "  gyre pack -w packages/a --pack-destination dist\n"
      "  gyre pack left-pad@1.3.0          the registry's archive\n"
      "  gyre pack user/repo#v1            a repository's tag");
  app.callback([parameters, &context] { execute(context, *parameters); });
}

}  // namespace gyre::cli
