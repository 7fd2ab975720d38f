// gyre version [<newversion>]: show versions, or give the package a new one.
#include "cli/version.hpp"

#include "cli/commands/command.hpp"
#include "cli/commands/workspaces.hpp"
#include "cli/git.hpp"
#include "cli/script_runner.hpp"
#include "pkg/files.hpp"
#include "pkg/options.hpp"
#include "pkg/semver/algorithms.hpp"
#include "runtime/base/json.hpp"

namespace gyre::cli {
namespace {

struct Parameters {
  std::string wanted;
  std::string preid, message = "%s", tag_prefix = "v";
  pkg::WorkspaceChoice workspaces;
  bool git_tag = true, commit_hooks = true, same_version = false, force = false;
  bool sign_tag = false, sign_commit = false, ignore_scripts = false, dry_run = false;
};

std::string with_version(std::string text, const std::string& version) {
  for (size_t at = 0; (at = text.find("%s", at)) != std::string::npos; at += version.size())
    text.replace(at, 2, version);
  return text;
}

void show_versions(Context& context) {
  const pkg::Platform platform = pkg::host_platform();
  json::Object object;
  if (auto options = context.options()) {
    const std::string folder = pkg::nearest_package_folder(options->working_dir);
    if (!folder.empty()) {
      auto manifest = pkg::load_manifest(folder + "/package.json");
      if (manifest && !manifest->meta.name.empty() && !manifest->meta.version.empty())
        object.set(manifest->meta.name, manifest->meta.version);
    }
  }
  object.set("gyre", kVersion);
  object.set("node", platform.node_version);
  object.set("os", platform.os);
  object.set("cpu", platform.cpu);
  if (!platform.libc.empty()) object.set("libc", platform.libc);
  if (context.out.is_json) return context.out.print(json::write(std::move(object), 2));
  for (const auto& [name, value] : object) context.out.print(name + " " + *value.as_string());
}

// Sets one package's version in its package.json and in the lockfile beside the project.
class Bump {
 public:
  Bump(Context& context, const pkg::Options& options, const Parameters& parameters,
       ScriptRunner& runner, pkg::ChosenPackage& package)
      : context_(context),
        options_(options),
        parameters_(parameters),
        runner_(runner),
        package_(package) {}

  // The new version.
  Result<std::string> run() {
    const std::string& old = package_.manifest.meta.version;
    GYRE_ASSIGN(const std::string version, new_version());
    if (parameters_.dry_run) return version;
    GYRE_ASSIGN(const bool uses_git, is_git_at_work());
    runner_.variables = {{"npm_old_version", old.empty() ? "0.0.0" : old},
                         {"npm_new_version", version}};
    GYRE_TRY(runner_.run_if_there(package_.folder, package_.manifest, "preversion"));
    GYRE_TRY(write(version));
    GYRE_TRY(runner_.run_if_there(package_.folder, package_.manifest, "version"));
    if (uses_git) GYRE_TRY(commit(version));
    GYRE_TRY(runner_.run_if_there(package_.folder, package_.manifest, "postversion"));
    return version;
  }

 private:
  Result<std::string> new_version() const {
    const std::string& wanted = parameters_.wanted;
    const std::string old =
        package_.manifest.meta.version.empty() ? "0.0.0" : package_.manifest.meta.version;
    const auto current = semver::clean(old, semver::Mode::kLoose);
    std::string version;
    if (const auto exact = semver::clean(wanted, semver::Mode::kLoose)) {
      version = exact->text();
    } else if (wanted == "from-git") {
      GYRE_ASSIGN(const std::string tag,
                  run_git(package_.folder, {"describe", "--tags", "--abbrev=0", "--match=*.*.*"}));
      const auto found = semver::coerce(tag);
      if (!found) return Error(Code::EUSAGE, "the tag \"" + tag + "\" is no version");
      version = found->text();
    } else {
      if (!current) return Error(Code::EUSAGE, "the present version \"" + old + "\" is none");
      const auto next = semver::increment(*current, wanted, parameters_.preid);
      if (!next) {
        return Error(Code::EUSAGE, "\"" + wanted + "\" is neither a version nor a step",
                     "major, minor, patch, premajor, preminor, prepatch, prerelease, from-git or "
                     "a version");
      }
      version = next->text();
    }
    if (current && version == current->text() && !parameters_.same_version) {
      return Error(Code::EUSAGE, "the version is " + version + " already",
                   "--allow-same-version lets it stay");
    }
    return version;
  }

  // Whether the change is to be committed and tagged. A folder with changes of its own is not.
  Result<bool> is_git_at_work() const {
    if (!parameters_.git_tag || !pkg::path_exists(package_.folder + "/.git")) return false;
    auto status = run_git(package_.folder, {"status", "--porcelain=v1", "-uno"});
    if (!status) {
      if (status.error().errno_number() == 0) return status.error();
      context_.out.warning({"ENOGIT",
                            "there is no git: the version is neither committed nor "
                            "tagged"});
      return false;
    }
    if (!status->empty() && !parameters_.force) {
      return Error(Code::EUSAGE, "the git working folder has uncommitted changes",
                   "commit them, or use --force or --no-git-tag-version");
    }
    return true;
  }

  Status write(const std::string& version) {
    package_.manifest.json["version"] = version;
    package_.manifest.meta.version = version;
    GYRE_TRY(pkg::write_file_atomically(package_.folder + "/package.json",
                                        pkg::write_manifest(package_.manifest)));
    for (const char* name : {"package-lock.json", "npm-shrinkwrap.json"})
      GYRE_TRY(write_lockfile(options_.project_dir + "/" + name, version));
    return ok();
  }

