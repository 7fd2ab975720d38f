// gyre completion bash | zsh | fish: a script for the shell, which asks gyre for the candidates.
#include <algorithm>

#include "cli/commands/command.hpp"
#include "cli/manual.hpp"
#include "pkg/files.hpp"
#include "pkg/global.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/scripts/env.hpp"
#include "pkg/workspace/pnpm_workspace.hpp"
#include "pkg/workspace/select.hpp"
#include "pkg/workspace/workspace.hpp"

namespace gyre::cli {
namespace {

constexpr const char* kBash = R"shell(# gyre completion for bash: eval "$(gyre completion bash)"
_gyre() {
  local line=${COMP_LINE:0:$COMP_POINT} IFS=$'\n'
  COMPREPLY=($(gyre completion --line "$line" 2>/dev/null))
  # readline breaks words at colons and equal signs: what is before one is not repeated.
  local word=${line##*[[:space:]]}
  case $word in
    *[:=]*) COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*[:=]}"}"}") ;;
  esac
}
complete -o default -F _gyre gyre gyrex)shell";

constexpr const char* kZsh = R"shell(#compdef gyre gyrex
# gyre completion for zsh: eval "$(gyre completion zsh)"
_gyre() {
  local -a candidates
  candidates=("${(@f)$(gyre completion --line "${(j: :)words[1,CURRENT]}" 2>/dev/null)}")
  candidates=("${(@)candidates:#}")
  if (( ${#candidates} )); then compadd -a candidates; else _files; fi
}
compdef _gyre gyre gyrex)shell";

constexpr const char* kFish = R"shell(# gyre completion for fish: gyre completion fish | source
function __gyre_complete
  set -l candidates (gyre completion --described --line (commandline -cp) 2>/dev/null)
  if set -q candidates[1]
    printf '%s\n' $candidates
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c gyre -f -a '(__gyre_complete)'
complete -c gyrex -f -a '(__gyre_complete)')shell";

struct Candidate {
  std::string text, description;
};

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : line) {
    if (c != ' ' && c != '\t') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  words.push_back(word);  // the one being typed, maybe empty
  return words;
}

class Completer {
 public:
  Completer(Context& context, const std::string& line) : words_(words_of(line)) {
    if (auto options = context.options()) options_ = std::move(*options);
    const std::string folder = pkg::nearest_package_folder(options_.working_dir);
    auto manifest = folder.empty() ? Result<pkg::Manifest>(Error(Code::EPKGJSON))
                                   : pkg::load_manifest(folder + "/package.json");
    if (manifest) manifest_ = std::move(*manifest);
  }

  std::vector<Candidate> run() {
    const bool is_x = words_.front().ends_with("gyrex");
    if (is_x) words_.insert(words_.begin() + 1, "x");
    if (words_.size() == 2 && !is_x) {
      add_commands();
    } else if (words_.size() > 2) {
      const Command* command = find_command(words_[1]);
      if (command != nullptr) add_for(*command);
    }
    const std::string& typed = words_.back();
    std::erase_if(found_, [&typed](const Candidate& one) { return !one.text.starts_with(typed); });
    return std::move(found_);
  }

 private:
  void add(std::string text, std::string description = {}) {
    found_.push_back({std::move(text), std::move(description)});
  }

  void add_commands() {
    for (const Command& command : commands())
      add(std::string(command.name), std::string(command.summary));
    add("help", "Explain a command");
  }

