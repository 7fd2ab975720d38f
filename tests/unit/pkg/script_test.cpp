#include <doctest.h>

#include <signal.h>
#include <filesystem>

#include <algorithm>

#include "pkg/files.hpp"
#include "pkg/report.hpp"
#include "pkg/scripts/env.hpp"
#include "pkg/scripts/policy.hpp"
#include "pkg/scripts/runner.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::TempDir;

namespace {

ScriptEnd run(const std::string& text, const std::string& folder) {
  auto end = run_script(
      {{"sh", "-c", text}, folder, {"PATH=/usr/bin:/bin"}, ScriptOutput::kCapture}, nullptr);
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
  const auto environment =
      script_environment({"test", "echo", dir.path(), "run-script", "/opt/gyre", {}}, options);
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

TEST_CASE("only trusted packages may run scripts, binding.gyp means node-gyp") {
  const ScriptPolicy policy({"good"});
  CHECK(policy.allows("good"));
  CHECK(!policy.allows("evil"));
  StoredPackage package;
  package.has_binding_gyp = true;
  REQUIRE(install_scripts_of(package).size() == 1);
  CHECK(install_scripts_of(package)[0].second == "node-gyp rebuild");
}
