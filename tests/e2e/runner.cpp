// End-to-end cases: runs the gyre executable as a user would and compares what it prints, returns
// and leaves on disk. One case is a folder:
//   spec.json   {"offline":true, "steps":[{"args":["install"] or "sh":"text", "exit":0, "cwd":"",
//                "stdout":"…", "stderr":"…", "env":{}, "files":{"present":[],"absent":[]},
//                "contains":{"path":"text"}, "faults":[{…}], "requests":{"/url":1}}]}
//   project/    copied to a fresh folder, where the steps run
//   packages/   if there: the case has a registry of its own with these and the shared packages.
//               "faults" replaces its faults before the step; "requests" counts those of the step
// Text is compared after paths, times and the registry's address are normalised; [WILD] stands for
// anything. Cases that are not "offline" need the mock registry.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <regex>

#include "registry-mock/registry.hpp"
#include "runtime/base/json.hpp"
#include "tests/support/run_program.hpp"
#include "tests/support/temp_dir.hpp"

namespace fs = std::filesystem;
namespace json = gyre::json;
using gyre::test::pointers;
using gyre::test::Program;
using gyre::test::read_file;
using gyre::test::Run;
using gyre::test::TempDir;

namespace {

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  if (from.empty()) return;
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

std::string normalise(std::string text, const std::string& root, const std::string& registry) {
  replace_all(text, registry, "http://registry/");
  replace_all(text, root, "[ROOT]");
  static const std::regex times(R"(\b\d+(\.\d+)? (ms|s)\b)");
  static const std::regex sizes(R"(\b\d+(\.\d+)? (B|kB|MB)\b)");
  text = std::regex_replace(text, times, "[TIME]");
  return std::regex_replace(text, sizes, "[SIZE]");
}

// `expected` with [WILD] standing for any text.
bool matches(const std::string& expected, const std::string& actual) {
  constexpr std::string_view kWild = "[WILD]";
  std::vector<std::string> parts;
  size_t at = 0;
  for (size_t end; (end = expected.find(kWild, at)) != std::string::npos; at = end + kWild.size()) {
    parts.push_back(expected.substr(at, end - at));
  }
  parts.push_back(expected.substr(at));
  if (parts.size() == 1) return expected == actual;
  if (!actual.starts_with(parts.front()) || !actual.ends_with(parts.back())) return false;
  size_t position = parts.front().size();
  for (size_t i = 1; i + 1 < parts.size(); ++i) {
    position = actual.find(parts[i], position);
    if (position == std::string::npos) return false;
    position += parts[i].size();
  }
  return actual.size() >= position + parts.back().size();
}

// The mock registry as a child: says "http://127.0.0.1:port/" on its first line; ends with us.
class Registry {
 public:
  Registry(const std::string& program, const std::string& packages) {
    int fds[2];
    if (!fs::exists(program) || ::pipe2(fds, O_CLOEXEC) != 0) return;
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, fds[1], 1);
    std::vector<std::string> args = {program, "--port", "0", "--packages", packages};
    if (::posix_spawn(&pid_, program.c_str(), &actions, nullptr, pointers(args).data(), environ) !=
        0)
      pid_ = -1;
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(fds[1]);
    read_address(fds[0]);
    ::close(fds[0]);
  }
  ~Registry() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  const std::string& url() const { return url_; }

 private:
  void read_address(int fd) {
    std::string text;
    char c = 0;
    while (pid_ > 0 && ::read(fd, &c, 1) == 1 && c != '\n') text += c;
    const size_t at = text.find("http://");
    if (at == std::string::npos) return;
    url_ = text.substr(at, text.find_first_of(" \r", at) - at);
    if (!url_.ends_with('/')) url_ += '/';
  }
  pid_t pid_ = -1;
  std::string url_;
};

std::string text_member(const json::Value& value, const char* key) {
  const json::Value* found = value.get(key);
  const std::string* text = found ? found->as_string() : nullptr;
  return text ? *text : std::string();
}

