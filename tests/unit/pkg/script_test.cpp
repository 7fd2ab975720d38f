#include <doctest.h>

#include <signal.h>
#include <filesystem>

#include <algorithm>

#include "pkg/files.hpp"
#include "pkg/report.hpp"
#include "pkg/scripts/env.hpp"
#include "pkg/scripts/lifecycle.hpp"
#include "pkg/scripts/policy.hpp"
#include "pkg/scripts/runner.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::TempDir;

namespace {

ScriptEnd run(const std::string& text, const std::string& folder) {
  auto end = run_script(
      {{"sh", "-c", text}, folder, {"PATH=/usr/bin:/bin"}, ScriptOutput::kCapture, false}, nullptr);
  REQUIRE(end);
  return *end;
}

std::string value_of(const std::vector<std::string>& environment, const std::string& name) {
  for (const std::string& line : environment) {
    if (line.starts_with(name + "=")) return line.substr(name.size() + 1);
  }
  return "(unset)";
}

}  // namespace

TEST_CASE("a script's status and signal are reported as they were") {
  TempDir dir;
  CHECK(run("exit 7", dir.path()).exit_code == 7);
  const ScriptEnd killed = run("kill -9 $$", dir.path());
  CHECK(killed.signal == SIGKILL);
  CHECK(killed.status() == 137);
}

TEST_CASE("of much output the last forty lines are kept") {
  TempDir dir;
  const ScriptEnd end = run("seq 1 200000; exit 1", dir.path());
  CHECK(end.tail.starts_with("199961\n"));
  CHECK(end.tail.ends_with("200000\n"));
}

TEST_CASE("a failed script takes what it left running with it") {
  TempDir dir;
  run("(sleep 30; touch late) & exit 1", dir.path());
  CHECK(!path_exists(dir / "late"));
}

TEST_CASE("arguments reach the shell as they are") {
  TempDir dir;
  const std::string command = with_arguments("printf '%s|'", {"a b", "it's", "$HOME", ""});
  CHECK(run(command + " >&2", dir.path()).tail == "a b|it's|$HOME||");
}

TEST_CASE("scripts see npm's environment") {
  TempDir dir;
  dir.write("package.json",
            R"({"name":"app","version":"1.2.3","config":{"port":8080},"bin":"x.js"})");
  Options options;
  options.project_dir = options.working_dir = dir.path();
  options.cache_dir = dir / "cache";
  options.user_agent = "agent";
  const auto environment = script_environment(
      {"test", "echo", dir.path(), "run-script", "/opt/gyre", {}, nullptr, {}}, options);
  CHECK(value_of(environment, "npm_package_name") == "app");
  CHECK(value_of(environment, "npm_package_config_port") == "8080");
  CHECK(value_of(environment, "npm_lifecycle_event") == "test");
  CHECK(value_of(environment, "npm_config_user_agent") == "agent");
  CHECK(value_of(environment, "INIT_CWD") == dir.path());
  const std::string path = value_of(environment, "PATH");
  CHECK(path.starts_with(dir / "cache/node/"));
  CHECK(path.find(dir / "node_modules/.bin:") != std::string::npos);
  // `node` in a script is gyre under that name.
  const std::filesystem::path node = value_of(environment, "npm_node_execpath");
  CHECK(node.filename() == "node");
  CHECK(std::filesystem::read_symlink(node) == "/opt/gyre");
}

TEST_CASE("the .bin folders go up the tree, nearest first") {
  const auto folders = bin_folders("/a/node_modules/b");
  const std::vector<std::string> expected = {"/a/node_modules/b/node_modules/.bin",
                                             "/a/node_modules/.bin", "/node_modules/.bin"};
  CHECK(folders == expected);
}

