#include <doctest.h>

#include <string>

#include "pkg/import/compare.hpp"
#include "pkg/import/foreign_lock.hpp"

using namespace gyre;
using namespace gyre::pkg;

namespace {

// "name@version" of each package, then "request=version" of each resolution.
std::string summary(const Result<ForeignLock>& lock) {
  if (!lock) return lock.error().code();
  std::string out;
  for (const ForeignPackage& package : lock->packages)
    out += package.name + "@" + package.version + " ";
  for (const auto& [request, version] : lock->resolutions) out += request + "=" + version + " ";
  return out;
}
std::string message_of(const Result<ForeignLock>& lock) {
  return lock ? std::string("no error") : lock.error().message();
}
bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

constexpr const char* kClassic =
    "# yarn lockfile v1\n\n\n"
    "\"@s/a@^1.0.0\", \"@s/a@~1.0\":\n"
    "  version \"1.0.2\"\n"
    "  resolved \"https://registry.example/a.tgz#0f0f\"\n"
    "  integrity sha512-AAAA\n"
    "  dependencies:\n"
    "    b \"^2.0.0\"\n"
    "    \"version\" \"9.9.9\"\n\n"
    "b@^2.0.0, b@2:\n"
    "  version \"2.1.0\"\n\n"
    "\"c@npm:real@1\":\n"
    "  version \"1.1.1\"\n\n"
    "\"g@github:o/r\":\n"
    "  version \"0.0.1\"\n"
    "  resolved \"https://codeload.example/o/r\"\n";

}  // namespace

TEST_CASE("yarn 1: each descriptor of a block is resolved to its version") {
  auto lock = parse_yarn_classic(kClassic, "yarn.lock");
  CHECK(summary(lock) ==
        "@s/a@1.0.2 b@2.1.0 real@1.1.1 @s/a@^1.0.0=1.0.2 @s/a@~1.0=1.0.2 b@2=2.1.0 "
        "b@^2.0.0=2.1.0 c@npm:real@1=1.1.1 ");
  REQUIRE(lock.is_ok());
  CHECK(lock->packages[0].integrity == "sha512-AAAA");
  REQUIRE(lock->unsupported.size() == 1);
  CHECK(has(lock->unsupported[0], "g@github:o/r was https://codeload.example/o/r"));
}

TEST_CASE("yarn 1: line ends of Windows are the same file") {
  std::string text;
  for (const char c : std::string(kClassic))
    text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  CHECK(summary(parse_yarn_classic(text, "yarn.lock")) ==
        summary(parse_yarn_classic(kClassic, "yarn.lock")));
}

TEST_CASE("yarn 1: errors name the line") {
  auto error = [](const std::string& text) {
    return message_of(parse_yarn_classic(text, "yarn.lock"));
  };
  CHECK(has(error(""), "empty (line 1)"));
  CHECK(has(error("a@1:\n  version \"1.0.0\n"), "does not end (line 2)"));
  CHECK(has(error("a@1:\n  version \"1.0.0\"\n\nb@1"), "cut off (line 4)"));
  CHECK(has(error("\n\n  version \"1.0.0\"\n"), "belongs to no package (line 3)"));
  CHECK(has(error("a@1:\n  resolved \"x\"\n\nb@1:\n  version \"1\"\n"), "no version (line 1)"));
  CHECK(has(error("a@1:\n<<<<<<< HEAD\n  version \"1.0.0\"\n"), "merge conflict at line 2"));
  CHECK(summary(parse_yarn_classic("hello", "yarn.lock")) == "ELOCKPARSE");
}