std::vector<std::string> list_member(const json::Value* value, const char* key) {
  std::vector<std::string> items;
  const json::Value* found = value ? value->get(key) : nullptr;
  if (found == nullptr || found->as_array() == nullptr) return items;
  for (const json::Value& item : *found->as_array()) {
    if (item.as_string()) items.push_back(*item.as_string());
  }
  return items;
}

class Case {
 public:
  Case(fs::path folder, std::string gyre, std::string registry, const std::string& packages)
      : folder_(std::move(folder)), gyre_(std::move(gyre)), registry_(std::move(registry)) {
    if (!fs::exists(folder_ / "packages")) return;
    auto started =
        gyre::registry_mock::Server::start({.packages = {folder_ / "packages", packages}});
    if (!started) {
      complaints_.push_back("its registry does not start: " + started.error().message());
      return;
    }
    own_registry_ = std::move(*started);
    registry_ = own_registry_->url();
  }

  // The complaints; empty if all is well.
  std::vector<std::string> run_all(const json::Value& spec) {
    const fs::path project = dir_ / "project";
    if (fs::exists(folder_ / "project"))
      fs::copy(folder_ / "project", project, fs::copy_options::recursive);
    else
      fs::create_directories(project);
    const json::Value* steps = spec.get("steps");
    if (steps == nullptr || steps->as_array() == nullptr) return {"spec.json has no steps"};
    size_t number = 0;
    for (const json::Value& step : *steps->as_array()) run_step(step, ++number, project);
    return complaints_;
  }

 private:
  std::map<std::string, std::string> variables(const json::Value& step) const {
    const std::string bin = fs::path(gyre_).parent_path().string();
    std::map<std::string, std::string> result = {{"HOME", dir_ / "home"},
                                                 {"XDG_CACHE_HOME", dir_ / "cache"},
                                                 {"PATH", bin + ":/usr/bin:/bin"},
                                                 {"NO_COLOR", "1"},
                                                 {"CI", "1"},
                                                 {"npm_config_userconfig", dir_ / "home/.npmrc"},
                                                 {"npm_config_globalconfig", dir_ / "none"}};
    if (!registry_.empty()) result["npm_config_registry"] = registry_;
    const json::Value* extra = step.get("env");
    if (extra && extra->as_object()) {
      for (const auto& [name, value] : *extra->as_object()) {
        if (value.as_string()) result[name] = *value.as_string();
      }
    }
    return result;
  }

  void run_step(const json::Value& step, size_t number, const fs::path& project) {
    const std::string label = "step " + std::to_string(number) + ": ";
    std::vector<std::string> args = list_member(&step, "args");
    const std::string shell = text_member(step, "sh");
    if (own_registry_) prepare_registry(step, label);
    args.insert(args.begin(), gyre_);
    if (!shell.empty()) args = {"/bin/sh", "-c", shell};
    const Run result =
        Program(args, project / text_member(step, "cwd"), variables(step), dir_.path()).wait();
    const std::string out = normalise(result.out, dir_.path(), registry_);
    const std::string err = normalise(result.err, dir_.path(), registry_);
    const json::Value* exit = step.get("exit");
    const int wanted = exit && exit->as_number() ? static_cast<int>(*exit->as_number()) : 0;
    if (result.exit != wanted) {
      complaints_.push_back(label + "exit status " + std::to_string(result.exit) + ", expected " +
                            std::to_string(wanted) + "\n--- stdout\n" + out + "--- stderr\n" + err);
    }
    if (step.get("stdout")) compare(label + "stdout", text_member(step, "stdout"), out);
    if (step.get("stderr")) compare(label + "stderr", text_member(step, "stderr"), err);
    check_files(step, label, project);
    if (own_registry_) check_requests(step, label);
  }

  void prepare_registry(const json::Value& step, const std::string& label) {
    own_registry_->clear_faults();
    own_registry_->clear_journal();
    const json::Value* faults = step.get("faults");
    if (faults == nullptr || faults->as_array() == nullptr) return;
    for (const json::Value& fault : *faults->as_array()) {
      auto added = own_registry_->add_fault(json::write(fault));
      if (!added) complaints_.push_back(label + added.error().message());
    }
  }

