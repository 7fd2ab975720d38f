#include "cli/app.hpp"

#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <memory>

#include "cli/commands/command.hpp"
#include "cli/manual.hpp"
#include "cli/node_options.hpp"
#include "cli/node_run.hpp"
#include "cli/runtime_loader.hpp"
#include "cli/version.hpp"
#include "runtime/base/closest_name.hpp"

namespace gyre::cli {
namespace {

std::string called_as(const Context& context) {
  return context.argv0.substr(context.argv0.rfind('/') + 1);
}

void print_node_help(const Output& out) {
  out.print(
      "Usage: node [options] [script.js | -e code | -] [arguments]\n\n"
      "  -e, --eval <code>        run the code\n"
      "  -p, --print <code>       run the code and print its value\n"
      "  -c, --check              only check the script's syntax\n"
      "  -r, --require <module>   load a module first\n"
      "  --import <module>        load an ES module first\n"
      "  -C, --conditions <name>  add a condition for exports and imports\n"
      "  --input-type <type>      commonjs or module, for -e and stdin\n"
      "  --run <script>           run a script of package.json\n"
      "  -i, --interactive        start a REPL\n"
      "  -v, --version            print the version\n\n"
      "This is gyre. V8's options are accepted as well.");
}

// Scripts call `$npm_node_execpath $npm_execpath run x`: to `node`, our own executable as a program
// means the package manager.
bool is_own_executable(const Context& context, const std::string& word) {
  const size_t slash = word.rfind('/');
  if (slash == std::string::npos) return false;
  const std::string name = word.substr(slash + 1);
  if (name != "gyre" && name != context.executable.substr(context.executable.rfind('/') + 1))
    return false;
  char resolved[PATH_MAX];
  return ::realpath(word.c_str(), resolved) != nullptr && context.executable == resolved;
}

int run_node(Context& context, const std::vector<std::string>& args) {
  if (!args.empty() && is_own_executable(context, args[0])) {
    context.argv0 = args[0];
    return run_app(context, {args.begin() + 1, args.end()});
  }
  if (!args.empty() && (args[0] == "--run" || args[0].starts_with("--run="))) {
    const bool is_apart = args[0] == "--run";
    if (is_apart && args.size() < 2) {
      context.out.note(called_as(context) + ": --run requires an argument");
      return 9;
    }
    return run_node_script(context, is_apart ? args[1] : args[0].substr(6),
                           {args.begin() + (is_apart ? 2 : 1), args.end()});
  }
  auto command = parse_node_command(args, context.out.stdin_is_terminal());
  if (!command) {
    // Node's wording and status.
    context.out.note(called_as(context) + ": " + command.error().message());
    return 9;
  }
  switch (command->action) {
    case NodeCommand::Action::kVersion:
      context.out.print("v" + pkg::Platform().node_version);
      return kSuccess;
    case NodeCommand::Action::kHelp:
      print_node_help(context.out);
      return kSuccess;
    case NodeCommand::Action::kRun:
      break;
  }
  return run_javascript(context, std::move(command->request));
}

void print_help(const Output& out) {
  out.print(out.styled_out(Style::kBold, "gyre") + " " + kVersion +
            ": JavaScript runtime and package manager\n\n"
            "Usage: gyre <command> [options]\n"
            "       gyre <file.js> [arguments]\n"
            "       gyre -e <code> | -p <code> | --run <script>\n\nCommands:");
  for (const Command& command : commands()) {
    std::string line = "  " + std::string(command.name);
    line.resize(std::max<size_t>(line.size() + 1, 14), ' ');
    out.print(line + std::string(command.summary));
  }
  out.print("\ngyre <command> --help says more, with examples.");
}

// Names as they are typed: CLI11 shows the value of a negated flag behind its name (--no-x{false}).
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    std::string text, names = CLI::Formatter::make_option_name(option, is_positional);
    bool is_value = false;
    for (const char c : names) {
      if (c == '{') is_value = true;
      if (!is_value) text += c;
      if (c == '}') is_value = false;
    }
    return text;
  }
};

int run_command(Context& context, const Command& command, std::vector<std::string> args) {
  CLI::App app{std::string(command.summary), "gyre " + std::string(command.name)};
  app.formatter(std::make_shared<HelpFormatter>());
  command.add(app, context);
  try {
    std::reverse(args.begin(), args.end());  // CLI11 takes them last first
    app.parse(std::move(args));
  } catch (const CLI::CallForHelp&) {
    context.out.print(app.help());
    return kSuccess;
  } catch (const CLI::ParseError& error) {
    context.fail(Error(Code::EUSAGE, error.what(),
                       "gyre " + std::string(command.name) + " --help lists the options"),
                 kUsage);
    return kUsage;
  }
  return context.exit_code;
}

// Signals wait from the start, so that an install hears of them as soon as it can undo what it
// does; and to the end: one that comes when all is done changes nothing about that.
void hold_signals(const Command& command) {
  bool changes_project = false;
  for (const auto add : {add_install, add_ci, add_remove, add_update}) {
    changes_project |= command.add == add;
  }
  if (!changes_project) return;
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    if (::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) continue;
    sigaddset(&set, number);
  }
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool looks_like_file(const std::string& word) {
  if (word.find('/') != std::string::npos) return true;
  for (const char* extension : {".js", ".mjs", ".cjs", ".json", ".ts", ".mts", ".cts"}) {
    if (word.ends_with(extension)) return true;
  }
  struct stat info {};
  return ::stat(word.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

int report_unknown(Context& context, const std::string& word) {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    names.emplace_back(command.name);
    for (const std::string_view alias : command.aliases) names.emplace_back(alias);
  }
  std::string near = closest_name(word, names);
  if (const Command* command = find_command(near)) near = command->name;
  context.fail(Error(Code::EUSAGE, "there is no command \"" + word + "\"",
                     near.empty() ? "gyre --help lists the commands; gyre run " + word +
                                        " runs a script of that name"
                                  : "did you mean \"gyre " + near + "\"?"),
               kUsage);
  return kUsage;
}

int run_help(Context& context, const std::vector<std::string>& args) {
  if (args.size() < 2) {
    print_help(context.out);
    return kSuccess;
  }
  // For the build and the documentation.
  if (args[1] == "--markdown") {
    context.out.print(reference_markdown());
    return kSuccess;
  }
  if (args[1] == "--man-pages" && args.size() == 3) {
    if (Status status = write_man_pages(args[2]); !status) context.fail(status.error());
    return context.exit_code;
  }
  const Command* command = find_command(args[1]);
  return command ? run_command(context, *command, {"--help"}) : report_unknown(context, args[1]);
}

}  // namespace

int run_app(Context& context, std::vector<std::string> args) {
  const std::string name = called_as(context);
  if (name == "node") return run_node(context, args);
  if (name == "gyrex") args.insert(args.begin(), "x");
  if (args.empty()) {
    print_help(context.out);
    return kSuccess;
  }
  const std::string& first = args[0];
  if (first == "--version" || first == "-v") {
    context.out.print(kVersion);
    return kSuccess;
  }
  if (first == "--help" || first == "-h" || first == "help") return run_help(context, args);
  if (const Command* command = find_command(first)) {
    hold_signals(*command);
    return run_command(context, *command, {args.begin() + 1, args.end()});
  }
  if (first == "eval" && args.size() > 1) {
    args[0] = "-e";
    return run_node(context, args);
  }
  if (is_own_executable(context, first)) return run_app(context, {args.begin() + 1, args.end()});
  if (first.starts_with('-') || looks_like_file(first)) return run_node(context, args);
  return report_unknown(context, first);
}

}  // namespace gyre::cli
