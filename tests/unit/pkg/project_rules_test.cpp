#include <doctest.h>

#include "pkg/manifest/dev_engines.hpp"
#include "pkg/manifest/project_rules.hpp"
#include "pkg/workspace/pnpm_workspace.hpp"
#include "tests/support/fake_registry.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::FakeRegistry;
using gyre::test::layout;
using gyre::test::resolve;
using gyre::test::Run;

namespace {

FakeRegistry registry_with_versions() {
  FakeRegistry registry;
  registry.add("a", "1.0.0", R"({"dependencies":{"c":"^1","b":"1"}})");
  registry.add("b", "1.0.0", R"({"dependencies":{"c":"^1"}})");
  for (const char* version : {"1.0.0", "1.5.0", "2.0.0", "3.0.0"}) registry.add("c", version);
  return registry;
}

std::vector<EngineMismatch> mismatches(const std::string& dev_engines) {
  const auto json = OrderedJson::parse(R"({"devEngines":)" + dev_engines + "}");
  auto result = check_dev_engines(json, Options());
  REQUIRE(result.is_ok());
  return *result;
}

}  // namespace

TEST_CASE("resolutions work like overrides, in yarn's forms") {
  const FakeRegistry registry = registry_with_versions();
  const std::string everywhere = "node_modules/a=1.0.0 node_modules/b=1.0.0 node_modules/c=2.0.0";
  for (const char* key : {"c", "**/c", "c@^1", "c@npm:^1"}) {
    CHECK_MESSAGE(resolve(std::string(R"({"dependencies":{"a":"1"},"resolutions":{")") + key +
                              R"(":"2.0.0"}})",
                          registry) == everywhere,
                  key);
  }
  for (const char* key : {"b/c", "**/b/c", "b/**/c"}) {
    CHECK_MESSAGE(
        resolve(
            std::string(R"({"dependencies":{"a":"1"},"resolutions":{")") + key + R"(":"2.0.0"}})",
            registry) ==
            "node_modules/a=1.0.0 node_modules/b=1.0.0 node_modules/b/node_modules/c=2.0.0 "
            "node_modules/c=1.5.0",
        key);
  }
  // Unlike an override, a resolution may contradict the project's own dependency.
  CHECK(resolve(R"({"dependencies":{"c":"3.0.0"},"resolutions":{"c":"2.0.0"}})", registry) ==
        "node_modules/c=2.0.0");
  // What overrides say stays.
  CHECK(
      resolve(R"({"dependencies":{"a":"1"},"overrides":{"c":"2.0.0"},"resolutions":{"c":"3.0.0"}})",
              registry) == everywhere);
  auto wrong = parse_manifest(R"({"resolutions":{"**":"1"}})", "package.json");
  REQUIRE(wrong.is_ok());
  CHECK(wrong->rules_error->is(Code::EPKGJSON));
}

TEST_CASE("catalog: stands for what the project's catalogs have") {
  const FakeRegistry registry = registry_with_versions();
  const std::string tail = R"("dependencies":{"c":"catalog:"}})";
  CHECK(resolve(R"({"catalog":{"c":"^1"},)" + tail, registry) == "node_modules/c=1.5.0");
  CHECK(resolve(R"({"workspaces":{"packages":[],"catalog":{"c":"2.0.0"}},)" + tail, registry) ==
        "node_modules/c=2.0.0");
  CHECK(resolve(R"({"catalogs":{"old":{"c":"1.0.0"}},"dependencies":{"c":"catalog:old"}})",
                registry) == "node_modules/c=1.0.0");
  CHECK(resolve(R"({"catalogs":{"default":{"c":"1.0.0"}},)" + tail, registry) ==
        "node_modules/c=1.0.0");
  CHECK(resolve(R"({"catalog":{"x":"npm:c@3"},"dependencies":{"x":"catalog:"}})", registry) ==
        "node_modules/x=3.0.0");
  for (const char* wrong : {R"({"dependencies":{"c":"catalog:"}})",
                            R"({"catalog":{"d":"1"},"dependencies":{"c":"catalog:"}})",
                            R"({"catalog":{"c":"catalog:"},"dependencies":{"c":"catalog:"}})",
                            R"({"catalog":{"c":"1"},"dependencies":{"c":"catalog:other"}})"}) {
    CHECK_MESSAGE(resolve(wrong, registry).starts_with("ETARGET"), wrong);
  }
}

