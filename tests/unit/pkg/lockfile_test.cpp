#include <doctest.h>

#include <string>

#include "pkg/lockfile/package_lock.hpp"
#include "pkg/lockfile/replace_host.hpp"
#include "pkg/manifest/manifest.hpp"

using namespace gyre;
using namespace gyre::pkg;

namespace {

std::string with_packages(const std::string& packages) {
  return R"({"name":"app","lockfileVersion":3,"requires":true,"packages":{)" + packages + "}}";
}
std::string code_of(const std::string& text) {
  auto lockfile = parse_lockfile(text, "package-lock.json");
  return lockfile ? "" : lockfile.error().code();
}

constexpr const char* kLock = R"({
  "name": "app",
  "version": "1.0.0",
  "lockfileVersion": 3,
  "requires": true,
  "packages": {
    "": {
      "name": "app",
      "version": "1.0.0",
      "license": "MIT",
      "dependencies": {
        "@s/a": "^1.0.0",
        "b": "npm:real@2"
      },
      "devDependencies": {
        "c": "*"
      }
    },
    "node_modules/@s/a": {
      "version": "1.2.3",
      "resolved": "https://registry.npmjs.org/@s/a/-/a-1.2.3.tgz",
      "integrity": "sha512-aaaa",
      "cpu": [
        "x64"
      ],
      "deprecated": "say \"no\"",
      "hasInstallScript": true,
      "license": "MIT",
      "optional": true,
      "os": [
        "linux"
      ],
      "dependencies": {
        "c": "1"
      },
      "bin": {
        "a": "cli.js"
      },
      "engines": {
        "node": ">=18"
      },
      "funding": {
        "type": "github",
        "url": "https://example.com"
      },
      "peerDependencies": {
        "p": "*"
      },
      "peerDependenciesMeta": {
        "p": {
          "optional": true
        }
      }
    },
    "node_modules/b": {
      "name": "real",
      "version": "2.0.0",
      "resolved": "https://registry.npmjs.org/real/-/real-2.0.0.tgz",
      "integrity": "sha512-bbbb"
    },
    "node_modules/c": {
      "version": "1.0.0",
      "resolved": "https://registry.npmjs.org/c/-/c-1.0.0.tgz",
      "integrity": "sha512-cccc",
      "dev": true
    },
    "node_modules/w": {
      "resolved": "packages/w",
      "link": true
    },
    "packages/w": {
      "version": "0.1.0"
    }
  }
}
)";

}  // namespace

TEST_CASE("a lockfile survives being read and written byte for byte") {
  auto lockfile = parse_lockfile(kLock, "package-lock.json");
  REQUIRE(lockfile.is_ok());
  lockfile->tree.root_dir = "/project/app";
  CHECK(write_lockfile(lockfile->tree, lockfile->style, Options{}) == kLock);
  const Node* a = lockfile->tree.find("node_modules/@s/a");
  REQUIRE(a);
  CHECK(a->meta.bins == std::vector<Bin>{{"a", "cli.js"}});
  CHECK(a->meta.optional_peers == std::vector<std::string>{"p"});
  CHECK(a->meta.engines_node == ">=18");
  CHECK(lockfile->tree.find("node_modules/w")->link_target == "packages/w");
  Options without;
  without.omit_lockfile_registry_resolved = true;
  CHECK(write_lockfile(lockfile->tree, {}, without).find("registry.npmjs.org") ==
        std::string::npos);
  CHECK(write_hidden_lockfile(lockfile->tree, {}, without).find("registry.npmjs.org") ==
        std::string::npos);
}