  void add_for(const Command& command) {
    const std::string& previous = words_[words_.size() - 2];
    if (previous == "-w" || previous == "--workspace") return add_workspaces();
    const CommandDoc doc = document(command);
    if (words_.back().starts_with('-')) {
      for (const OptionDoc& option : doc.options) {
        for (const std::string& name : option.names) add(name, option.text);
      }
      return;
    }
    const std::string name(command.name);
    auto is_one_of = [&name](std::initializer_list<const char*> names) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (name == "run" && words_.size() == 3) {
      for (const auto& [script, text] : manifest_.scripts) add(script, text);
    } else if (is_one_of({"x", "exec"}) && words_.size() == 3) {
      add_bins();
    } else if (name == "link") {
      for (const pkg::GlobalPackage& package : pkg::list_global(options_.global_prefix))
        add(package.name, package.version);
    } else if (name == "completion") {
      for (const char* shell : {"bash", "zsh", "fish"}) add(shell);
    } else if (name == "pkg" && words_.size() == 3) {
      for (const char* verb : {"get", "set", "delete", "fix"}) add(verb);
    } else if (name == "version") {
      for (const char* step : {"major", "minor", "patch", "premajor", "preminor", "prepatch",
                               "prerelease", "from-git"})
        add(step);
    } else if (is_one_of({"remove", "update", "approve", "rebuild", "patch", "outdated", "why",
                          "explain", "ls", "unlink", "view", "install"})) {
      add_dependencies();
    }
  }

  void add_dependencies() {
    const pkg::PackageMeta& meta = manifest_.meta;
    for (const auto* list : {&meta.dependencies, &meta.dev_dependencies,
                             &meta.optional_dependencies, &meta.peer_dependencies}) {
      for (const auto& [name, range] : *list) add(name, range);
    }
  }

  void add_bins() {
    for (const std::string& folder : pkg::bin_folders(options_.working_dir)) {
      if (auto names = pkg::list_directory(folder)) {
        for (const std::string& name : *names) add(name);
      }
    }
  }

  void add_workspaces() {
    auto root = pkg::load_root_manifest(options_.project_dir);
    if (!root) return;
    auto workspaces = pkg::load_workspaces(options_.project_dir, root->workspaces);
    if (!workspaces) return;
    for (const pkg::LocalPackage& workspace : *workspaces)
      add(workspace.meta.name, workspace.location);
  }

  std::vector<std::string> words_;
  pkg::Options options_;
  pkg::Manifest manifest_;
  std::vector<Candidate> found_;
};

struct Parameters {
  std::string shell, line;
  bool has_line = false, described = false;
};

void execute(Context& context, Parameters parameters) {
  if (parameters.has_line) {
    for (const Candidate& one : Completer(context, parameters.line).run()) {
      const bool described = parameters.described && !one.description.empty();
      context.out.print(described ? one.text + "\t" + one.description : one.text);
    }
    return;
  }
  if (parameters.shell.empty()) {
    const char* shell = ::getenv("SHELL");
    const std::string path = shell != nullptr ? shell : "bash";
    parameters.shell = path.substr(path.rfind('/') + 1);
    if (parameters.shell == "sh" || parameters.shell == "dash") parameters.shell = "bash";
  }
  if (parameters.shell == "bash") return context.out.print(kBash);
  if (parameters.shell == "zsh") return context.out.print(kZsh);
  if (parameters.shell == "fish") return context.out.print(kFish);
  context.fail(Error(Code::EUSAGE, "there is no completion for \"" + parameters.shell + "\"",
                     "there is one for bash, zsh and fish"));
}

}  // namespace

void add_completion(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("shell", parameters->shell, "bash, zsh or fish; the one you use if not named");
  app.add_option_function<std::string>(
         "--line",
         [parameters](const std::string& line) {
           parameters->line = line;
           parameters->has_line = true;
         },
         "Print the candidates for a command line")
      ->group("");
  app.add_flag("--described", parameters->described, "With descriptions")->group("");
  app.footer(
      "Completes commands, options, scripts, dependencies, workspaces and local commands.\n\n"
      "Examples:\n"
      "  eval \"$(gyre completion bash)\"       in ~/.bashrc\n"
      "  eval \"$(gyre completion zsh)\"        in ~/.zshrc, after compinit\n"
      "  gyre completion fish | source        in ~/.config/fish/config.fish");
  app.callback([parameters, &context] { execute(context, *parameters); });
}

}  // namespace gyre::cli