TEST_CASE("catalogs of pnpm-workspace.yaml count beside package.json's, which come first") {
  test::TempDir dir;
  auto read = [&](const std::string& yaml, const std::string& own = "{}") {
    dir.write("pnpm-workspace.yaml", yaml);
    Manifest manifest = std::move(parse_manifest(own, "package.json")).value();
    Status status = read_pnpm_workspace(dir.path(), manifest);
    if (!status) return status.error().code() + " " + status.error().message();
    std::string text;
    for (const auto& [catalog, entries] : manifest.catalogs) {
      for (const auto& [name, spec] : entries) text += catalog + ":" + name + "=" + spec + " ";
    }
    return text;
  };
  const std::string both =
      "packages:\n  - packages/*\ncatalog:\n  c: ^1.0.0\n  '@s/d': \"2\"\n"
      "catalogs:\n  old:\n    c: 0.9.0\n  default:\n    e: '3'\n";
  CHECK(read(both) == ":c=^1.0.0 :@s/d=2 :e=3 old:c=0.9.0 ");
  CHECK(read(both, R"({"catalog":{"c":"7"}})") == ":c=7 :@s/d=2 :e=3 old:c=0.9.0 ");
  CHECK(read("packages: [a]\n").empty());
  CHECK(read("catalog:\ncatalogs:\n").empty());
  CHECK(read("onlyBuiltDependencies: [}\n").empty());  // not our business
  CHECK(read("packages: [}\n", R"({"workspaces":[]})").empty());
  CHECK(read("catalog: [a]\n").starts_with("EPKGJSON " + (dir / "pnpm-workspace.yaml: line 1")));
  CHECK(read("catalog:\n  c: [1]\n").find("line 2") != std::string::npos);
  CHECK(read("catalogs:\n  x: 5\n").starts_with("EPKGJSON"));
  CHECK(read("catalog: [}\n").starts_with("EPKGJSON"));
  Manifest manifest;
  CHECK(read_pnpm_workspace(dir / "nowhere", manifest).is_ok());
}

