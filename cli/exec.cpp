#include "cli/exec.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <iostream>

#include "cli/commands/install_run.hpp"
#include "cli/process.hpp"
#include "pkg/files.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/semver/range.hpp"
#include "pkg/spec/spec.hpp"
#include "pkg/store/integrity.hpp"
#include "pkg/workspace/select.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {
namespace {

using Consent = ExecRequest::Consent;

struct Asked {
  std::string argument;  // as written; folders made absolute
  pkg::Spec spec;
  bool is_bare = false;  // a name alone

  bool is_folder() const { return spec.kind == pkg::SpecKind::kFolder; }
  // What is in the cache stays right: one version, or a range it once satisfied.
  bool is_settled() const {
    return !is_bare && (spec.kind == pkg::SpecKind::kVersion ||
                        spec.kind == pkg::SpecKind::kRange || spec.kind == pkg::SpecKind::kRemote);
  }
};

Result<Asked> parse_asked(const std::string& argument, const pkg::Options& options) {
  Asked asked{argument, {}, false};
  GYRE_ASSIGN(asked.spec, pkg::parse_argument(argument));
  asked.is_bare = asked.spec.name == argument;
  if (asked.is_folder() || asked.spec.kind == pkg::SpecKind::kFile)
    asked.argument = path::resolve(options.working_dir, asked.spec.fetch_spec);
  return asked;
}

// The package installed in the project (or above) that answers a spec; its folder, or empty.
std::string find_local(const Asked& asked, const pkg::Options& options) {
  if (asked.spec.name.empty() || !asked.spec.is_registry()) return {};
  if (asked.spec.kind == pkg::SpecKind::kAlias) return {};
  for (std::string at = options.working_dir;; at = path::dirname(at)) {
    const std::string folder = (at == "/" ? "" : at) + "/node_modules/" + asked.spec.name;
    if (auto manifest = pkg::load_manifest(folder + "/package.json")) {
      const std::string& version = manifest->meta.version;
      if (asked.is_bare) return folder;
      if (asked.spec.kind == pkg::SpecKind::kVersion && version == asked.spec.fetch_spec)
        return folder;
      const auto range = asked.spec.kind == pkg::SpecKind::kRange
                             ? semver::Range::parse(asked.spec.fetch_spec)
                             : std::nullopt;
      return range && range->test(version) ? folder : std::string();
    }
    if (at == "/" || at == ".") return {};
  }
}

std::string cache_folder(const std::vector<Asked>& asked, const pkg::Options& options) {
  std::vector<std::string> sorted;
  for (const Asked& one : asked) sorted.push_back(one.argument);
  std::sort(sorted.begin(), sorted.end());
  std::string key = options.registry;
  for (const std::string& argument : sorted) key += "\n" + argument;
  const std::string hex = pkg::hash_of(pkg::HashAlgorithm::kSha256, as_bytes(key)).to_hex();
  return options.cache_dir + "/x/" + hex.substr(0, 16);
}

// npm's rule: the only command, else the one named like the package.
Result<std::string> default_bin(const std::string& package_folder) {
  GYRE_ASSIGN(const pkg::Manifest manifest, pkg::load_manifest(package_folder + "/package.json"));
  const std::vector<pkg::Bin>& bins = manifest.meta.bins;
  const std::string& package = manifest.meta.name;
  const std::string short_name =
      package.starts_with('@') ? package.substr(package.find('/') + 1) : package;
  std::string list;
  for (const pkg::Bin& bin : bins) {
    if (bin.name == short_name) return bin.name;
    list += (list.empty() ? "" : ", ") + bin.name;
  }
  const bool all_same =
      !bins.empty() && std::all_of(bins.begin(), bins.end(), [&](const pkg::Bin& bin) {
        return bin.path == bins.front().path;
      });
  if (all_same) return bins.front().name;
  return Error(Code::EUSAGE,
               package + (bins.empty() ? " has no command to run"
                                       : " has several commands and none of its own name: " + list),
               bins.empty() ? "" : "name one: gyre x -p " + package + " <command>");
}

// Installs what was asked for into a cache folder of its own, if it is not there or not current.
class CachedInstall {
 public:
  CachedInstall(Context& context, const pkg::Options& outer, const std::vector<Asked>& asked,
                Consent consent)
      : context_(context), asked_(asked), consent_(consent), options_(outer) {
    folder_ = cache_folder(asked, outer);
    options_.project_dir = options_.working_dir = folder_;
    options_.frozen = options_.lockfile_only = options_.dry_run = false;
    options_.save = options_.package_lock = options_.bin_links = true;
    options_.omit = {true, false, false};
  }