TEST_CASE("yarn berry: npm descriptors become what package.json has") {
  auto lock = parse_foreign_lock(
      "__metadata:\n  version: 8\n\n"
      "\"@s/a@npm:^1.0.0, @s/a@npm:~1.0\":\n  version: 1.0.2\n  resolution: \"@s/a@npm:1.0.2\"\n\n"
      "\"app@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"app@workspace:.\"\n\n"
      "\"c@npm:real@1\":\n  version: 1.1.1\n  resolution: \"real@npm:1.1.1\"\n\n"
      "\"t@patch:t@npm%3A^5#optional!builtin<compat/t>\":\n  version: 5.0.0\n"
      "  resolution: \"t@patch:t@npm%3A5.0.0#optional!builtin<compat/t>::hash=1\"\n\n"
      "\"g@https://example/r.git\":\n  version: 1.0.0\n"
      "  resolution: \"g@https://example/r.git#commit=abc\"\n",
      "/p/yarn.lock");
  CHECK(summary(lock) ==
        "@s/a@1.0.2 real@1.1.1 @s/a@^1.0.0=1.0.2 @s/a@~1.0=1.0.2 c@npm:real@1=1.1.1 ");
  REQUIRE(lock.is_ok());
  CHECK(lock->format == ForeignFormat::kYarnBerry);
  CHECK(lock->unsupported.size() == 1);
}

TEST_CASE("yarn berry: what is missing is an error") {
  CHECK(summary(parse_yarn_berry("a: {resolution: 'a@npm:1.0.0'}", "yarn.lock")) == "ELOCKVERSION");
  auto lock = parse_yarn_berry("__metadata:\n  version: 8\na@npm:1:\n  version: 1.0.0\n", "y");
  CHECK(has(message_of(lock), "has no resolution (line 4)"));
}

TEST_CASE("pnpm: versions 5, 6 and 9 say the same") {
  const std::string wanted = "@s/a@1.0.2 real@1.1.1 @s/a@^1.0.0=1.0.2 c@npm:real@1=1.1.1 ";
  CHECK(summary(parse_pnpm("lockfileVersion: 5.4\n"
                           "specifiers: {'@s/a': ^1.0.0, c: 'npm:real@1'}\n"
                           "dependencies: {'@s/a': 1.0.2_b@2.1.0, c: /real/1.1.1}\n"
                           "packages:\n"
                           "  /@s/a/1.0.2_b@2.1.0: {resolution: {integrity: sha512-AA}}\n"
                           "  /real/1.1.1: {resolution: {integrity: sha512-CC}}\n",
                           "pnpm-lock.yaml")) == wanted);
  CHECK(summary(parse_pnpm("lockfileVersion: '6.0'\n"
                           "dependencies:\n"
                           "  '@s/a': {specifier: ^1.0.0, version: 1.0.2(b@2.1.0)}\n"
                           "  c: {specifier: 'npm:real@1', version: /real@1.1.1}\n"
                           "packages:\n"
                           "  /@s/a@1.0.2(b@2.1.0): {resolution: {integrity: sha512-AA}}\n"
                           "  /real@1.1.1: {resolution: {integrity: sha512-CC}}\n",
                           "pnpm-lock.yaml")) == wanted);
  auto lock = parse_pnpm(
      "lockfileVersion: '9.0'\n"
      "importers:\n"
      "  .:\n"
      "    devDependencies:\n"
      "      '@s/a': {specifier: ^1.0.0, version: 1.0.2(b@2.1.0)}\n"
      "      c: {specifier: 'npm:real@1', version: real@1.1.1}\n"
      "packages:\n"
      "  '@s/a@1.0.2': {resolution: {integrity: sha512-AA}}\n"
      "  real@1.1.1: {resolution: {integrity: sha512-CC}}\n"
      "  g@https://example/abc: {resolution: {tarball: https://example/abc}}\n"
      "  h@git+ssh://example/abc: {resolution: {type: git}}\n",
      "pnpm-lock.yaml");
  CHECK(summary(lock) == wanted);
  REQUIRE(lock.is_ok());
  CHECK(lock->packages[1].integrity == "sha512-CC");
  CHECK(lock->unsupported.size() == 1);
  CHECK(summary(parse_pnpm("lockfileVersion: 7.0\n", "p")) == "ELOCKVERSION");
}