TEST_CASE("the format is the setting's, else the file's, and 1 is not kept") {
  auto lockfile = parse_lockfile(kLock, "package-lock.json");
  REQUIRE(lockfile.is_ok());
  lockfile->tree.root_dir = "/project/app";
  Options options;
  options.lockfile_version = 1;
  const std::string first = write_lockfile(lockfile->tree, lockfile->style, options);
  CHECK(first.find("\"packages\"") == std::string::npos);
  CHECK(first.find("\"w\": {\n      \"version\": \"file:packages/w\"") != std::string::npos);
  options.lockfile_version = 2;
  const std::string second = write_lockfile(lockfile->tree, lockfile->style, options);
  auto read = parse_lockfile(second, "package-lock.json");
  REQUIRE(read.is_ok());
  read->tree.root_dir = "/project/app";
  CHECK(write_lockfile(read->tree, read->style, Options{}) == second);
  // "packages" of 2 are those of 3.
  options.lockfile_version = 3;
  CHECK(write_lockfile(read->tree, read->style, options) == kLock);
  auto old = parse_lockfile(first, "package-lock.json");
  REQUIRE(old.is_ok());
  CHECK(old->tree.lockfile_version == 1);
  CHECK(version_to_write(old->style, Options{}) == 3);
}

TEST_CASE("indentation and line ends of the file are kept") {
  std::string text =
      "{\r\n\t\"name\": \"app\",\r\n\t\"lockfileVersion\": 3,\r\n\t\"requires\": true,\r\n"
      "\t\"packages\": {\r\n\t\t\"\": {\r\n\t\t\t\"name\": \"app\"\r\n\t\t}\r\n\t}\r\n}\r\n";
  auto lockfile = parse_lockfile(text, "package-lock.json");
  REQUIRE(lockfile.is_ok());
  lockfile->tree.root_dir = "/app";
  CHECK(write_lockfile(lockfile->tree, lockfile->style, Options{}) == text);
}

TEST_CASE("a broken lockfile is an error with its place, never taken as absent") {
  CHECK(code_of("") == "ELOCKPARSE");
  CHECK(code_of("  \n") == "ELOCKPARSE");
  CHECK(code_of("[]") == "ELOCKPARSE");
  std::string text = kLock;
  for (size_t cut : {size_t(1), text.size() / 3, text.size() / 2, text.size() - 4})
    CHECK_MESSAGE(code_of(text.substr(0, cut)) == "ELOCKPARSE", cut);
  auto conflict = parse_lockfile("{\n<<<<<<< HEAD\n\"a\":1\n=======\n>>>>>>> x\n}", "lock");
  CHECK(conflict.error().is(Code::ELOCKPARSE));
  CHECK(conflict.error().message().find("line 2") != std::string::npos);
  auto cut = parse_lockfile("{\"packages\": {\n\"\": {}\n", "lock");
  CHECK(cut.error().message().find("line 3") != std::string::npos);
  CHECK(code_of(R"({"lockfileVersion":99})") == "ELOCKVERSION");
  CHECK(code_of(R"({"lockfileVersion":"x"})") == "ELOCKVERSION");
  CHECK(code_of(with_packages(R"("node_modules/a":5)")) == "ELOCKPARSE");
  CHECK(!load_lockfile("/nonexistent/lock")->exists);
}

TEST_CASE("locations that leave the project are refused") {
  for (const char* key :
       {"node_modules/../../canary", "/abs", "../x", "node_modules/..", "node_modules//a",
        "node_modules/a/", "node_modules/.bin", "node_modules/a/../b", "packages\\\\x"})
    CHECK_MESSAGE(code_of(with_packages("\"" + std::string(key) + "\":{}")) == "ELOCKPATH", key);
  CHECK(code_of(with_packages(R"("":{"link":true,"resolved":"x"})")) == "ELOCKPATH");
  CHECK(code_of(with_packages(R"("node_modules/a":{"link":true,"resolved":"/etc"})")) ==
        "ELOCKPATH");
  CHECK(code_of(with_packages(R"("node_modules/a":{"version":"1.0.0","bin":{"x":"../../y"}})")) ==
        "EINVALIDBIN");
  CHECK(code_of(with_packages(R"("node_modules/a":{"link":true,"resolved":"../a"},"../a":{})"))
            .empty());
}