  const std::string& folder() const { return folder_; }

  // False: not installed; the context says why.
  bool provide() {
    const bool is_there = pkg::path_exists(folder_ + "/node_modules/.package-lock.json");
    const bool asks_nothing =
        std::all_of(asked_.begin(), asked_.end(), [](const Asked& one) { return one.is_folder(); });
    if (is_there && is_current()) return true;
    if (context_.exit_code != kSuccess) return false;
    if (!asks_nothing && !user_agrees()) return false;
    if (Status made = prepare(); !made) {
      context_.fail(made.error());
      return false;
    }
    return report_failure(install(options_));
  }

  // Where the first package asked for lies.
  std::string package_folder() const {
    std::string name = asked_.front().spec.name;
    if (name.empty()) {
      auto manifest = pkg::load_manifest(folder_ + "/package.json");
      if (manifest && !manifest->meta.dependencies.empty())
        name = manifest->meta.dependencies.front().first;
    }
    return folder_ + "/node_modules/" + name;
  }

 private:
  Status prepare() {
    GYRE_TRY(pkg::make_directories(folder_));
    const std::string manifest = folder_ + "/package.json";
    if (pkg::path_exists(manifest)) return ok();
    return pkg::write_file_atomically(manifest, "{\n  \"private\": true\n}\n");
  }

  pkg::InstallOutcome install(const pkg::Options& options) {
    pkg::InstallRequest request;
    for (const Asked& one : asked_) request.add.push_back(one.argument);
    request.runs_root_scripts = false;
    request.npm_command = "exec";
    return perform_install(context_, std::move(request), options);
  }

  bool report_failure(const pkg::InstallOutcome& outcome) {
    report_problems(context_, outcome);
    return outcome.signal == 0 && !outcome.failure;
  }

  // Tags move: what they mean now is asked of the registry, through its cache.
  bool is_current() {
    const bool is_settled = std::all_of(asked_.begin(), asked_.end(),
                                        [](const Asked& one) { return one.is_settled(); });
    if (is_settled || options_.offline || options_.prefer_offline) return true;
    if (std::any_of(asked_.begin(), asked_.end(), [](const Asked& one) { return one.is_folder(); }))
      return false;
    pkg::Options dry = options_;
    dry.dry_run = true;
    const pkg::InstallOutcome outcome = install(dry);
    if (outcome.signal != 0) {
      report_failure(outcome);
      return false;
    }
    if (outcome.failure) {
      context_.out.warning({outcome.failure->error.code(),
                            "using what is cached: " + message_of(outcome.failure->error)});
      return true;
    }
    return outcome.report.changes.empty();
  }

  // "name@version" of what would be installed, where that can be told.
  std::vector<std::string> resolved_names() {
    std::vector<std::string> names;
    for (const Asked& one : asked_) names.push_back(one.argument);
    pkg::Options dry = options_;
    dry.dry_run = true;
    if (!prepare()) return names;
    const pkg::InstallOutcome outcome = install(dry);
    if (outcome.failure || outcome.signal != 0) return names;
    for (size_t i = 0; i < asked_.size(); ++i) {
      for (const pkg::PlannedChange& change : outcome.report.changes) {
        if (change.location == "node_modules/" + asked_[i].spec.name)
          names[i] = change.name + "@" + change.version;
      }
    }
    return names;
  }