TEST_CASE("pnpm 5: names with underscores are names") {
  auto lock = parse_pnpm(
      "lockfileVersion: 5.4\nspecifiers: {string_decoder: ^1.0.0}\n"
      "dependencies: {string_decoder: 1.3.0_b@2.1.0}\n"
      "packages:\n  /string_decoder/1.3.0_b@2.1.0: {dependencies: {safe_buffer: 5.2.1}}\n"
      "  /safe_buffer/5.2.1: {dev: false}\n",
      "pnpm-lock.yaml");
  CHECK(summary(lock) == "safe_buffer@5.2.1 string_decoder@1.3.0 string_decoder@^1.0.0=1.3.0 ");
  REQUIRE(lock.is_ok());
  CHECK(lock->dependents.at("./").at("string_decoder") == "1.3.0");
  CHECK(lock->dependents.at("string_decoder@1.3.0").at("safe_buffer") == "5.2.1");
}

TEST_CASE("what each dependent had is known where the file says so") {
  auto pnpm = parse_pnpm(
      "lockfileVersion: '9.0'\nimporters:\n"
      "  .: {dependencies: {b: {specifier: ^1.0.0, version: 1.0.0}}}\n"
      "  packages/x: {dependencies: {b: {specifier: ^1.0.0, version: 1.1.0}}}\n"
      "packages: {b@1.0.0: {}, b@1.1.0: {}, a@1.0.0: {}}\n"
      "snapshots:\n"
      "  a@1.0.0(c@1.0.0): {dependencies: {b: 1.0.0, c: 1.0.0}}\n"
      "  a@1.0.0(c@2.0.0): {dependencies: {b: 1.0.0, c: 2.0.0}}\n",
      "pnpm-lock.yaml");
  REQUIRE(pnpm.is_ok());
  CHECK(pnpm->dependents.at("./").at("b") == "1.0.0");
  CHECK(pnpm->dependents.at("./packages/x").at("b") == "1.1.0");
  CHECK(pnpm->dependents.at("a@1.0.0").at("b") == "1.0.0");
  CHECK(pnpm->dependents.at("a@1.0.0").at("c").empty());
  auto bun = parse_bun(
      "{\"lockfileVersion\": 1, \"workspaces\": {\"\": {\"dependencies\": {\"b\": \"1\"}},"
      "\"packages/x\": {\"name\": \"@s/x\", \"dependencies\": {\"b\": \"1\"}}},"
      "\"packages\": {\"b\": [\"b@1.0.0\", \"\", {}], \"@s/x/b\": [\"b@1.1.0\", \"\", {}],"
      "\"@s/x/@t/a\": [\"@t/a@1.0.0\", \"\", {\"dependencies\": {\"b\": \"1\"}}],"
      "\"a\": [\"a@1.0.0\", \"\", {\"dependencies\": {\"b\": \"1\"}}]}}",
      "bun.lock");
  REQUIRE(bun.is_ok());
  CHECK(bun->dependents.at("./").at("b") == "1.0.0");
  CHECK(bun->dependents.at("./packages/x").at("b") == "1.1.0");
  CHECK(bun->dependents.at("@t/a@1.0.0").at("b") == "1.1.0");
  CHECK(bun->dependents.at("a@1.0.0").at("b") == "1.0.0");
}

TEST_CASE("repositories stay at their commits") {
  const std::string commit = "af06f47b512e316aa0be69d14710bd5055df9a73";
  const std::string expected = "g@git+ssh://h/r.git#main=#" + commit + " ";
  CHECK(summary(parse_yarn_classic("\"g@git+ssh://h/r.git#main\":\n  version \"1.0.0\"\n"
                                   "  resolved \"git+ssh://h/r.git#" +
                                       commit + "\"\n",
                                   "yarn.lock")) == expected);
  CHECK(summary(parse_yarn_berry("__metadata: {version: 8}\n\"g@git+ssh://h/r.git#main\":\n"
                                 "  version: 1.0.0\n"
                                 "  resolution: \"g@git+ssh://h/r.git#commit=" +
                                     commit + "\"\n",
                                 "yarn.lock")) == expected);
  for (const std::string& version : {"git+ssh://h/r.git#" + commit, "h/r/" + commit}) {
    auto lock = parse_pnpm(
        "lockfileVersion: '9.0'\nimporters:\n  .: {dependencies: {g: {specifier: "
        "'git+ssh://h/r.git#main', version: '" +
            version +
            "'}}}\n"
            "packages: {'g@" +
            version + "': {version: 1.0.0}}\n",
        "pnpm-lock.yaml");
    CHECK(summary(lock) == expected);
    REQUIRE(lock.is_ok());
    CHECK(lock->unsupported.empty());
  }
}

