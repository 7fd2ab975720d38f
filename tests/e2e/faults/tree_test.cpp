// Names, bins and trees (rows F22 to F26), as a registry's packages bring them.
#include <doctest.h>

#include <filesystem>

#include "tests/e2e/faults/harness.hpp"

using namespace gyre::test;

namespace {

std::string package_json(const std::string& name, const std::string& members) {
  return R"({"name":")" + name + R"(","version":"1.0.0",)" + members + "}";
}

void depend(Bench& bench, const std::string& list, const std::string& section = "dependencies") {
  bench.manifest("{\n  \"name\": \"app\",\n  \"version\": \"1.0.0\",\n  \"" + section + "\": {" +
                 list + "}\n}\n");
}

}  // namespace

TEST_CASE("F22: names that leave node_modules; who lists them is named") {
  for (const std::string& name :
       {std::string("../../../canary"), std::string("@x/../../canary"), std::string(".bin"),
        std::string("node_modules"), std::string(), std::string(300, 'a')}) {
    CAPTURE(name);
    const std::string entry = R"("dependencies":{")" + name + R"(":"npm:ok@1"})";
    Bench bench;
    bench.package("ok/1.0.0/package.json", R"({"name":"ok","version":"1.0.0"})");
    bench.recipe(R"("entries":[])");
    bench.package("bad/1.0.0.json",
                  R"({"manifest":)" + package_json("bad", entry) + R"(,"entries":[]})");
    check_contract(bench, {"EINVALIDNAME", {"bad@1.0.0 lists a dependency"}, "bad"},
                   [&] { bench.good(); });

    // In the project's own manifest: then that is what lists it.
    const Listing around = bench.surroundings();
    bench.forget_installation();
    const std::string own = bench.read("package.json");
    bench.manifest(package_json("app", entry));
    const Run run = bench.gyre();
    CAPTURE(run.err);
    CHECK(run.exit == 1);
    CHECK(run.err.starts_with("error EINVALIDNAME: "));
    CHECK(run.err.find("package.json") != std::string::npos);
    CHECK(!bench.has("node_modules"));
    CHECK(!bench.has("package-lock.json"));
    bench.manifest(own);
  }
}

TEST_CASE("F23: bins that lead elsewhere make no link and no file executable") {
  const std::pair<const char*, const char*> bins[] = {
      {"../../canary", "index.js"},
      {"@s/../../canary", "index.js"},
      {"tool", "../../../../canary"},
      {"tool", "/etc/hostname"},
  };
  for (const auto& [key, value] : bins) {
    CAPTURE(key);
    CAPTURE(value);
    Bench bench;
    // Everywhere at once: metadata and archive.
    bench.package(
        "bad/1.0.0.json",
        R"({"manifest":)" +
            package_json("bad", std::string(R"("bin":{")") + key + R"(":")" + value + R"("})") +
            R"(,"entries":[{"name":"package/index.js","content":"1"}]})");
    // The listing of the contract has every canary's mode.
    check_contract(bench, {"EINVALIDBIN", {"bad"}, "bad"}, [&] { bench.good(); });
    CHECK(!bench.has("node_modules/.bin/tool"));
  }
}

TEST_CASE("F24: peers that exclude each other") {
  Bench bench;
  for (const char* version : {"1.0.0", "2.0.0"}) {
    bench.package("ok/" + std::string(version) + "/package.json",
                  R"({"name":"ok","version":")" + std::string(version) + "\"}");
  }
  bench.package("one/1.0.0/package.json", package_json("one", R"("peerDependencies":{"ok":"^1"})"));
  bench.package("two/1.0.0/package.json", package_json("two", R"("peerDependencies":{"ok":"^2"})"));
  bench.package("two/0.9.0/package.json",
                R"({"name":"two","version":"0.9.0","peerDependencies":{"ok":"^1"}})");
  depend(bench, R"("one": "1.0.0", "two": "1.0.0")");
  const Run told = bench.gyre();
  CAPTURE(told.err);
  CHECK(told.exit == 1);
  CHECK(told.err.starts_with("error ERESOLVE: "));
  for (const char* part : {"one@1.0.0", "two@1.0.0", "\nhint: "})
    CHECK_MESSAGE(told.err.find(part) != std::string::npos, part);
  CHECK(!bench.has("node_modules"));
  CHECK(!bench.has("package-lock.json"));
  for (const char* flag : {"--force", "--legacy-peer-deps"}) {
    CAPTURE(flag);
    const Run run = bench.gyre({"install", flag});
    CAPTURE(run.err);
    CHECK(run.exit == 0);
    CHECK(run.err.find("warning") != std::string::npos);
    bench.forget_installation();
  }
}