  void check_requests(const json::Value& step, const std::string& label) {
    const json::Value* wanted = step.get("requests");
    if (wanted == nullptr || wanted->as_object() == nullptr) return;
    const auto seen = own_registry_->requests();
    for (const auto& [url, number] : *wanted->as_object()) {
      const auto count = std::count_if(seen.begin(), seen.end(),
                                       [url = url](const auto& item) { return item.url == url; });
      if (number.as_number() && *number.as_number() == double(count)) continue;
      complaints_.push_back(label + std::to_string(count) + " requests for " + url);
    }
  }

  void check_files(const json::Value& step, const std::string& label, const fs::path& project) {
    for (const std::string& path : list_member(step.get("files"), "present")) {
      if (!fs::exists(project / path)) complaints_.push_back(label + path + " is missing");
    }
    for (const std::string& path : list_member(step.get("files"), "absent")) {
      if (fs::exists(fs::symlink_status(project / path))) {
        complaints_.push_back(label + path + " should not be there");
      }
    }
    const json::Value* contains = step.get("contains");
    if (contains == nullptr || contains->as_object() == nullptr) return;
    for (const auto& [path, text] : *contains->as_object()) {
      const std::string content = read_file(project / path);
      if (text.as_string() && content.find(*text.as_string()) != std::string::npos) continue;
      complaints_.push_back(label + path + " lacks the text expected; it is\n" + content);
    }
  }

  void compare(const std::string& what, const std::string& expected, const std::string& actual) {
    if (matches(expected, actual)) return;
    complaints_.push_back(what + " differs\n--- expected\n" + expected + "\n--- actual\n" + actual);
  }

  const fs::path folder_;
  const std::string gyre_;
  std::string registry_;
  std::unique_ptr<gyre::registry_mock::Server> own_registry_;
  const TempDir dir_;
  std::vector<std::string> complaints_;
};

enum class Verdict : uint8_t { kPassed, kFailed, kSkipped };

Verdict judge(const fs::path& folder, const std::string& gyre, const Registry& registry,
              const std::string& packages) {
  const std::string name = folder.filename().string();
  auto spec = json::parse(read_file(folder / "spec.json"));
  if (!spec) {
    std::cout << "FAIL  " << name << "\n  spec.json: " << spec.error().message() << "\n";
    return Verdict::kFailed;
  }
  const json::Value* offline = spec->get("offline");
  const bool is_offline = offline && offline->as_bool() && *offline->as_bool();
  if (!is_offline && registry.url().empty()) {
    std::cout << "skip  " << name << " (no mock registry)\n";
    return Verdict::kSkipped;
  }
  const auto complaints = Case(folder, gyre, registry.url(), packages).run_all(*spec);
  std::cout << (complaints.empty() ? "ok    " : "FAIL  ") << name << "\n";
  for (const std::string& complaint : complaints) std::cout << "  " << complaint << "\n";
  return complaints.empty() ? Verdict::kPassed : Verdict::kFailed;
}

}  // namespace

// e2e_runner <gyre> <mock registry> <its packages> <cases> [case…]
int main(int argc, char** argv) {
  if (argc < 5) {
    std::cerr << "usage: e2e_runner <gyre> <registry-mock> <packages> <cases> [case...]\n";
    return 2;
  }
  const Registry registry(argv[2], argv[3]);
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(argv[4])) {
    const std::string name = entry.path().filename().string();
    const bool is_chosen = argc == 5 || std::find(argv + 5, argv + argc, name) != argv + argc;
    if (is_chosen && fs::exists(entry.path() / "spec.json")) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  size_t counts[3] = {};
  for (const fs::path& folder : folders) {
    ++counts[static_cast<size_t>(judge(folder, argv[1], registry, argv[3]))];
  }
  std::cout << counts[0] << " passed, " << counts[1] << " failed, " << counts[2] << " skipped\n";
  return counts[1] == 0 ? 0 : 1;
}
