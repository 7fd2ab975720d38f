#include <doctest.h>

#include <cstdlib>
#include <filesystem>

#include "pkg/files.hpp"
#include "pkg/git/command.hpp"
#include "pkg/git/refs.hpp"
#include "pkg/install.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre;
using namespace gyre::pkg;

namespace {

// A repository with a package in it.
class TestRepository {
 public:
  explicit TestRepository(const test::TempDir& dir, const std::string& name = "repo")
      : dir_(dir), name_(name) {
    git({"init", "--quiet", "--initial-branch=main", dir_ / name_});
  }
  void write(const std::string& file, const std::string& text) const {
    dir_.write(name_ + "/" + file, text);
  }
  std::string commit(const std::string& message) const {
    inside({"add", "--all", "--force"});
    inside({"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m",
            message});
    const std::string hash = inside({"rev-parse", "HEAD"});
    return hash.substr(0, hash.find('\n'));
  }
  std::string inside(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"-C", dir_ / name_});
    return git(arguments);
  }
  std::string url() const { return "git+file://" + (dir_ / name_); }

 private:
  static std::string git(const std::vector<std::string>& arguments) {
    auto output = git::run(arguments, {});
    REQUIRE_MESSAGE(output.is_ok(), (output ? "" : output.error().message()));
    return *output;
  }
  const test::TempDir& dir_;
  std::string name_;
};

struct Project {
  const test::TempDir& dir;
  Options options;
  InstallRequest request;

  explicit Project(const test::TempDir& where) : dir(where) {
    options.project_dir = options.working_dir = dir / "app";
    options.cache_dir = dir / "cache";
    options.store_dir = dir / "store";
    options.offline = false;
  }
  void depend_on(const std::string& spec) const {
    dir.write("app/package.json", R"({"name":"app","dependencies":{"dep":")" + spec + "\"}}\n");
  }
  InstallOutcome install() {
    InstallObserver quiet;
    return pkg::install(request, options, quiet, nullptr);
  }
  std::string code() {
    auto outcome = install();
    return outcome.failure ? outcome.failure->error.code() : "";
  }
  bool has(const std::string& path) const {
    return path_exists(dir / ("app/node_modules/" + path));
  }
};

constexpr const char* kManifest =
    R"({"name":"dep","version":"1.2.3","files":["lib"],"bin":"lib/cli.js"})";

}  // namespace

TEST_CASE("references are read by short and full name, annotated tags are peeled") {
  const std::string a(40, 'a'), b(40, 'b'), c(40, 'c'), d(40, 'd');
  const auto references = git::read_references(
      a + "\tHEAD\n" + a + "\trefs/heads/main\n" + b + "\trefs/tags/v1.0.0\n" + c +
      "\trefs/tags/v1.0.0^{}\n" + d + "\trefs/pull/7/head\nnonsense\n-x\trefs/heads/y\n");
  auto commit = [&](const char* text) {
    return git::choose_commit(references,
                              parse_spec("x", std::string("git+file:///r") + text).value());
  };
  CHECK(commit("").value().value() == a);
  CHECK(commit("#main").value().value() == a);
  CHECK(commit("#v1.0.0").value().value() == c);
  CHECK(commit("#pull/7").value().value() == d);
  CHECK(commit("#semver:^1.0.0").value().value() == c);
  CHECK(!commit("#abc123").value().has_value());
  CHECK(commit("#semver:^2").error().is(Code::ETARGET));
}

TEST_CASE("a repository is packed as npm packs it and locked by its commit") {
  test::TempDir dir;
  TestRepository repository(dir);
  repository.write("package.json", kManifest);
  repository.write("lib/index.js", "module.exports = 1\n");
  repository.write("lib/cli.js", "#!/usr/bin/env node\n");
  repository.write("secret.txt", "x\n");
  const std::string commit = repository.commit("one");
  repository.inside({"tag", "v1.2.3"});
  Project project(dir);
  project.depend_on(repository.url() + "#semver:^1.0.0");
  auto outcome = project.install();
  REQUIRE_MESSAGE(!outcome.failure, (outcome.failure ? outcome.failure->error.message() : ""));
  CHECK(project.has("dep/lib/index.js"));
  CHECK(project.has(".bin/dep"));
  CHECK(!project.has("dep/secret.txt"));
  CHECK(!project.has("dep/.git"));
  const std::string lock = dir.read("app/package-lock.json");
  CHECK(lock.find("\"resolved\": \"" + repository.url() + "#" + commit + "\"") !=
        std::string::npos);
  CHECK(lock.find("integrity") == std::string::npos);
  CHECK(std::filesystem::is_empty(dir / "cache/git") == false);

  // The branch moves on: what is locked stays, from the lockfile too.
  repository.write("lib/new.js", "\n");
  repository.commit("two");
  std::filesystem::remove_all(dir / "app/node_modules");
  project.request.clean = true;
  CHECK(project.code() == "");
  CHECK(!project.has("dep/lib/new.js"));
  CHECK(dir.read("app/package-lock.json") == lock);

  // Another specifier is another choice.
  project.request.clean = false;
  project.depend_on(repository.url() + "#main");
  CHECK(project.code() == "");
  CHECK(project.has("dep/lib/new.js"));
}