TEST_CASE("yaml: what can grow in memory is refused") {
  auto error = [](const std::string& text) { return message_of(parse_pnpm(text, "p.yaml")); };
  CHECK(has(error("a: &x [1]\nb: [*x, *x]\n"), "aliases and tags are not allowed at line 1"));
  CHECK(has(error("a: !!binary aGk=\n"), "not allowed at line 1"));
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "[";
  CHECK(summary(parse_pnpm(deep, "p.yaml")) == "ELOCKPARSE");
  CHECK(has(error("a:\n  - b\n c: d\n"), "line 3"));
  CHECK(has(error("[a]: b\n"), "a key is not text"));
  CHECK(summary(parse_pnpm("? [x]\n: y\n", "p.yaml")) == "ELOCKPARSE");
}

TEST_CASE("bun: comments and trailing commas are no obstacle") {
  auto lock = parse_bun(
      "{\n  \"lockfileVersion\": 1, // text\n  \"packages\": {\n"
      "    \"@s/a\": [\"@s/a@1.0.2\", \"\", {}, \"sha512-AA\",],\n"
      "    \"own\": [\"own@workspace:packages/own\"],\n"
      "    \"g\": [\"g@github:o/r#abc\", {}, \"o-r-abc\"], /* last, */\n  },\n}\n",
      "bun.lock");
  CHECK(summary(lock) == "@s/a@1.0.2 ");
  REQUIRE(lock.is_ok());
  CHECK(lock->packages[0].integrity == "sha512-AA");
  CHECK(lock->unsupported.size() == 1);
  CHECK(has(message_of(parse_bun("{\n\"a\": \"x,}\"\n", "bun.lock")), "line"));
  CHECK(summary(parse_bun("{\"lockfileVersion\": 7}", "bun.lock")) == "ELOCKVERSION");
}

TEST_CASE("an import says what it could not keep") {
  ForeignLock lock;
  lock.packages = {{"a", "1.0.0", "sha512-AA"},
                   {"b", "1.0.0", ""},
                   {"c", "1.0.0", ""},
                   {"node-gyp", "1.0.0", "", true}};
  Tree tree;
  auto add = [&tree](const std::string& name, const std::string& version,
                     const std::string& integrity) {
    Node node;
    node.location = "node_modules/" + name;
    node.name = node.meta.name = name;
    node.meta.version = version;
    node.integrity = integrity;
    tree.nodes.emplace(node.location, node);
  };
  add("a", "1.0.0", "sha512-AA");
  add("b", "1.1.0", "");
  add("d", "1.0.0", "");
  auto differences = import_differences(lock, tree);
  REQUIRE(differences.is_ok());
  REQUIRE(differences->size() == 4);
  CHECK((*differences)[0] == "b@1.0.0 is not kept: every use takes 1.1.0");
  CHECK((*differences)[1] == "b@1.1.0 takes the place of 1.0.0");
  CHECK((*differences)[2] == "c@1.0.0 is not kept: nothing needs it");
  CHECK((*differences)[3] == "d@1.0.0 is new");
  add("c", "1.0.0", "");
  tree.nodes["node_modules/a"].integrity = "sha512-BB";
  auto changed = import_differences(lock, tree);
  REQUIRE_FALSE(changed.is_ok());
  CHECK(changed.error().code() == "EINTEGRITY");
}
