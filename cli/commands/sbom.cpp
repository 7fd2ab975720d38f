// gyre sbom --sbom-format cyclonedx|spdx
#include "pkg/audit/sbom.hpp"
#include "cli/commands/command.hpp"
#include "cli/registry_session.hpp"
#include "cli/version.hpp"
#include "cli/workspaces.hpp"
#include "pkg/audit/report.hpp"
#include "pkg/project.hpp"
#include "pkg/tree/installed.hpp"

namespace gyre::cli {
namespace {

struct Parameters {
  std::string format, type;
  WorkspaceChoice workspaces;
};

Result<pkg::Tree> tree_for(const pkg::Options& options) {
  if (!options.lockfile_only) return pkg::load_installed(options.project_dir);
  GYRE_ASSIGN(pkg::Project project, pkg::load_project(options, pkg::ManifestNeed::kRequired));
  if (!project.lockfile.exists) {
    return Error(Code::EUSAGE, "a lockfile is needed for --package-lock-only");
  }
  project.lockfile.tree.root_dir = options.project_dir;
  return std::move(project.lockfile.tree);
}

Status choose(const pkg::Options& options, const WorkspaceChoice& choice, const pkg::Tree& tree,
              pkg::SbomRequest& request) {
  if (!choice.is_given()) return ok();
  GYRE_ASSIGN(const auto folders, chosen_folders(options, choice));
  std::vector<std::string> tops;
  for (const std::string& folder : folders) {
    const bool is_root = folder == options.project_dir;
    tops.push_back(is_root ? std::string() : folder.substr(options.project_dir.size() + 1));
  }
  request.only = pkg::dependency_closure(tree, tops);
  return ok();
}

bool is_one_of(const std::string& word, std::initializer_list<const char*> known) {
  return std::find(known.begin(), known.end(), word) != known.end();
}

void execute(Context& context, const Parameters& parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  const pkg::AllSettings settings = all_settings(context, *options);
  std::string format = parameters.format, type = parameters.type;
  if (format.empty()) format = settings.get("sbom-format");
  if (type.empty()) type = settings.get("sbom-type");
  if (type.empty()) type = "library";
  if (!is_one_of(format, {"cyclonedx", "spdx"})) {
    return context.fail(Error(Code::EUSAGE, "--sbom-format must be cyclonedx or spdx"));
  }
  if (!is_one_of(type, {"library", "application", "framework"})) {
    return context.fail(
        Error(Code::EUSAGE, "--sbom-type must be library, application or framework"));
  }
  auto tree = tree_for(*options);
  if (!tree) return context.fail(tree.error());
  pkg::SbomRequest request;
  request.is_cyclonedx = format == "cyclonedx";
  request.package_type = type;
  request.is_lockfile_only = options->lockfile_only;
  request.omit = options->omit;
  request.tool_version = kVersion;
  const Status chosen = choose(*options, parameters.workspaces, *tree, request);
  if (!chosen) return context.fail(chosen.error());
  auto bom = pkg::make_sbom(*tree, request);
  if (!bom) return context.fail(bom.error());
  print_json(context.out, *bom);
}

}  // namespace

void add_sbom(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("--sbom-format", parameters->format, "cyclonedx (1.5) or spdx (2.3)");
  app.add_option("--sbom-type", parameters->type, "library, application or framework");
  add_workspace_options(app, parameters->workspaces);
  add_install_options(app, context);
  add_setting_flag(app, context, "--package-lock-only", "package-lock-only", "true",
                   "From the lockfile, not from what is installed");
  app.footer(
      "Examples:\n"
      "  gyre sbom --sbom-format cyclonedx > bom.json\n"
      "  gyre sbom --sbom-format spdx --omit dev --package-lock-only");
  app.callback([parameters, &context] { execute(context, *parameters); });
}

}  // namespace gyre::cli