TEST_CASE("scripts see the configuration and a node-gyp they can run") {
  TempDir dir;
  dir.write("package.json", "{}");
  Options options;
  options.project_dir = options.working_dir = dir.path();
  options.cache_dir = dir / "cache";
  options.global_prefix = dir / "prefix";
  options.given_settings = {{"strict-ssl", "false"}};
  Node node;
  node.resolved = "https://registry.npmjs.org/a/-/a-1.0.0.tgz";
  node.flags.dev = true;
  ScriptContext script{"install", "true", dir.path(), "install", "/opt/gyre", {}, &node, {}};
  script.variables = {{"npm_new_version", "2.0.0"}};
  const auto environment = script_environment(script, options);
  CHECK(value_of(environment, "npm_config_global_prefix") == dir / "prefix");
  CHECK(value_of(environment, "npm_config_local_prefix") == dir.path());
  CHECK(value_of(environment, "npm_config_strict_ssl") == "false");
  CHECK(value_of(environment, "npm_package_resolved") == node.resolved);
  CHECK(value_of(environment, "npm_package_dev") == "1");
  CHECK(value_of(environment, "npm_package_optional") == "(unset)");
  CHECK(value_of(environment, "npm_new_version") == "2.0.0");
  CHECK(value_of(environment, "npm_execpath") == "/opt/gyre");
  CHECK(value_of(environment, "EDITOR") == "vi");
  CHECK(std::filesystem::exists(value_of(environment, "npm_config_node_gyp")));
}

namespace {

Node registry_package(const std::string& name, const std::string& version) {
  Node node;
  node.location = "node_modules/" + name;
  node.name = node.meta.name = name;
  node.meta.version = version;
  node.resolved = "https://registry.npmjs.org/" + name + "/-/" + name + "-" + version + ".tgz";
  return node;
}

bool allows(const std::string& trusted, const Node& node) {
  const Options options;
  const auto json = OrderedJson::parse("{\"trustedDependencies\":" + trusted + "}");
  return ScriptPolicy(json, options).allows(node);
}

}  // namespace

TEST_CASE("a permission is bound to name and versions") {
  const Node good = registry_package("good", "1.2.3");
  CHECK(allows(R"(["good"])", good));
  CHECK(allows(R"(["good@^1.2.0"])", good));
  CHECK(allows(R"({"good": "^1"})", good));
  CHECK(allows(R"({"good": true})", good));
  CHECK(allows(R"([{"name": "good", "version": "1.x"}])", good));
  CHECK(!allows(R"(["good@^2.0.0"])", good));
  CHECK(!allows(R"({"good": false})", good));
  CHECK(!allows(R"(["other"])", good));
  CHECK(!allows(R"("good")", good));
  CHECK(!allows(R"([7, {"version": "1"}])", good));
}

