#include "tests/e2e/faults/harness.hpp"

#include <doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "runtime/base/json.hpp"
#include "tests/support/sanitizers.hpp"

namespace gyre::test {
namespace fs = std::filesystem;
namespace {

constexpr const char* kSecret = "s3cret-t0ken";

std::string describe(const std::string& path, Detail detail) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return "gone";
  std::string text = std::to_string(status.st_mode);
  if (S_ISLNK(status.st_mode)) text += " -> " + fs::read_symlink(path).string();
  if (S_ISREG(status.st_mode)) text += "\n" + read_file(path);
  if (detail == Detail::kIdentity) {
    text += "\n" + std::to_string(status.st_ino) + " " + std::to_string(status.st_mtim.tv_sec) +
            "." + std::to_string(status.st_mtim.tv_nsec);
  }
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

size_t count_lines(const std::string& text, const std::string& start) {
  const auto lines = lines_of(text);
  return static_cast<size_t>(std::count_if(
      lines.begin(), lines.end(), [&](const auto& line) { return line.starts_with(start); }));
}

std::string text_at(const json::Value* value, const char* key) {
  const json::Value* found = value ? value->get(key) : nullptr;
  return found && found->as_string() ? *found->as_string() : std::string();
}

void check_json(const Run& run, const Expected& expected) {
  CAPTURE(run.out);
  auto document = json::parse(run.out);
  REQUIRE(document);
  const json::Value* error = document->get("error");
  REQUIRE(error != nullptr);
  CHECK(text_at(error, "code") == expected.code);
  CHECK(text_at(error, "message") != "");
  for (const char* key : {"package", "requiredBy", "url", "hint"}) {
    CAPTURE(key);
    CHECK(error->get(key) != nullptr);
  }
  CHECK(text_at(error, "package").starts_with(expected.package));
  const json::Value* chain = error->get("requiredBy");
  const bool has_chain = chain && chain->as_array() && chain->as_array()->size() >= 2;
  CHECK(has_chain == expected.is_in_chain);
  CHECK(run.err.find("error ") != 0);
}

}  // namespace

Listing list_files(const std::string& folder, Detail detail,
                   const std::vector<std::string>& without) {
  Listing listing;
  if (!fs::exists(folder)) return listing;
  for (auto at = fs::recursive_directory_iterator(folder); at != fs::end(at); ++at) {
    const std::string path = at->path().lexically_relative(folder).string();
    if (std::find(without.begin(), without.end(), path) != without.end()) {
      at.disable_recursion_pending();
      continue;
    }
    if (!at->is_directory() || at->is_symlink()) listing[path] = describe(at->path(), detail);
  }
  return listing;
}

std::string differences(const Listing& before, const Listing& after) {
  std::string text;
  for (const auto& [path, value] : before) {
    const auto other = after.find(path);
    if (other == after.end()) text += "- " + path + "\n";
    if (other != after.end() && other->second != value) text += "! " + path + "\n";
  }
  for (const auto& [path, value] : after) {
    if (!before.contains(path)) text += "+ " + path + "\n";
  }
  return text;
}

Bench::Bench(const std::string& user) {
  for (const char* folder : {"", "one/", "one/two/", "one/two/three/"}) {
    root_.write(std::string(folder) + "canary", "alive");
  }
  root_.write("one/two/three/app/package.json",
              "{\n  \"name\": \"app\",\n  \"version\": \"1.0.0\",\n"
              "  \"dependencies\": {\n    \"top\": \"^1.0.0\"\n  }\n}\n");
  packages_.write("top/1.0.0/package.json",
                  R"({"name":"top","version":"1.0.0","dependencies":{"bad":"^1.0.0"}})");
  packages_.write("top/1.0.0/index.js", "module.exports = require('bad');\n");
  packages_.write("steady/1.0.0/package.json", R"({"name":"steady","version":"1.0.0"})");
  packages_.write("steady/1.0.0/index.js", "module.exports = 1;\n");
  packages_.write("_accounts.json",
                  std::string(R"({"users":{"me":{)") + user + R"("token":")" + kSecret + R"("}}})");
  good();
  registry_mock::Options options{.packages = {packages_.path()}};
  options.max_age = 0;
  server_ = std::move(registry_mock::Server::start(options)).value();
  configure("");
}

void Bench::package(const std::string& path, const std::string& text) {
  packages_.write(path, text);
  if (server_)
    server_->with([](registry_mock::Registry& registry) { registry.catalog().reload(); });
}

void Bench::recipe(const std::string& members) {
  package("bad/1.0.0.json",
          "{\"manifest\":{\"name\":\"bad\",\"version\":\"1.0.0\"}," + members + "}");
}

void Bench::good() { recipe(R"("entries":[{"name":"package/index.js","content":"1"}])"); }

void Bench::fault(const std::string& json) {
  auto added = server_->add_fault(json);
  REQUIRE_MESSAGE(added.is_ok(), json);
}

void Bench::configure(const std::string& lines) {
  const std::string host = url().substr(std::string("http:").size());
  std::ofstream(project() + "/.npmrc") << "registry=" << url() << "\n"
                                       << host << ":_authToken=" << kSecret << "\n"
                                       << "fetch-retry-mintimeout=10\n"
                                       << lines << "\n";
}

void Bench::manifest(const std::string& text) {
  std::ofstream(project() + "/package.json") << text;
}

std::string Bench::manifest_with_steady() const {
  json::Value document = json::parse(read("package.json")).value();
  json::Object root = *document.as_object();
  const json::Value* had = document.get("dependencies");
  json::Object dependencies = had ? *had->as_object() : json::Object();
  dependencies.set("steady", "1.0.0");
  root.set("dependencies", std::move(dependencies));
  return json::write(std::move(root), 2) + "\n";
}

void Bench::forget_installation() const {
  fs::remove_all(project() + "/node_modules");
  fs::remove(project() + "/package-lock.json");
}

std::map<std::string, std::string> Bench::variables() const {
  std::map<std::string, std::string> result = {{"HOME", root_ / "home"},
                                               {"XDG_CACHE_HOME", root_ / "cache"},
                                               {"PATH", "/usr/bin:/bin"},
                                               {"NO_COLOR", "1"},
                                               {"CI", "1"},
                                               {"npm_config_userconfig", root_ / "home/.npmrc"},
                                               {"npm_config_globalconfig", root_ / "none"}};
  for (const auto& [name, value] : environment) result[name] = value;
  return result;
}

Program Bench::start(std::vector<std::string> args) {
  const char* gyre = std::getenv("GYRE");
  REQUIRE_MESSAGE(gyre != nullptr, "GYRE must name the executable under test");
  args.insert(args.begin(), gyre);
  return Program(args, project(), variables(), scratch_.path());
}

Run Bench::shell(const std::string& text) {
  const fs::path folder = fs::path(std::getenv("GYRE")).parent_path();
  auto settings = variables();
  settings["PATH"] = folder.string() + ":" + settings["PATH"];
  return Program({"/bin/sh", "-c", text}, project(), settings, scratch_.path()).wait();
}

bool Bench::has(const std::string& path) const {
  return fs::exists(fs::symlink_status(project() + "/" + path));
}

size_t Bench::asked_for(const std::string& url) {
  const auto requests = server_->requests();
  return static_cast<size_t>(std::count_if(requests.begin(), requests.end(),
                                           [&](const auto& item) { return item.url == url; }));
}

Listing Bench::surroundings() const {
  return list_files(
      root_.path(), Detail::kIdentity,
      {"cache", "home", "one/two/three/app/node_modules", "one/two/three/app/package-lock.json"});
}

Listing Bench::undisturbed() {
  const std::string other = root_ / "undisturbed";
  fs::create_directories(other);
  for (const char* file : {"package.json", ".npmrc"}) {
    fs::copy_file(project() + "/" + file, other + "/" + file);
  }
  auto settings = variables();
  settings["XDG_CACHE_HOME"] = root_ / "undisturbed-cache";
  const Run run =
      Program({std::getenv("GYRE"), "install"}, other, settings, scratch_.path()).wait();
  REQUIRE_MESSAGE(run.exit == 0, run.err);
  Listing listing = list_files(other, Detail::kContent);
  fs::remove_all(other);
  return listing;
}

void check_no_temporary(const Bench& bench) {
  for (const auto& [path, value] : list_files(bench.store(), Detail::kContent)) {
    const bool is_temporary = path.find(".tmp") != std::string::npos ||
                              path.find("/tmp/") != std::string::npos || path.starts_with("tmp/");
    CHECK_MESSAGE(!is_temporary, path);
  }
}

void check_failure(const Bench& bench, const Run& run, const Expected& expected) {
  CAPTURE(run.err);
  CAPTURE(run.out);
  CHECK(run.exit == 1);
  CHECK(count_lines(run.err, "error ") == 1);
  CHECK(count_lines(run.err, "error " + expected.code + ": ") == 1);
  CHECK(count_lines(run.err, "hint: ") <= 1);
  for (const std::string& text : expected.says) {
    CHECK_MESSAGE(run.err.find(text) != std::string::npos, "missing: ", text);
  }
  if (expected.is_in_chain) CHECK(run.err.find("(app > ") != std::string::npos);
  // Shadow memory and what a sanitizer holds back from reuse come on top.
  constexpr long kMemoryLimit = (kIsSanitized ? 1024 : 256) * 1024;  // KiB
  CHECK(run.peak_kib < kMemoryLimit);
  CHECK(run.err.find(kSecret) == std::string::npos);
  CHECK(run.out.find(kSecret) == std::string::npos);
}

void check_installed_is_kept(Bench& bench, const Expected& expected) {
  const std::string faulty = bench.read("package.json"), both = bench.manifest_with_steady();
  bench.manifest(R"({"name":"app","version":"1.0.0","dependencies":{"steady":"1.0.0"}})");
  const Run before = bench.gyre();
  REQUIRE_MESSAGE(before.exit == 0, before.err);
  auto state = [&] { return list_files(bench.project(), Detail::kIdentity); };
  Listing installed = state();
  if (!expected.added.empty()) {
    const Run added = bench.gyre({"add", expected.added});
    CAPTURE(added.err);
    CHECK(added.exit == 1);
    CHECK(added.err.find("error " + expected.code + ": ") != std::string::npos);
    CHECK(differences(installed, state()) == "");
  }
  bench.manifest(both);
  installed = state();
  const Run run = bench.gyre();
  CAPTURE(run.err);
  CHECK(run.exit == 1);
  CHECK(run.err.find("error " + expected.code + ": ") != std::string::npos);
  CHECK(differences(installed, state()) == "");
  bench.forget_installation();
  bench.manifest(faulty);
}

void check_contract(Bench& bench, const Expected& expected, const std::function<void()>& cure) {
  const Listing around = bench.surroundings();
  const Run run = bench.gyre();
  check_failure(bench, run, expected);
  CHECK(differences(around, bench.surroundings()) == "");
  CHECK(!bench.has("package-lock.json"));
  CHECK(!bench.has("node_modules/bad"));
  const Run told = bench.gyre({"install", "--json"});
  CHECK(told.exit == 1);
  check_json(told, expected);
  const Run verbose = bench.gyre({"install", "--verbose"});
  CHECK(verbose.exit == 1);
  CHECK(verbose.err.find(kSecret) == std::string::npos);
  CHECK(verbose.out.find(kSecret) == std::string::npos);
  CHECK(differences(around, bench.surroundings()) == "");
  check_installed_is_kept(bench, expected);

  bench.registry().clear_faults();
  cure();
  const Run again = bench.gyre();
  CAPTURE(again.err);
  CHECK(again.exit == 0);
  const Listing result = list_files(bench.project(), Detail::kContent);
  CHECK(differences(bench.undisturbed(), result) == "");
  check_no_temporary(bench);
}

}  // namespace gyre::test