TEST_CASE("what was packed once needs no repository, whole or offline") {
  test::TempDir dir;
  TestRepository repository(dir);
  repository.write("package.json", kManifest);
  repository.write("lib/cli.js", "\n");
  const std::string commit = repository.commit("one");
  Project project(dir);
  project.depend_on(repository.url() + "#" + commit);
  CHECK(project.code() == "");
  std::filesystem::remove_all(dir / "repo");
  std::filesystem::remove_all(dir / "app/node_modules");
  project.options.offline = true;
  CHECK(project.code() == "");
  CHECK(project.has("dep/lib/cli.js"));
  project.depend_on(repository.url() + "#main");
  CHECK(project.code() == "ENOTCACHED");
}

TEST_CASE("abbreviated commits, folders of a repository and its dependencies are installed") {
  test::TempDir dir;
  TestRepository inner(dir, "inner");
  inner.write("package.json", R"({"name":"inner","version":"2.0.0"})");
  inner.commit("one");
  TestRepository repository(dir);
  repository.write(
      "packages/dep/package.json",
      R"({"name":"dep","version":"1.0.0","dependencies":{"inner":")" + inner.url() + "\"}}");
  const std::string commit = repository.commit("one");
  Project project(dir);
  project.depend_on(repository.url() + "#" + commit.substr(0, 9) + "::path:packages/dep");
  auto outcome = project.install();
  REQUIRE_MESSAGE(!outcome.failure, (outcome.failure ? outcome.failure->error.message() : ""));
  CHECK(project.has("dep/package.json"));
  CHECK(project.has("inner/package.json"));
  CHECK(dir.read("app/package-lock.json").find(commit + "::path:packages/dep") !=
        std::string::npos);
}

TEST_CASE("failures of git name the repository, the code and who asked") {
  test::TempDir dir;
  TestRepository repository(dir);
  repository.write("package.json", kManifest);
  repository.commit("one");
  Project project(dir);
  project.depend_on("git+file://" + (dir / "nowhere"));
  auto outcome = project.install();
  REQUIRE(outcome.failure);
  CHECK(outcome.failure->error.is(Code::EGIT));
  CHECK(outcome.failure->error.message().find("nowhere") != std::string::npos);
  CHECK(!project.has("dep"));
  project.depend_on(repository.url() + "#no-such-branch");
  CHECK(project.code() == "EGIT");
  project.depend_on(repository.url() + "#semver:^9");
  CHECK(project.code() == "ETARGET");
  repository.inside({"rm", "-q", "package.json"});
  repository.write("README.md", "\n");
  repository.commit("two");
  project.depend_on(repository.url());
  CHECK(project.code() == "EPKGJSON");
  CHECK(!path_exists(dir / "app/package-lock.json"));
}

TEST_CASE("what a specifier says never becomes an option of git or ssh") {
  for (const char* spec : {"git+file:///r#--upload-pack=touch", "git+ssh://-oProxyCommand=x/r",
                           "git+ssh://git@-oProxyCommand=x/r", "git+file:///r#path:../..",
                           "github:u/r#-x", "git+file:///r#a b"}) {
    CHECK_MESSAGE(parse_spec("x", spec).error().is(Code::EUNSUPPORTEDSPEC), spec);
  }
}

TEST_CASE("links of a repository are left out, and lead nowhere") {
  test::TempDir dir;
  dir.write("canary", "untouched");
  TestRepository repository(dir);
  repository.write("package.json", R"({"name":"dep","version":"1.0.0"})");
  repository.write("index.js", "\n");
  std::filesystem::create_symlink(dir / "canary", dir / "repo/link");
  repository.commit("one");
  Project project(dir);
  project.depend_on(repository.url());
  CHECK(project.code() == "");
  CHECK(project.has("dep/index.js"));
  CHECK(!project.has("dep/link"));
  CHECK(dir.read("canary") == "untouched");
}

TEST_CASE("prepare does not run unless the package is trusted, and that is told") {
  test::TempDir dir;
  TestRepository repository(dir);
  repository.write("package.json",
                   R"({"name":"dep","version":"1.0.0","scripts":{"prepare":"touch built"}})");
  repository.commit("one");
  Project project(dir);
  project.depend_on(repository.url());
  auto outcome = project.install();
  REQUIRE(!outcome.failure);
  CHECK(!project.has("dep/built"));
  REQUIRE(outcome.report.blocked.size() == 1);
  CHECK(outcome.report.blocked[0].name == "dep");
  CHECK(outcome.report.blocked[0].events[0].find("touch built") != std::string::npos);
}

TEST_CASE("git asks nobody, runs no longer than it may, and ends when it is told to") {
  const auto variables = git::environment();
  CHECK(std::find(variables.begin(), variables.end(), "GIT_TERMINAL_PROMPT=0") != variables.end());
  ::setenv("GIT_DIR", "/nowhere", 1);
  CHECK(git::run({"--version"}, {}).is_ok());
  for (const std::string& variable : git::environment()) CHECK(!variable.starts_with("GIT_DIR="));
  ::unsetenv("GIT_DIR");
  // A command that never ends by itself.
  const std::vector<std::string> endless{"-c", "alias.wait=!sleep 60", "wait"};
  CHECK(git::run(endless, {std::chrono::milliseconds(50), nullptr}).error().code() == "ETIMEDOUT");
  const std::atomic<bool> stop{true};
  CHECK(git::run(endless, {std::chrono::minutes(1), &stop}).error().code() == "ECANCELED");
}