TEST_CASE("a package of the same name from elsewhere does not have the permission") {
  Node from_git = registry_package("good", "1.2.3");
  from_git.resolved = "git+ssh://git@github.com/evil/good.git#0123456789";
  CHECK(!allows(R"(["good"])", from_git));
  CHECK(!allows(R"(["good@github:someone/good"])", from_git));
  CHECK(allows(R"(["good@github:evil/good"])", from_git));
  CHECK(allows(R"(["good@git+https://github.com/evil/good.git"])", from_git));
  CHECK(!allows(R"(["good@git+https://github.com/evil/good.git#9999999999"])", from_git));

  Node from_url = registry_package("good", "1.2.3");
  from_url.resolved = "https://example.org/good-1.2.3.tgz";
  CHECK(!allows(R"(["good"])", from_url));
  CHECK(allows(R"(["good@https://example.org/good-1.2.3.tgz"])", from_url));

  // An archive of another package on the registry itself, calling itself "good".
  Node masked = registry_package("evil", "1.2.3");
  masked.name = masked.meta.name = "good";
  CHECK(!allows(R"(["good"])", masked));

  // An alias is judged by what it really is.
  Node alias = registry_package("evil", "1.2.3");
  alias.name = "good";
  CHECK(!allows(R"(["good"])", alias));
  CHECK(allows(R"(["evil"])", alias));

  Node local = registry_package("good", "1.2.3");
  local.resolved = "file:../good";
  CHECK(!allows(R"(["good"])", local));
  CHECK(allows(R"(["good@file:../good"])", local));
}

TEST_CASE("what approve writes down allows just what it was written for") {
  const Options options;
  for (const std::string resolved : {"https://registry.npmjs.org/good/-/good-1.2.3.tgz",
                                     "git+ssh://git@github.com/u/good.git#abc",
                                     "https://example.org/good.tgz", "file:../good.tgz"}) {
    Node node = registry_package("good", "1.2.3");
    node.resolved = resolved;
    const std::string entry = trust_entry(node, options);
    CAPTURE(entry);
    CHECK(allows(OrderedJson({entry}).dump(), node));
    Node other = registry_package("good", "9.0.0");
    other.resolved = "https://elsewhere.example/good.tgz";
    CHECK(!allows(OrderedJson({entry}).dump(), other));
  }
}

TEST_CASE("permissions are added once and taken back by name") {
  auto manifest = parse_manifest(R"({"trustedDependencies":["b"]})", "package.json");
  REQUIRE(manifest);
  CHECK(add_trust(*manifest, "a@^1.0.0"));
  CHECK(!add_trust(*manifest, "a@^1.0.0"));
  CHECK(manifest->json["trustedDependencies"].dump() == R"(["a@^1.0.0","b"])");
  CHECK(remove_trust(*manifest, "a"));
  CHECK(!remove_trust(*manifest, "a"));
  CHECK(remove_trust(*manifest, "b"));
  CHECK(!manifest->json.contains("trustedDependencies"));
}

TEST_CASE("binding.gyp means node-gyp, unless the package says otherwise") {
  StoredPackage package;
  package.has_binding_gyp = true;
  REQUIRE(install_scripts_of(package).size() == 1);
  CHECK(install_scripts_of(package)[0].second == "node-gyp rebuild");
  auto refusing = parse_manifest(R"({"gypfile":false})", "package.json");
  REQUIRE(refusing);
  CHECK(install_scripts_of(*refusing, BindingGyp::kPresent).empty());
  auto own = parse_manifest(R"({"scripts":{"postinstall":"c","install":"b"}})", "package.json");
  REQUIRE(own);
  const Scripts expected = {{"install", "b"}, {"postinstall", "c"}};
  CHECK(install_scripts_of(*own, BindingGyp::kPresent) == expected);
}

TEST_CASE("the project's scripts run in npm's order") {
  auto manifest = parse_manifest(
      R"({"scripts":{"prepare":"6","postprepare":"7","preprepare":"5","prepublish":"4",
          "postinstall":"3","install":"2","preinstall":"1","test":"no"}})",
      "package.json");
  REQUIRE(manifest);
  std::string order;
  for (const auto& [event, command] : project_scripts(*manifest, BindingGyp::kAbsent))
    order += command;
  CHECK(order == "1234567");
  order.clear();
  for (const auto& [event, command] : workspace_scripts(*manifest, BindingGyp::kAbsent))
    order += command;
  CHECK(order == "123567");
}

TEST_CASE("a failed lifecycle script says which, how, and what it printed last") {
  TempDir dir;
  Options options;
  options.project_dir = options.working_dir = dir.path();
  options.cache_dir = dir / "cache";
  const LifecycleSetup setup{"install", "/opt/gyre", false};
  const Status exited = run_lifecycle({"postinstall", "echo why; exit 7", dir.path(), "a@1.0.0"},
                                      setup, options, nullptr);
  REQUIRE(!exited);
  CHECK(exited.error().is(Code::ELIFECYCLE));
  CHECK(exited.error().message() ==
        "a@1.0.0: the postinstall script exited with status 7 (echo why; exit 7)\nwhy\n");
  const Status killed =
      run_lifecycle({"install", "kill -9 $$", dir.path(), "a@1.0.0"}, setup, options, nullptr);
  REQUIRE(!killed);
  CHECK(killed.error().message().find("was ended by SIGKILL") != std::string::npos);
}
