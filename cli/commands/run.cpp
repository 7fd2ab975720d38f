// gyre run <script|file> [arguments…]
#include <sys/stat.h>

#include <algorithm>

#include "cli/commands/command.hpp"
#include "cli/process.hpp"
#include "cli/runtime_loader.hpp"
#include "cli/suggest.hpp"
#include "pkg/config/npmrc.hpp"
#include "pkg/manifest/manifest.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {
namespace {

struct Parameters {
  std::vector<std::string> words;  // what to run and its arguments
  bool if_present = false;
};

const std::string* find_script(const pkg::Manifest& manifest, const std::string& name) {
  for (const auto& [key, text] : manifest.scripts) {
    if (key == name) return &text;
  }
  return nullptr;
}

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

void list_scripts(Context& context, const pkg::Manifest& manifest) {
  const Output& out = context.out;
  if (manifest.scripts.empty()) return out.print("package.json has no scripts");
  out.print("Scripts in package.json:");
  for (const auto& [name, text] : manifest.scripts) {
    out.print("  " + out.styled_out(Style::kBold, name));
    out.print("    " + out.styled_out(Style::kDim, text));
  }
}

void report_missing(Context& context, const pkg::Manifest& manifest, const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [key, text] : manifest.scripts) known.push_back(key);
  const std::string near = closest_name(name, known);
  std::string hint = near.empty() ? "gyre run lists the scripts of package.json"
                                  : "did you mean \"" + near + "\"?";
  context.fail(Error(Code::ESCRIPTMISSING,
                     "there is neither a script nor a file named \"" + name + "\"", hint));
}

// One script text through the shell. False: it failed, context says how.
bool run_one(Context& context, const pkg::Options& options, const std::string& folder,
             const std::string& event, const std::string& text,
             const std::vector<std::string>& arguments, pkg::Interrupts& interrupts) {
  const std::string command = pkg::with_arguments(text, arguments);
  if (!context.out.is_silent) context.out.note(context.out.styled(Style::kDim, "$ " + command));
  const pkg::ScriptContext script{event, text, folder, "run-script", context.executable, {}};
  const pkg::ScriptRun run{{"sh", "-c", command},
                           folder,
                           pkg::script_environment(script, options),
                           pkg::ScriptOutput::kInherit};
  auto end = pkg::run_script(run, &interrupts);
  if (!end) {
    context.fail(end.error());
    return false;
  }
  if (end->status() == 0) return true;
  end_like(context, *end);
  return false;
}

void run_named_script(Context& context, const pkg::Options& options, const std::string& folder,
                      const pkg::Manifest& manifest, const std::vector<std::string>& words) {
  pkg::Interrupts interrupts;
  const std::string& name = words[0];
  std::vector<std::string> arguments(words.begin() + 1, words.end());
  if (!arguments.empty() && arguments[0] == "--") arguments.erase(arguments.begin());
  auto run_if_there = [&](const std::string& event, const std::vector<std::string>& extra) {
    const std::string* text = find_script(manifest, event);
    return text == nullptr || run_one(context, options, folder, event, *text, extra, interrupts);
  };
  if (!options.ignore_scripts && !run_if_there("pre" + name, {})) return;
  if (!run_if_there(name, arguments)) return;
  if (!options.ignore_scripts) run_if_there("post" + name, {});
}

void run_file(Context& context, const std::vector<std::string>& words) {
  RuntimeRequest request;
  request.entry = words[0];
  request.args.assign(words.begin() + 1, words.end());
  context.exit_code = run_javascript(context, std::move(request));
}

// The folder whose package.json applies: the nearest one.
std::string nearest_package_folder(const std::string& from) {
  for (std::string folder = from;; folder = path::dirname(folder)) {
    if (is_file(folder + "/package.json")) return folder;
    if (folder == "/") return {};
  }
}

void execute(Context& context, const Parameters& parameters) {
  const std::vector<std::string>& words = parameters.words;
  std::string here = context.working_dir;
  if (here.empty()) {
    auto current = path::current_directory();
    if (!current) return context.fail(current.error());
    here = *current;
  }
  // A path is a file; no need to look for scripts.
  const bool is_path = !words.empty() && (words[0].starts_with('/') || words[0].starts_with("./") ||
                                          words[0].starts_with("../"));
  const std::string folder = is_path ? std::string() : nearest_package_folder(here);
  pkg::Manifest manifest;
  if (!folder.empty()) {
    auto loaded = pkg::load_manifest(folder + "/package.json");
    if (loaded) {
      manifest = std::move(*loaded);
    } else if (words.empty() || !names_file(here, words[0])) {
      return context.fail(loaded.error());
    }
  }
  if (words.empty()) return list_scripts(context, manifest);
  if (find_script(manifest, words[0]) != nullptr) {
    auto options = context.options();
    if (!options) return context.fail(options.error());
    return run_named_script(context, *options, folder, manifest, words);
  }
  if (is_path || names_file(here, words[0])) return run_file(context, words);
  if (!parameters.if_present) report_missing(context, manifest, words[0]);
}

}  // namespace

void add_run(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_flag("--if-present", parameters->if_present, "Succeed if there is no such script");
  app.add_flag("--silent,-s", context.out.is_silent, "Do not print the command");
  add_setting_flag(app, context, "--ignore-scripts", "ignore-scripts", "true",
                   "Leave out pre and post scripts");
  app.add_option_function<std::string>(
      "--prefix,--cwd", [&context](const std::string& folder) { context.working_dir = folder; },
      "Work in this folder");
  app.prefix_command();
  app.footer(
      "Examples:\n"
      "  gyre run                      list the scripts\n"
      "  gyre run test                 pretest, test and posttest\n"
      "  gyre run test -- --watch      pass arguments on\n"
      "  gyre run server.js --port 80  run a file");
  app.callback([parameters, &app, &context] {
    const std::vector<std::string> rest = app.remaining();
    parameters->words = rest;
    execute(context, *parameters);
  });
}

}  // namespace gyre::cli