  bool user_agrees() {
    if (consent_ == Consent::kYes) return true;
    std::string list;
    if (consent_ == Consent::kNo) {
      for (const Asked& one : asked_) list += (list.empty() ? "" : ", ") + one.argument;
      context_.fail(Error::with_code_name(
          "ECANCELED", "not installed, so not run: " + list + " (--no was given)"));
      return false;
    }
    const char* ci = ::getenv("CI");
    const bool in_ci = ci != nullptr && *ci != 0 && std::string_view(ci) != "false";
    if (in_ci || !context_.out.stdin_is_terminal() || !context_.out.stderr_is_terminal()) {
      for (const Asked& one : asked_) list += (list.empty() ? "" : ", ") + one.argument;
      context_.out.note("not found here and will be installed: " + list);
      return true;
    }
    for (const std::string& name : resolved_names()) list += name + "\n";
    std::cerr << "Need to install the following packages:\n"
              << list << "Ok to proceed? (y) " << std::flush;
    std::string answer;
    if (std::getline(std::cin, answer) &&
        (answer.empty() || answer[0] == 'y' || answer[0] == 'Y')) {
      return true;
    }
    context_.fail(Error::with_code_name("ECANCELED", "canceled"));
    return false;
  }

  Context& context_;
  const std::vector<Asked>& asked_;
  const Consent consent_;
  pkg::Options options_;
  std::string folder_;
};

// One run of run_exec(), from words to a program.
class Executor {
 public:
  Executor(Context& context, const pkg::Options& options, ExecRequest request)
      : context_(context), options_(options), request_(std::move(request)) {
    if (request_.folders.empty()) request_.folders.push_back(options.working_dir);
  }

  void run() {
    const bool has_words = !request_.words.empty();
    if (!has_words && request_.shell_command.empty() && !open_shell()) return;
    const bool is_implied = request_.packages.empty() && has_words;
    if (is_implied) {
      if (!find_own_bin().empty() || is_local_bin()) return start();
      request_.packages.push_back(request_.words[0]);
    }
    if (!provide(is_implied)) return;
    start();
  }

 private:
  // Without a command: a shell in which the packages' commands are found.
  bool open_shell() {
    const char* shell = ::getenv("SHELL");
    if (context_.out.stdin_is_terminal() && shell != nullptr && *shell != 0) {
      request_.words = {shell};
      is_shell_ = true;
      if (!request_.packages.empty()) return true;
      start();
      return false;
    }
    context_.fail(Error(Code::EUSAGE, "say what to run: gyre x <package> [arguments]"));
    return false;
  }

  // The package the user is in may be the one that is asked for.
  std::string find_own_bin() {
    const std::string folder = pkg::nearest_package_folder(request_.folders.front());
    if (folder.empty()) return {};
    auto manifest = pkg::load_manifest(folder + "/package.json");
    if (!manifest) return {};
    for (const pkg::Bin& bin : manifest->meta.bins) {
      if (bin.name != request_.words[0]) continue;
      program_ = folder + "/" + bin.path;
      struct stat info {};
      if (::stat(program_.c_str(), &info) != 0) program_.clear();
      if (!program_.empty() && (info.st_mode & 0100) == 0)
        (void)::chmod(program_.c_str(), info.st_mode | 0755);
      return program_;
    }
    return {};
  }

  bool is_local_bin() {
    const std::string& name = request_.words[0];
    if (!find_program(pkg::bin_folders(request_.folders.front()), name).empty()) return true;
    // Global commands, but not whatever else lies in that folder.
    const std::string bin = options_.global_prefix + "/bin";
    const std::string found = find_program({bin}, name);
    char text[PATH_MAX];
    const ssize_t size = found.empty() ? -1 : ::readlink(found.c_str(), text, sizeof text);
    if (size <= 0 || !std::string_view(text, static_cast<size_t>(size)).starts_with("../lib/"))
      return false;
    bin_folders_.push_back(bin);
    return true;
  }