TEST_CASE("workspaces of pnpm-workspace.yaml count where package.json lists none") {
  test::TempDir dir;
  dir.write("package.json", R"({"name":"root"})");
  auto read = [&dir](const std::string& yaml) {
    dir.write("pnpm-workspace.yaml", yaml);
    auto manifest = load_root_manifest(dir.path());
    if (!manifest) return manifest.error().code() + " " + manifest.error().message();
    return manifest->meta.workspaces_json;
  };
  CHECK(read("packages:\n  - '.'\n  - packages/*\n  - '!packages/old'\n") ==
        R"(["packages/*","!packages/old"])");
  CHECK(read("packages:\n").empty());
  CHECK(read("packages: ['.']\n").empty());
  CHECK(read("packages: a\n").starts_with("EPKGJSON " + (dir / "pnpm-workspace.yaml: line 1")));
  CHECK(read("packages:\n  - a: 1\n").find("line 2") != std::string::npos);
  CHECK(read("packages: [}\n").starts_with("EPKGJSON"));
  for (const char* own : {R"({"workspaces":["own"]})", R"({"workspaces":{"packages":["own"]}})"}) {
    dir.write("package.json", own);
    dir.write("pnpm-workspace.yaml", "packages: [theirs]\n");
    CHECK(load_root_manifest(dir.path())->workspaces == std::vector<std::string>{"own"});
  }
}

TEST_CASE("ages are minutes, or have a unit") {
  CHECK(parse_age("90") == std::chrono::minutes(90));
  CHECK(parse_age("24h") == std::chrono::hours(24));
  CHECK(parse_age("3d") == std::chrono::hours(72));
  CHECK(parse_age("99999999999999999999w").has_value());
  for (const char* text : {"", "h", "-1", "1x", "1.5h", "1 h"})
    CHECK_MESSAGE(!parse_age(text), text);
  auto wrong = parse_manifest(R"({"minimumReleaseAge":-5})", "package.json");
  CHECK(wrong->rules_error->is(Code::EPKGJSON));
}

TEST_CASE("a malformed rule does not matter in a package that is only installed") {
  auto manifest =
      parse_manifest(R"({"name":"x","catalog":"cats","resolutions":7})", "package.json");
  REQUIRE(manifest.is_ok());
  CHECK(manifest->meta.name == "x");
  CHECK(manifest->rules_error.has_value());
}

TEST_CASE("devEngines are met, or say what is wanted") {
  CHECK(mismatches(R"({"runtime":{"name":"node","version":">=18"}})").empty());
  CHECK(mismatches(R"({"packageManager":[{"name":"pnpm"},{"name":"npm"}]})").empty());
  CHECK(mismatches(R"({"os":{"name":"linux"},"runtime":[]})").empty());
  const auto version = mismatches(R"({"runtime":{"name":"node","version":">=999"}})");
  REQUIRE(version.size() == 1);
  CHECK(version[0].weight == EngineMismatch::Weight::kError);
  CHECK(version[0].message.find("node >=999") != std::string::npos);
  CHECK(mismatches(R"({"cpu":{"name":"mips","onFail":"warn"}})")[0].weight ==
        EngineMismatch::Weight::kWarn);
  CHECK(mismatches(R"({"cpu":{"name":"mips","onFail":"ignore"}})").empty());
  CHECK(mismatches(R"({"cpu":{"name":"mips","onFail":"download"}})").size() == 1);
  for (const char* wrong : {"7", "[]", R"({"x":{"name":"a"}})", R"({"os":"linux"})", R"({"os":{}})",
                            R"({"os":{"name":1}})", R"({"os":{"name":"linux","onFail":"cry"}})",
                            R"({"os":{"name":"linux","x":"y"}})"}) {
    const auto json = OrderedJson::parse(std::string(R"({"devEngines":)") + wrong + "}");
    CHECK_MESSAGE(check_dev_engines(json, Options()).error().is(Code::EBADDEVENGINES), wrong);
  }
}

TEST_CASE("another package manager is noticed") {
  auto of = [](const char* text) { return foreign_package_manager(OrderedJson::parse(text)); };
  CHECK(of(R"({"packageManager":"pnpm@9.1.0+sha512.abc"})") == "pnpm@9.1.0");
  CHECK(of(R"({"packageManager":"npm@11.0.0"})").empty());
  CHECK(of(R"({"packageManager":5})").empty());
  CHECK(of("{}").empty());
}

TEST_CASE("directories.bin makes commands of the files in a folder, and stays inside the package") {
  test::TempDir dir;
  dir.write("package.json", R"({"name":"x","directories":{"bin":"./tools"}})");
  dir.write("tools/run", "#!/bin/sh\n");
  dir.write("tools/.hidden", "");
  dir.write("tools/deeper/y", "");
  auto manifest = load_manifest(dir / "package.json");
  REQUIRE(manifest.is_ok());
  REQUIRE(manifest->meta.bins.size() == 1);
  CHECK(manifest->meta.bins[0] == Bin{"run", "tools/run"});
  dir.write("inner/package.json", R"({"name":"x","directories":{"bin":"../tools"}})");
  CHECK(load_manifest(dir / "inner/package.json")->meta.bins.empty());
}