TEST_CASE("F25: an engine is a warning, and an error where that is wanted") {
  Bench bench;
  bench.package("bad/1.0.0.json", R"({"manifest":)" +
                                      package_json("bad", R"("engines":{"node":">=999"})") +
                                      R"(,"entries":[]})");
  const Run run = bench.gyre();
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(run.err.find("warning EBADENGINE: ") != std::string::npos);
  CHECK(run.err.find("bad@1.0.0") != std::string::npos);
  CHECK(run.err.find(">=999") != std::string::npos);
  bench.forget_installation();
  bench.configure("engine-strict=true");
  check_contract(bench, {"EBADENGINE", {"bad@1.0.0", ">=999"}, "bad"}, [&] { bench.good(); });
}

TEST_CASE("F25: a package for another system is an error, an optional one is left out and said") {
  Bench bench;
  bench.package("mac/1.0.0/package.json", package_json("mac", R"("os":["darwin"])"));
  depend(bench, R"("mac": "1.0.0")");
  check_contract(bench, {"EBADPLATFORM", {"mac@1.0.0", "darwin"}, "mac", true, "mac@1.0.0"}, [&] {
    bench.package("mac/1.0.0/package.json", R"({"name":"mac","version":"1.0.0"})");
  });

  Bench optional;
  optional.package("mac/1.0.0/package.json", package_json("mac", R"("os":["darwin"])"));
  depend(optional, R"("mac": "1.0.0")", "optionalDependencies");
  const Run run = optional.gyre();
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(run.err.find("mac@1.0.0 left out") != std::string::npos);
  CHECK(!optional.has("node_modules/mac"));
  CHECK(optional.read("package-lock.json").find("\"node_modules/mac\": {") != std::string::npos);
}

TEST_CASE("F26: cycles, a package that depends on itself, and a chain of 500") {
  Bench bench;
  bench.package("a/1.0.0/package.json", package_json("a", R"("dependencies":{"b":"1"})"));
  bench.package("b/1.0.0/package.json", package_json("b", R"("dependencies":{"a":"1"})"));
  bench.package("self/1.0.0/package.json", package_json("self", R"("dependencies":{"self":"1"})"));
  depend(bench, R"("a": "1", "self": "1")");
  auto begin = std::chrono::steady_clock::now();
  const Run run = bench.gyre();
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(std::chrono::steady_clock::now() - begin < time_limit(std::chrono::seconds(2)));
  for (const char* name : {"a", "b", "self"})
    CHECK(bench.has("node_modules/" + std::string(name) + "/package.json"));
  CHECK(!bench.has("node_modules/self/node_modules"));

  Bench chain;
  for (int i = 0; i < 500; ++i) {
    const std::string name = "c" + std::to_string(i), next = "c" + std::to_string(i + 1);
    chain.package_quietly(
        name + "/1.0.0/package.json",
        package_json(name,
                     i == 499 ? R"("main":"x")" : R"("dependencies":{")" + next + R"(":"1"})"));
  }
  chain.package("done/1.0.0/package.json", R"({"name":"done","version":"1.0.0"})");
  depend(chain, R"("c0": "1")");
  begin = std::chrono::steady_clock::now();
  const Run long_run = chain.gyre();
  CAPTURE(long_run.err);
  CHECK(long_run.exit == 0);
  CHECK(std::chrono::steady_clock::now() - begin < time_limit(std::chrono::seconds(2)));
  size_t installed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(chain.project() + "/node_modules"))
    installed += entry.path().filename().string()[0] == 'c';
  CHECK(installed == 500);
}
