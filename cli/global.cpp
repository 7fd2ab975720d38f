#include "cli/global.hpp"

#include "cli/commands/install_run.hpp"
#include "pkg/files.hpp"
#include "pkg/global.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/spec/spec.hpp"
#include "pkg/store/integrity.hpp"
#include "runtime/base/json.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {
namespace {

// Archives and repositories have no name yet: their project is called by a hash.
std::string key_of(const pkg::Spec& spec, const std::string& argument) {
  if (!spec.name.empty()) return spec.name;
  return "_" + pkg::hash_of(pkg::HashAlgorithm::kSha256, as_bytes(argument)).to_hex().substr(0, 16);
}

// The only dependency of a global package's project.
Result<std::string> installed_folder(const std::string& project) {
  GYRE_ASSIGN(const pkg::Manifest manifest, pkg::load_manifest(project + "/package.json"));
  if (manifest.meta.dependencies.empty())
    return Error(Code::EPKGJSON, project + "/package.json lists no package");
  return project + "/node_modules/" + manifest.meta.dependencies.front().first;
}

class GlobalInstall {
 public:
  GlobalInstall(Context& context, const pkg::Options& options)
      : context_(context), options_(options), prefix_(chosen_global_prefix(context, options)) {}

  Result<pkg::GlobalPackage> install(const std::string& argument) {
    GYRE_ASSIGN(const pkg::Spec spec, pkg::parse_argument(argument));
    const auto replace = options_.force ? pkg::Replace::kAnything : pkg::Replace::kOwn;
    if (spec.kind == pkg::SpecKind::kFolder) {
      const std::string folder = path::resolve(options_.working_dir, spec.fetch_spec);
      return pkg::link_global(prefix_, folder, replace);
    }
    const std::string project = pkg::global_project_folder(prefix_, key_of(spec, argument));
    GYRE_TRY(pkg::make_directories(project));
    const std::string manifest = project + "/package.json";
    if (!pkg::path_exists(manifest))
      GYRE_TRY(pkg::write_file_atomically(manifest, "{\n  \"private\": true\n}\n"));
    pkg::Options options = options_;
    options.project_dir = project;
    options.frozen = options.lockfile_only = false;
    options.save = options.package_lock = options.bin_links = true;
    options.omit = {true, options_.omit.optional, options_.omit.peer};
    pkg::InstallRequest request;
    // A path is relative to where the user is.
    request.add = {argument};
    if (spec.kind == pkg::SpecKind::kFile) {
      const std::string file = path::resolve(options_.working_dir, spec.fetch_spec);
      request.add = {spec.name.empty() ? file : spec.name + "@file:" + file};
    }
    request.runs_root_scripts = false;
    const pkg::InstallOutcome outcome = perform_install(context_, std::move(request), options);
    report_problems(context_, outcome);
    if (outcome.signal != 0 || outcome.failure)
      return Error::with_code_name("ECANCELED", "not installed");
    for (const pkg::BlockedScripts& blocked : outcome.report.blocked) {
      context_.out.note(blocked.name + "@" + blocked.version +
                        " has scripts that were not run: gyre approve --prefix " + project + " " +
                        blocked.name + " allows and runs them");
    }
    GYRE_ASSIGN(const std::string folder, installed_folder(project));
    return pkg::link_global(prefix_, folder, replace);
  }

 private:
  Context& context_;
  const pkg::Options& options_;
  const std::string prefix_;
};

json::Value json_of(const std::vector<pkg::GlobalPackage>& packages) {
  json::Object all;
  for (const pkg::GlobalPackage& package : packages) {
    json::Object entry;
    entry.set("version", package.version);
    if (package.is_link) entry.set("resolved", "file:" + package.folder);
    all.set(package.name, std::move(entry));
  }
  return all;
}

}  // namespace

std::string chosen_global_prefix(const Context& context, const pkg::Options& options) {
  return context.working_dir.empty() ? options.global_prefix : context.working_dir;
}

void install_global(Context& context, const pkg::Options& options,
                    const std::vector<std::string>& packages) {
  if (packages.empty()) {
    return context.fail(Error(Code::EUSAGE, "say which package to install globally",
                              "gyre install -g <package>; gyre link makes this one global"));
  }
  GlobalInstall installer(context, options);
  std::vector<pkg::GlobalPackage> done;
  for (const std::string& argument : packages) {
    if (options.dry_run) {
      context.out.print("would install " + argument + " below " +
                        chosen_global_prefix(context, options));
      continue;
    }
    auto package = installer.install(argument);
    if (!package) {
      if (context.exit_code == kSuccess) context.fail(package.error());
      return;
    }
    done.push_back(std::move(*package));
  }
  if (context.out.is_json) {
    json::Object object;
    object.set("installed", json_of(done));
    return context.out.print(json::write(std::move(object), 2));
  }
  for (const pkg::GlobalPackage& package : done) {
    std::string line = "+ " + package.name + "@" + package.version;
    for (size_t i = 0; i < package.bins.size(); ++i)
      line += (i == 0 ? "  commands: " : ", ") + package.bins[i].name;
    context.out.print(line);
  }
}

void remove_global(Context& context, const pkg::Options& options,
                   const std::vector<std::string>& names) {
  const std::string prefix = chosen_global_prefix(context, options);
  std::vector<pkg::GlobalPackage> done;
  for (const std::string& name : names) {
    if (options.dry_run) {
      context.out.print("would remove " + name);
      continue;
    }
    auto package = pkg::unlink_global(prefix, name);
    if (!package) return context.fail(package.error());
    done.push_back(std::move(*package));
  }
  if (context.out.is_json) {
    json::Object object;
    object.set("removed", json_of(done));
    return context.out.print(json::write(std::move(object), 2));
  }
  for (const pkg::GlobalPackage& package : done)
    context.out.print("- " + package.name + "@" + package.version);
}

void list_global(Context& context, const pkg::Options& options) {
  const std::string prefix = chosen_global_prefix(context, options);
  const auto packages = pkg::list_global(prefix);
  if (context.out.is_json) {
    json::Object object;
    object.set("dependencies", json_of(packages));
    return context.out.print(json::write(std::move(object), 2));
  }
  context.out.print(prefix + "/lib");
  for (size_t i = 0; i < packages.size(); ++i) {
    const pkg::GlobalPackage& package = packages[i];
    context.out.print((i + 1 == packages.size() ? "└── " : "├── ") + package.name + "@" +
                      package.version + (package.is_link ? " -> " + package.folder : ""));
  }
  if (packages.empty()) context.out.print("└── (empty)");
}

}  // namespace gyre::cli