  bool provide(bool is_implied) {
    std::vector<Asked> missing;
    std::string first_folder;
    for (size_t i = 0; i < request_.packages.size(); ++i) {
      auto asked = parse_asked(request_.packages[i], options_);
      if (!asked) {
        context_.fail(asked.error());
        return false;
      }
      const std::string local = find_local(*asked, options_);
      if (i == 0) first_folder = local;
      if (local.empty()) missing.push_back(std::move(*asked));
    }
    if (!missing.empty()) {
      CachedInstall cached(context_, options_, missing, request_.consent);
      if (!cached.provide()) return false;
      bin_folders_.push_back(cached.folder() + "/node_modules/.bin");
      if (first_folder.empty()) first_folder = cached.package_folder();
    } else if (!first_folder.empty()) {
      bin_folders_.push_back(first_folder.substr(0, first_folder.rfind("/node_modules/")) +
                             "/node_modules/.bin");
    }
    if (!is_implied) return true;
    auto bin = default_bin(first_folder);
    if (!bin) {
      context_.fail(bin.error());
      return false;
    }
    request_.words[0] = *bin;
    return true;
  }

  void start() {
    for (const std::string& folder : request_.folders) {
      if (request_.folders.size() == 1 && !request_.stays) {
        const auto line = command_line(folder);
        if (line.empty()) return;
        if (::chdir(folder.c_str()) != 0) return context_.fail(Error::from_errno("chdir", folder));
        context_.exit_code =
            become(context_, line[0], {line.begin() + 1, line.end()}, environment_of(folder));
        return;
      }
      if (!run_child(folder)) return;
    }
  }

  // One of several: it must leave us alive.
  bool run_child(const std::string& folder) {
    const auto line = command_line(folder);
    if (line.empty()) return false;
    pkg::Interrupts interrupts;
    auto end = pkg::run_script(
        {line, folder, environment_of(folder), pkg::ScriptOutput::kInherit, false}, &interrupts);
    if (!end) {
      context_.fail(end.error());
      return false;
    }
    if (end->status() != 0) context_.exit_code = end->status();
    if (interrupts.signal() == 0) return true;
    end_like(context_, *end);
    return false;
  }

  // Program and arguments; empty after an error.
  std::vector<std::string> command_line(const std::string& folder) {
    if (!request_.shell_command.empty()) {
      const std::string shell = options_.script_shell == "sh" ? "/bin/sh" : options_.script_shell;
      return {shell, "-c", request_.shell_command};
    }
    std::vector<std::string> line = request_.words;
    if (is_shell_) return line;
    if (!program_.empty()) {
      line[0] = program_;
      return line;
    }
    std::vector<std::string> folders = bin_folders_;
    for (const std::string& below : pkg::bin_folders(folder)) folders.push_back(below);
    line[0] = find_program(folders, request_.words[0]);
    if (line[0].empty() && !request_.packages.empty()) {
      // With -p the command may be any: npm runs it in a shell with the packages on PATH.
      if (const char* search = ::getenv("PATH")) {
        std::vector<std::string> rest;
        const std::string text = search;
        for (size_t at = 0; at <= text.size();) {
          const size_t end = std::min(text.find(':', at), text.size());
          rest.push_back(text.substr(at, end - at));
          at = end + 1;
        }
        line[0] = find_program(rest, request_.words[0]);
      }
    }
    if (!line[0].empty()) return line;
    context_.fail(Error(Code::E404, "no command named \"" + request_.words[0] + "\" was found"));
    return {};
  }

  std::vector<std::string> environment_of(const std::string& folder) {
    const pkg::ScriptContext script{
        "npx", request_.shell_command, folder, "exec", context_.executable, bin_folders_, nullptr,
        {}};
    return pkg::script_environment(script, options_);
  }

  Context& context_;
  const pkg::Options& options_;
  ExecRequest request_;
  std::string program_;                   // decided already
  std::vector<std::string> bin_folders_;  // before the tree's
  bool is_shell_ = false;
};

}  // namespace

void run_exec(Context& context, const pkg::Options& options, ExecRequest request) {
  Executor(context, options, std::move(request)).run();
}

}  // namespace gyre::cli