TEST_CASE("an entry without a hash must come from a configured registry") {
  auto check = [](const char* entry) {
    auto lockfile = parse_lockfile(with_packages(entry), "lock");
    REQUIRE(lockfile.is_ok());
    return check_lockfile_hosts(lockfile->tree, Options{});
  };
  CHECK(check(R"("node_modules/a":{"resolved":"https://evil.example/a.tgz"})")
            .error()
            .is(Code::ELOCKHOST));
  CHECK(check(R"("node_modules/a":{"resolved":"https://registry.npmjs.org/a.tgz"})").is_ok());
  CHECK(check(R"("node_modules/a":{"resolved":"https://e.example/a.tgz","integrity":"sha512-x"})")
            .is_ok());
  CHECK(check(R"("node_modules/a":{"resolved":"https://registry.npmjs.org.evil.example/a"})")
            .error()
            .is(Code::ELOCKHOST));
}

TEST_CASE("differences between package.json and lockfile are listed one by one") {
  auto lockfile = parse_lockfile(kLock, "lock");
  auto manifest = parse_manifest(
      R"({"dependencies":{"@s/a":"^2.0.0","n":"1"},"devDependencies":{"c":"*"}})", "package.json");
  std::vector<std::string> differences = lock_differences(manifest->meta, {}, lockfile->tree);
  REQUIRE(differences.size() == 4);
  CHECK(differences[0].find("@s/a") != std::string::npos);
  CHECK(differences[1].find("n@1") != std::string::npos);
  CHECK(differences[2].find("b@npm:real@2") != std::string::npos);
  CHECK(differences[3].find("n@1") != std::string::npos);
}

TEST_CASE("a host that is to be replaced is the configured registry's") {
  Options options;
  options.registry = "https://npm.example/mirror/";
  const std::string ours = "https://npm.example/mirror/a/-/a-1.0.0.tgz";
  const std::string theirs = "https://registry.npmjs.org/a/-/a-1.0.0.tgz";
  CHECK(archive_url(theirs, options) == ours);
  CHECK(archive_url(ours, options) == ours);
  CHECK(archive_url("https://other.example/a.tgz", options) == "https://other.example/a.tgz");
  options.replace_registry_host = "never";
  CHECK(archive_url(theirs, options) == theirs);
  options.replace_registry_host = "other.example";
  CHECK(archive_url("https://other.example/a.tgz", options) == "https://npm.example/mirror/a.tgz");
  options.replace_registry_host = "always";
  CHECK(archive_url("http://x.example:8080/a.tgz", options) == "https://npm.example/mirror/a.tgz");
  CHECK(archive_url("file:a.tgz", options) == "file:a.tgz");
  auto lockfile = parse_lockfile(
      with_packages(R"("node_modules/a":{"resolved":"https://registry.npmjs.org/a.tgz"})"), "lock");
  CHECK(check_lockfile_hosts(lockfile->tree, options).is_ok());
  options.replace_registry_host = "never";
  CHECK(check_lockfile_hosts(lockfile->tree, options).error().is(Code::ELOCKHOST));
}

TEST_CASE("a version 1 lockfile does not name what no registry has") {
  auto lockfile = parse_lockfile(
      R"({"lockfileVersion":1,"dependencies":{"g":{"version":"git+https://h.example/g.git#abc"},
         "t":{"version":"https://h.example/t.tgz"},"f":{"version":"file:../f"},
         "b":{"version":"npm:real@1.2.3","bundled":true}}})",
      "lock");
  REQUIRE(lockfile.is_ok());
  CHECK(lockfile->tree.nodes.size() == 2);
  const Node* b = lockfile->tree.find("node_modules/b");
  REQUIRE(b);
  CHECK(b->meta.name == "real");
  CHECK(b->meta.version == "1.2.3");
  CHECK(b->flags.in_bundle);
}

TEST_CASE("a version 1 lockfile gives the same places") {
  auto lockfile = parse_lockfile(
      R"({"lockfileVersion":1,"requires":true,"dependencies":{"a":{"version":"1.0.0","requires":
         {"b":"^1"},"dependencies":{"b":{"version":"1.1.0","dev":true}}}}})",
      "lock");
  REQUIRE(lockfile.is_ok());
  CHECK(lockfile->tree.lockfile_version == 1);
  const Node* b = lockfile->tree.find("node_modules/a/node_modules/b");
  REQUIRE(b);
  CHECK(b->flags.dev);
  CHECK(lockfile->tree.find("node_modules/a")->meta.dependencies.size() == 1);
}
