// gyre run <script|file> [arguments…], and the shorthands start, stop, test and restart
#include <sys/stat.h>

#include <algorithm>

#include "cli/commands/command.hpp"
#include "cli/commands/workspaces.hpp"
#include "cli/process.hpp"
#include "cli/runtime_loader.hpp"
#include "cli/script_runner.hpp"
#include "runtime/base/closest_name.hpp"
#include "runtime/base/json.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {
namespace {

struct Parameters {
  std::vector<std::string> words;  // what to run and its arguments
  pkg::WorkspaceChoice workspaces;
  bool if_present = false;
  std::string npm_command = "run-script";
};

bool is_file(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && !S_ISDIR(info.st_mode);
}

// Files as `node` finds them: as written, or with .js.
bool names_file(const std::string& folder, const std::string& name) {
  const std::string full = path::resolve(folder, name);
  struct stat info {};
  if (is_file(full) || is_file(full + ".js") || is_file(full + ".cjs")) return true;
  return ::stat(full.c_str(), &info) == 0 && is_file(full + "/index.js");
}

bool is_path(const std::string& word) {
  return word.starts_with('/') || word.starts_with("./") || word.starts_with("../");
}

std::string label_of(const pkg::Manifest& manifest) {
  const pkg::PackageMeta& meta = manifest.meta;
  if (meta.name.empty()) return "package.json";
  return meta.version.empty() ? meta.name : meta.name + "@" + meta.version;
}

// What to run for `name`: the package's own text, or npm's default for some names. Empty: nothing.
std::string text_for(const Context& context, const pkg::ChosenPackage& package,
                     const std::string& name) {
  if (const std::string* text = find_script(package.manifest, name)) return *text;
  if (name == "env") return "env";
  if (name == "start" && is_file(package.folder + "/server.js")) return "node server.js";
  if (name == "restart" && (find_script(package.manifest, "start") != nullptr ||
                            is_file(package.folder + "/server.js"))) {
    const std::string gyre = pkg::with_arguments("", {context.executable});
    return gyre.substr(1) + " stop --if-present &&" + gyre + " start";
  }
  return {};
}

bool is_lifecycle_name(const std::string& name) {
  static const std::vector<std::string> names = {
      "preinstall",  "install", "postinstall", "prepublish",     "preprepare", "prepare",
      "postprepare", "prepack", "postpack",    "prepublishOnly", "publish",    "postpublish",
      "pretest",     "test",    "posttest",    "prestart",       "start",      "poststart",
      "prestop",     "stop",    "poststop",    "prerestart",     "restart",    "postrestart",
      "preversion",  "version", "postversion", "preuninstall",   "uninstall",  "postuninstall",
      "dependencies"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

void list_scripts(const Output& out, const pkg::Manifest& manifest) {
  if (manifest.scripts.empty()) return out.print(label_of(manifest) + " has no scripts");
  for (const bool is_lifecycle : {true, false}) {
    bool has_title = false;
    for (const auto& [name, text] : manifest.scripts) {
      if (is_lifecycle_name(name) != is_lifecycle) continue;
      if (!std::exchange(has_title, true)) {
        out.print((is_lifecycle ? "Lifecycle scripts of " : "Scripts of ") + label_of(manifest) +
                  ":");
      }
      out.print("  " + out.styled_out(Style::kBold, name));
      out.print("    " + out.styled_out(Style::kDim, text));
    }
  }
}

void list_all(Context& context, const std::vector<pkg::ChosenPackage>& packages,
              const Parameters& parameters) {
  if (!context.out.is_json) {
    for (const pkg::ChosenPackage& package : packages) list_scripts(context.out, package.manifest);
    return;
  }
  json::Object all;
  for (const pkg::ChosenPackage& package : packages) {
    json::Object scripts;
    for (const auto& [name, text] : package.manifest.scripts) scripts.set(name, text);
    if (!parameters.workspaces.is_given())
      return context.out.print(json::write(std::move(scripts), 2));
    all.set(package.manifest.meta.name, std::move(scripts));
  }
  context.out.print(json::write(std::move(all), 2));
}

Error missing_script(const pkg::Manifest& manifest, const std::string& name, bool could_be_file) {
  std::vector<std::string> known;
  for (const auto& [key, text] : manifest.scripts) known.push_back(key);
  const std::string near = closest_name(name, known);
  const std::string message = could_be_file
                                  ? "there is neither a script nor a file named \"" + name + "\""
                                  : label_of(manifest) + " has no script named \"" + name + "\"";
  return Error(Code::ESCRIPTMISSING, message,
               near.empty() ? "gyre run lists the scripts of package.json"
                            : "did you mean \"" + near + "\"?");
}

std::vector<std::string> arguments_of(const std::vector<std::string>& words) {
  std::vector<std::string> arguments(words.begin() + 1, words.end());
  if (!arguments.empty() && arguments[0] == "--") arguments.erase(arguments.begin());
  return arguments;
}

void run_in_one(Context& context, const pkg::Options& options, const pkg::ChosenPackage& package,
                const Parameters& parameters, const std::string& text) {
  ScriptRunner runner(context, options, parameters.npm_command);
  auto end = runner.run(package.folder, package.manifest, parameters.words[0], text,
                        arguments_of(parameters.words));
  if (!end) return context.fail(end.error());
  if (end->status() != 0) end_like(context, *end);
}

// Every package gets its turn; one that fails does not keep the others from theirs.
void run_in_all(Context& context, const pkg::Options& options,
                const std::vector<pkg::ChosenPackage>& packages, const Parameters& parameters) {
  ScriptRunner runner(context, options, parameters.npm_command);
  const std::string& name = parameters.words[0];
  size_t runs = 0;
  std::optional<Error> missing;
  for (const pkg::ChosenPackage& package : packages) {
    const std::string text = text_for(context, package, name);
    if (text.empty()) {
      if (!missing) missing = missing_script(package.manifest, name, false);
      if (!parameters.if_present) context.exit_code = kFailure;
      continue;
    }
    ++runs;
    if (!context.out.is_silent)
      context.out.note(context.out.styled(Style::kBold, label_of(package.manifest)));
    auto end =
        runner.run(package.folder, package.manifest, name, text, arguments_of(parameters.words));
    if (!end) return context.fail(end.error());
    if (end->status() == 0) continue;
    context.exit_code = kFailure;
    if (runner.is_interrupted()) return end_like(context, *end);
    context.out.note("the script \"" + name + "\" failed in " + package.folder + " with status " +
                     std::to_string(end->status()));
  }
  if (missing && !parameters.if_present) context.fail(*missing);
}

void run_file(Context& context, const std::vector<std::string>& words) {
  RuntimeRequest request;
  request.entry = words[0];
  request.args.assign(words.begin() + 1, words.end());
  context.exit_code = run_javascript(context, std::move(request));
}

// npm takes its own options after the script's name too. Those no script would mean are ours, up to
// the first word that is not.
void take_trailing_options(Parameters& parameters, const pkg::Options& options) {
  std::vector<std::string>& words = parameters.words;
  auto value_of = [&words](const std::string& option, std::string& value) -> size_t {
    if (words[1].starts_with(option + "=")) {
      value = words[1].substr(option.size() + 1);
      return 1;
    }
    if (words[1] != option || words.size() < 3) return 0;
    value = words[2];
    return 2;
  };
  while (words.size() > 1) {
    std::string value;
    size_t taken = value_of("--workspace", value);
    if (taken == 0 && value_of("-w", value) > 0) {
      // A script may have a -w of its own: ours names a workspace.
      pkg::WorkspaceChoice one{{value}, false, false};
      taken = pkg::choose_workspaces(options.project_dir, options.working_dir, one)
                  ? value_of("-w", value)
                  : 0;
    }
    if (taken > 0) {
      parameters.workspaces.names.push_back(value);
    } else if (words[1] == "--workspaces" || words[1] == "--ws") {
      parameters.workspaces.all = true;
    } else if (words[1] == "--include-workspace-root") {
      parameters.workspaces.includes_root = true;
    } else if (words[1] == "--if-present") {
      parameters.if_present = true;
    } else {
      return;
    }
    words.erase(words.begin() + 1, words.begin() + 1 + static_cast<ptrdiff_t>(taken ? taken : 1));
  }
}

void execute(Context& context, Parameters parameters) {
  std::vector<std::string>& words = parameters.words;
  if (!words.empty() && is_path(words[0]) && !parameters.workspaces.is_given())
    return run_file(context, words);
  auto options = context.options();
  if (!options) return context.fail(options.error());
  if (!words.empty()) take_trailing_options(parameters, *options);
  auto packages = packages_meant(*options, parameters.workspaces);
  const bool can_be_file =
      !words.empty() && !parameters.workspaces.is_given() && parameters.npm_command == "run-script";
  const bool is_named_file = can_be_file && names_file(options->working_dir, words[0]);
  if (!packages) {
    if (is_named_file) return run_file(context, words);
    const bool has_none = pkg::nearest_package_folder(options->working_dir).empty();
    if (!can_be_file || !has_none) return context.fail(packages.error());
    if (parameters.if_present) return;
    return context.fail(missing_script({}, words[0], true));
  }
  if (words.empty()) return list_all(context, *packages, parameters);
  if (parameters.workspaces.is_given()) return run_in_all(context, *options, *packages, parameters);
  const pkg::ChosenPackage& package = packages->front();
  const bool is_own = find_script(package.manifest, words[0]) != nullptr;
  if (!is_own && is_named_file) return run_file(context, words);
  const std::string text = text_for(context, package, words[0]);
  if (!text.empty()) return run_in_one(context, *options, package, parameters, text);
  if (!is_own && !parameters.if_present)
    context.fail(missing_script(package.manifest, words[0], can_be_file));
}

void declare(CLI::App& app, Context& context, const char* script, const std::string& footer) {
  auto parameters = std::make_shared<Parameters>();
  if (script != nullptr) parameters->npm_command = script;
  app.add_flag("--if-present", parameters->if_present, "Succeed if there is no such script");
  app.add_flag("--silent,-s", context.out.is_silent, "Do not print the command");
  if (script == nullptr) app.add_flag("--json", context.out.is_json, "List the scripts as JSON");
  add_workspace_options(app, parameters->workspaces);
  add_setting_flag(app, context, "--ignore-scripts", "ignore-scripts", "true",
                   "Leave out pre and post scripts");
  add_setting_option(app, context, "--script-shell", "script-shell",
                     "Shell that runs the script, sh if not set");
  app.add_option_function<std::string>(
      "--prefix,--cwd",
      [&context](const std::string& folder) {
        const auto here = path::current_directory();
        context.working_dir = here ? path::resolve(here.value(), folder) : folder;
      },
      "Work in this folder");
  app.add_flag_callback(
         "--foreground-scripts", [] {}, "Accepted for compatibility")
      ->group("");
  app.prefix_command();
  app.footer(footer);
  app.callback([parameters, script, &app, &context] {
    parameters->words = app.remaining();
    if (script != nullptr) parameters->words.insert(parameters->words.begin(), script);
    execute(context, *parameters);
  });
}

}  // namespace

void add_run(CLI::App& app, Context& context) {
  declare(app, context, nullptr,
          "A script runs in a shell, its pre and post scripts around it, with every\n"
          "node_modules/.bin up the tree on PATH. What follows its name is passed on; only\n"
          "--workspace, --workspaces, --include-workspace-root and --if-present directly after\n"
          "the name are gyre's, as with npm. Everything after -- is the script's.\n\n"
          "Examples:\n"
          "  gyre run                      list the scripts\n"
          "  gyre run test                 pretest, test and posttest\n"
          "  gyre run test -- --watch      pass arguments on\n"
          "  gyre run build --workspaces   in every workspace\n"
          "  gyre run server.js --port 80  run a file");
}

void add_start(CLI::App& app, Context& context) {
  declare(app, context, "start",
          "Runs the script \"start\"; without one, node server.js.\n\n"
          "Examples:\n  gyre start\n  gyre start -- --port 8080");
}

void add_stop(CLI::App& app, Context& context) {
  declare(app, context, "stop", "Examples:\n  gyre stop\n  gyre stop --if-present");
}

void add_test(CLI::App& app, Context& context) {
  declare(app, context, "test",
          "Examples:\n  gyre test\n  gyre test -- --watch\n  gyre test -w packages/api");
}

void add_restart(CLI::App& app, Context& context) {
  declare(app, context, "restart",
          "Runs the script \"restart\"; without one, stop (if there is one) and start.\n\n"
          "Examples:\n  gyre restart");
}

}  // namespace gyre::cli