  // The lockfile is edited as the JSON document it is: nothing else of it changes.
  Status write_lockfile(const std::string& path, const std::string& version) const {
    if (!pkg::path_exists(path)) return ok();
    auto text = pkg::read_file(path);
    auto lock = text ? pkg::parse_manifest(*text, path) : Result<pkg::Manifest>(text.error());
    if (!lock) return ok();  // not ours to judge here
    const bool is_root = package_.folder == options_.project_dir;
    const std::string key = is_root ? std::string() : package_.location;
    if (is_root) lock->json["version"] = version;
    const auto packages = lock->json.find("packages");
    if (packages != lock->json.end() && packages->is_object() && packages->contains(key) &&
        (*packages)[key].is_object()) {
      (*packages)[key]["version"] = version;
    }
    return pkg::write_file_atomically(path, pkg::write_manifest(*lock));
  }

  Status commit(const std::string& version) const {
    const std::string& folder = package_.folder;
    GYRE_TRY(run_git(folder, {"add", folder + "/package.json"}));
    for (const char* name : {"package-lock.json", "npm-shrinkwrap.json"}) {
      // A lockfile may be ignored by git.
      if (pkg::path_exists(folder + "/" + name)) (void)run_git(folder, {"add", name});
    }
    const std::string message = with_version(parameters_.message, version);
    std::vector<std::string> arguments = {"commit", "-m", message};
    if (!parameters_.commit_hooks) arguments.emplace_back("-n");
    if (parameters_.same_version) arguments.emplace_back("--allow-empty");
    if (parameters_.sign_commit) arguments.emplace_back("-S");
    GYRE_TRY(run_git(folder, arguments));
    const std::string flags = std::string("-") + (parameters_.sign_tag ? "s" : "a") +
                              (parameters_.same_version ? "f" : "");
    GYRE_TRY(run_git(folder, {"tag", flags, "-m", message, parameters_.tag_prefix + version}));
    return ok();
  }

  Context& context_;
  const pkg::Options& options_;
  const Parameters& parameters_;
  ScriptRunner& runner_;
  pkg::ChosenPackage& package_;
};

void execute(Context& context, Parameters parameters) {
  if (parameters.wanted.empty() && !parameters.workspaces.is_given()) return show_versions(context);
  auto options = context.options();
  if (!options) return context.fail(options.error());
  auto packages = packages_meant(*options, parameters.workspaces);
  if (!packages) return context.fail(packages.error());
  const bool is_plain = !parameters.workspaces.is_given();
  if (!is_plain) parameters.git_tag = false;
  json::Object versions;
  ScriptRunner runner(context, *options, "version");
  for (pkg::ChosenPackage& package : *packages) {
    std::string name = package.manifest.meta.name;
    if (name.empty()) name = package.folder.substr(package.folder.rfind('/') + 1);
    if (parameters.wanted.empty()) {
      versions.set(name, package.manifest.meta.version);
      continue;
    }
    auto version = Bump(context, *options, parameters, runner, package).run();
    if (!version) return context.fail(version.error());
    versions.set(name, *version);
    if (context.out.is_json) continue;
    if (!is_plain) context.out.print(name);
    context.out.print(parameters.tag_prefix + *version);
  }
  if (context.out.is_json || parameters.wanted.empty())
    context.out.print(json::write(std::move(versions), 2));
}

}  // namespace

void add_version(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("newversion", parameters->wanted,
                 "A version, or major, minor, patch, premajor, preminor, prepatch, prerelease, "
                 "from-git");
  app.add_option("--preid", parameters->preid, "Name of the prerelease: rc in 1.0.0-rc.0");
  app.add_option("--message,-m", parameters->message, "Message of commit and tag; %s: the version");
  app.add_option("--tag-version-prefix", parameters->tag_prefix, "Before the version in tags: v");
  app.add_flag_callback(
      "--no-git-tag-version", [parameters] { parameters->git_tag = false; },
      "Neither commit nor tag");
  app.add_flag_callback(
      "--no-commit-hooks", [parameters] { parameters->commit_hooks = false; },
      "Skip git's commit hooks");
  app.add_flag("--allow-same-version", parameters->same_version, "The version may stay as it is");
  app.add_flag("--sign-git-tag", parameters->sign_tag, "Sign the tag");
  app.add_flag("--sign-git-commit", parameters->sign_commit, "Sign the commit");
  app.add_flag("--force,-f", parameters->force, "Uncommitted changes do not matter");
  app.add_flag("--dry-run", parameters->dry_run, "Say what the version would be");
  app.add_flag_callback(
         "--no-workspaces-update", [] {}, "Accepted for compatibility")
      ->group("");
  add_setting_flag(app, context, "--ignore-scripts", "ignore-scripts", "true",
                   "Run no preversion, version and postversion");
  add_workspace_options(app, parameters->workspaces);
  add_common_options(app, context);
  app.footer(
      "Writes the version to package.json and the lockfile, runs preversion before, version\n"
      "after writing and postversion at the end; in a clean git folder it commits and tags.\n"
      "Without an argument it shows the versions of the package and of gyre.\n\n"
      "Examples:\n"
      "  gyre version\n"
      "  gyre version patch\n"
      "  gyre version prerelease --preid rc\n"
      "  gyre version 2.0.0 --no-git-tag-version\n"
      "  gyre version minor --workspaces");
  app.callback([parameters, &context] { execute(context, *parameters); });
}

}  // namespace gyre::cli
