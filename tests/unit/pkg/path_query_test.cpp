#include <doctest.h>

#include "pkg/manifest/fix.hpp"
#include "pkg/manifest/path_query.hpp"
#include "pkg/workspace/select.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre;
using namespace gyre::pkg;

namespace {

std::string keys_of(const char* path) {
  std::string text;
  for (const PathKey& key : parse_path(path))
    text += (text.empty() ? "" : "|") + (key.is_append ? std::string("[]") : key.name);
  return text;
}

std::string get(const char* document, const char* path) {
  auto found = get_path(OrderedJson::parse(document), path);
  if (!found) return found.error().code();
  std::string text;
  for (const auto& [at, value] : *found) text += at + "=" + value.dump() + ";";
  return text;
}

std::string set(const char* document, const char* path, const char* value,
                Overwrite overwrite = Overwrite::kRefuse) {
  OrderedJson json = OrderedJson::parse(document);
  Status status = set_path(json, path, OrderedJson::parse(value), overwrite);
  return status ? json.dump() : status.error().code();
}

}  // namespace

TEST_CASE("paths are names with dots, elements and names in brackets") {
  CHECK(keys_of("scripts.test") == "scripts|test");
  CHECK(keys_of("a[0].b") == "a|0|b");
  CHECK(keys_of("exports[./x.js].import") == "exports|./x.js|import");
  CHECK(keys_of("keywords[]") == "keywords|[]");
  CHECK(keys_of("a[b][c]") == "a|b|c");
}

TEST_CASE("values are read through objects, lists and all elements of a list") {
  const char* document =
      R"({"name":"x","files":["a"],"people":[{"name":"p"},{"name":"q"}],"e":{"a.b":1}})";
  CHECK(get(document, "name") == "name=\"x\";");
  CHECK(get(document, "files") == "files=\"a\";");
  CHECK(get(document, "people[1].name") == "people[1].name=\"q\";");
  CHECK(get(document, "people.name") == "people[0].name=\"p\";people[1].name=\"q\";");
  CHECK(get(document, "e[a.b]") == "e[a.b]=1;");
  CHECK(get(document, "none.x") == "");
  CHECK(get(document, "people[]") == "EUSAGE");
}

TEST_CASE("setting makes what is missing and does not replace what is not asked for") {
  CHECK(set("{}", "a.b.c", "1") == R"({"a":{"b":{"c":1}}})");
  CHECK(set("{}", "a[1]", "\"x\"") == R"({"a":[null,"x"]})");
  CHECK(set(R"({"a":["x"]})", "a[]", "\"y\"") == R"({"a":["x","y"]})");
  CHECK(set(R"({"a":"text"})", "a.b", "1") == "EUSAGE");
  CHECK(set(R"({"a":"text"})", "a.b", "1", Overwrite::kForce) == R"({"a":{"b":1}})");
  CHECK(set(R"({"a":["x"]})", "a.b", "1") == "EUSAGE");
  CHECK(set(R"({"a":{"x":1}})", "a[]", "1") == "EUSAGE");
  CHECK(set("{}", "a[999999999]", "1") == "EUSAGE");
  CHECK(set("{}", "", "1") == "EUSAGE");
}

TEST_CASE("deleting takes members and elements away") {
  OrderedJson json = OrderedJson::parse(R"({"a":{"b":1,"c":2},"l":[1,2,3]})");
  CHECK(delete_path(json, "a.b"));
  CHECK(delete_path(json, "l[0]"));
  CHECK(delete_path(json, "none.x"));
  CHECK(json.dump() == R"({"a":{"c":2},"l":[2,3]})");
}

TEST_CASE("fix corrects what registries would correct") {
  OrderedJson json = OrderedJson::parse(
      R"({"name":" @s/x ","version":"v1.0.0","bin":"./cli.js","repository":"u/r",
          "bundledDependencies":{"a":"1"},"scripts":[],"dependencies":{"a":1,"b":"1"},
          "optionalDependencies":{"b":"1"}})");
  CHECK(fix_manifest(json).size() >= 7);
  CHECK(json["name"] == "@s/x");
  CHECK(json["version"] == "1.0.0");
  CHECK(json["bin"].dump() == R"({"x":"cli.js"})");
  CHECK(json["repository"]["url"] == "git+https://github.com/u/r.git");
  CHECK(json["bundleDependencies"].dump() == R"(["a"])");
  CHECK(!json.contains("scripts"));
  CHECK(json["dependencies"].empty());
  CHECK(fix_manifest(json).empty());
}

TEST_CASE("workspaces are chosen by name, folder and parent folder") {
  test::TempDir dir;
  dir.write("package.json", R"({"name":"root","workspaces":["packages/*"]})");
  dir.write("packages/a/package.json", R"({"name":"@s/a"})");
  dir.write("packages/b/package.json", R"({"name":"b"})");
  auto names = [&dir](WorkspaceChoice choice, const std::string& from) {
    auto chosen = choose_workspaces(dir.path(), from, choice);
    std::string text;
    if (!chosen) return chosen.error().code();
    for (const ChosenPackage& package : *chosen) text += package.manifest.meta.name + " ";
    return text;
  };
  CHECK(names({{"@s/a"}, false, false}, dir.path()) == "@s/a ");
  CHECK(names({{"packages/b"}, false, false}, dir.path()) == "b ");
  CHECK(names({{"."}, false, false}, dir / "packages/b") == "b ");
  CHECK(names({{"packages"}, false, false}, dir.path()) == "@s/a b ");
  CHECK(names({{}, true, true}, dir.path()) == "root @s/a b ");
  CHECK(names({{"none"}, false, false}, dir.path()) == "EUSAGE");
}
