// gyre x <package>[@version] [arguments…]: a local command, or one from a cached install.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <iostream>

#include "cli/commands/command.hpp"
#include "cli/commands/install_run.hpp"
#include "cli/process.hpp"
#include "cli/suggest.hpp"
#include "pkg/files.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/project.hpp"
#include "pkg/spec/spec.hpp"
#include "pkg/store/integrity.hpp"
#include "runtime/base/json.hpp"

namespace gyre::cli {
namespace {

constexpr int64_t kFreshSeconds = 24 * 3600;

struct Parameters {
  std::vector<std::string> packages;  // -p
  std::string shell_command;          // -c
  std::vector<std::string> words;
  bool yes = false, no = false;
};

struct Wanted {
  std::vector<std::string> arguments;  // specs as written
  std::vector<pkg::Spec> specs;
  bool is_exact = true;  // every spec is one version: a cached install never gets old
};

Result<Wanted> parse_wanted(const std::vector<std::string>& packages) {
  Wanted wanted;
  wanted.arguments = packages;
  for (const std::string& argument : packages) {
    GYRE_ASSIGN(pkg::Spec spec, pkg::parse_argument(argument));
    wanted.is_exact = wanted.is_exact && spec.kind == pkg::SpecKind::kVersion;
    wanted.specs.push_back(std::move(spec));
  }
  return wanted;
}

std::string cache_folder(const Wanted& wanted, const pkg::Options& options) {
  std::vector<std::string> sorted = wanted.arguments;
  std::sort(sorted.begin(), sorted.end());
  std::string key = options.registry;
  for (const std::string& argument : sorted) key += "\n" + argument;
  const std::string hex = pkg::hash_of(pkg::HashAlgorithm::kSha256, as_bytes(key)).to_hex();
  return options.cache_dir + "/x/" + hex.substr(0, 16);
}

bool is_fresh(const std::string& folder, const Wanted& wanted, const pkg::Options& options) {
  struct stat info {};
  if (::stat((folder + "/node_modules/.package-lock.json").c_str(), &info) != 0) return false;
  if (wanted.is_exact || options.offline || options.prefer_offline) return true;
  return !options.prefer_online && std::time(nullptr) - info.st_mtime < kFreshSeconds;
}

bool user_agrees(const Context& context, const Wanted& wanted, const Parameters& parameters) {
  if (parameters.no) return false;
  const bool in_ci = ::getenv("CI") != nullptr;
  if (parameters.yes || in_ci || !context.out.stdin_is_terminal() ||
      !context.out.stderr_is_terminal()) {
    return true;
  }
  std::string names;
  for (const std::string& argument : wanted.arguments)
    names += (names.empty() ? "" : ", ") + argument;
  std::cerr << "Install " << names << " into the cache and run it? (y) " << std::flush;
  std::string answer;
  if (!std::getline(std::cin, answer)) return false;
  return answer.empty() || answer[0] == 'y' || answer[0] == 'Y';
}

Status install_into(Context& context, const std::string& folder, const Wanted& wanted,
                    const pkg::Options& outer) {
  GYRE_TRY(pkg::make_directories(folder));
  if (!pkg::path_exists(folder + "/package.json")) {
    GYRE_TRY(pkg::write_file_atomically(folder + "/package.json", "{\n  \"private\": true\n}\n"));
  }
  pkg::Options options = outer;
  options.project_dir = folder;
  options.frozen = options.lockfile_only = options.dry_run = false;
  options.save = options.package_lock = true;
  options.omit = {true, false, false};
  pkg::InstallRequest request;
  request.add = wanted.arguments;
  request.runs_root_scripts = false;
  request.npm_command = "exec";
  run_install(context, std::move(request), options, Summary::kOnlyProblems);
  return ok();
}

// The name a package goes by in node_modules.
std::string installed_name(const std::string& folder, const pkg::Spec& spec) {
  if (!spec.name.empty()) return spec.name;
  auto manifest = pkg::load_manifest(folder + "/package.json");
  if (!manifest || manifest->meta.dependencies.empty()) return {};
  return manifest->meta.dependencies.front().first;
}

// npm's rule: the only command, else the one named like the package.
Result<std::string> default_bin(const std::string& project, const std::string& package) {
  GYRE_ASSIGN(const pkg::Manifest manifest,
              pkg::load_manifest(project + "/node_modules/" + package + "/package.json"));
  const std::vector<pkg::Bin>& bins = manifest.meta.bins;
  const std::string plain = package.substr(package.find('/') + 1);
  const std::string short_name = package.starts_with('@') ? plain : package;
  std::vector<std::string> names;
  for (const pkg::Bin& bin : bins) {
    if (bin.name == short_name || bins.size() == 1) return bin.name;
    names.push_back(bin.name);
  }
  const bool all_same =
      !bins.empty() && std::all_of(bins.begin(), bins.end(),
                                   [&](const auto& bin) { return bin.path == bins.front().path; });
  if (all_same) return names.front();
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return Error(
      Code::EUSAGE,
      package + (bins.empty() ? " has no command to run" : " has several commands: " + list),
      bins.empty() ? "" : "name one: gyre x -p " + package + " <command>");
}

int start(Context& context, const pkg::Options& options, const Parameters& parameters,
          const std::string& bin_folder, const std::string& command,
          const std::vector<std::string>& arguments) {
  pkg::ScriptContext script{{}, {}, options.project_dir, "exec", context.executable, {}};
  if (!bin_folder.empty()) script.extra_bin_folders.push_back(bin_folder);
  const auto environment = pkg::script_environment(script, options);
  if (!parameters.shell_command.empty()) {
    return become(context, "/bin/sh", {"-c", parameters.shell_command}, environment);
  }
  std::vector<std::string> folders = script.extra_bin_folders;
  for (const std::string& folder : pkg::bin_folders(options.working_dir)) folders.push_back(folder);
  std::string program = find_program(folders, command);
  if (program.empty()) {
    context.fail(Error(Code::E404, "no command named \"" + command + "\" was found"));
    return kFailure;
  }
  return become(context, program, arguments, environment);
}

void execute(Context& context, Parameters parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  std::vector<std::string> words = parameters.words;
  if (words.empty() && parameters.shell_command.empty()) {
    return context.fail(Error(Code::EUSAGE, "say what to run: gyre x <package> [arguments]"));
  }
  if (parameters.packages.empty() && !words.empty()) {
    // A command that is installed here needs nothing else.
    const bool has_version = words[0].find('@', 1) != std::string::npos;
    const auto local = pkg::bin_folders(options->working_dir);
    if (!has_version && !find_program(local, words[0]).empty()) {
      context.exit_code =
          start(context, *options, parameters, {}, words[0], {words.begin() + 1, words.end()});
      return;
    }
  }
  const bool is_implied = parameters.packages.empty();
  if (is_implied) parameters.packages.push_back(words.empty() ? std::string() : words[0]);
  auto wanted = parse_wanted(parameters.packages);
  if (!wanted) return context.fail(wanted.error());
  const std::string folder = cache_folder(*wanted, *options);
  if (!is_fresh(folder, *wanted, *options)) {
    if (!user_agrees(context, *wanted, parameters)) {
      return context.fail(Error(Code::EUSAGE, "not installed, so not run"));
    }
    if (Status status = install_into(context, folder, *wanted, *options); !status) {
      return context.fail(status.error());
    }
    if (context.exit_code != kSuccess) return;
  }
  std::string command = words.empty() ? std::string() : words[0];
  if (is_implied) {
    auto bin = default_bin(folder, installed_name(folder, wanted->specs[0]));
    if (!bin) return context.fail(bin.error());
    command = *bin;
  }
  std::vector<std::string> arguments;
  if (!words.empty()) arguments.assign(words.begin() + 1, words.end());
  context.exit_code =
      start(context, *options, parameters, folder + "/node_modules/.bin", command, arguments);
}

void declare(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("--package,-p", parameters->packages, "Package to have (may be repeated)")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--call,-c", parameters->shell_command, "Run this text in a shell");
  app.add_flag("--yes,-y", parameters->yes, "Do not ask before installing");
  app.add_flag("--no", parameters->no, "Do not install");
  add_common_options(app, context);
  app.prefix_command();
  app.footer(
      "Examples:\n"
      "  gyre x cowsay hi\n"
      "  gyre x typescript@5 --version\n"
      "  gyre x -p typescript tsc --init\n"
      "  gyrex semver 1.2.3 -r ^1");
  app.callback([parameters, &app, &context] {
    const std::vector<std::string> rest = app.remaining();
    parameters->words = rest;
    if (parameters->words.size() > 0 && parameters->words[0] == "--") {
      parameters->words.erase(parameters->words.begin());
    }
    execute(context, *parameters);
  });
}

}  // namespace

void add_x(CLI::App& app, Context& context) { declare(app, context); }
void add_exec(CLI::App& app, Context& context) { declare(app, context); }

}  // namespace gyre::cli
