#include <doctest.h>

#include "pkg/files.hpp"
#include "pkg/replay.hpp"
#include "pkg/settled.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::TempDir;

namespace {

Options options_in(const TempDir& dir) {
  Options options;
  options.project_dir = dir / "project";
  options.cache_dir = dir / "cache";
  options.settings_hash = 7;
  return options;
}

Project project_in(const TempDir& dir, const std::string& manifest) {
  Project project;
  project.dir = dir / "project";
  project.lockfile_path = project.dir + "/package-lock.json";
  project.manifest = parse_manifest(manifest, "package.json").value();
  return project;
}

Tree tree_at(const TempDir& dir, const std::vector<std::string>& locations) {
  Tree tree;
  tree.nodes[""] = Node{};
  for (const std::string& location : locations) {
    dir.write("project/" + location + "/package.json", "{}");
    Node node;
    node.location = location;
    tree.nodes[location] = node;
  }
  return tree;
}

}  // namespace

TEST_CASE("the key tells apart manifests, lockfiles and settings") {
  TempDir dir;
  Options options = options_in(dir);
  const Project project = project_in(dir, R"({"dependencies":{"a":"1"}})");
  const std::string key = settled_key(options, project, "lock");
  CHECK(!key.empty());
  CHECK(key == settled_key(options, project, "lock"));
  CHECK(key != settled_key(options, project, "lock2"));
  CHECK(key != settled_key(options, project_in(dir, R"({"dependencies":{"a":"2"}})"), "lock"));
  Options isolated = options;
  isolated.node_linker = NodeLinker::kIsolated;
  CHECK(key != settled_key(isolated, project, "lock"));
  Options other = options;
  other.settings_hash = 8;
  CHECK(key != settled_key(other, project, "lock"));
  other.settings_hash = 0;
  CHECK(settled_key(other, project, "lock").empty());
}

TEST_CASE("what is remembered comes back, damage is as good as nothing") {
  TempDir dir;
  const Options options = options_in(dir);
  CHECK(!find_settled(options, "k"));
  store_settled(options, "k", {3, {"node_modules/a"}, {"node_modules/b", "node_modules/c"}});
  const auto settled = find_settled(options, "k");
  REQUIRE(settled);
  CHECK(settled->packages == 3);
  CHECK(settled->indirect.size() == 2);
  const Tree tree = settled->apply_to(tree_at(dir, {"node_modules/a", "node_modules/b"}));
  CHECK(tree.find("node_modules/a")->is_inert);
  CHECK(!tree.find("node_modules/b")->is_registry);
  const std::string text = dir.read("cache/settled/k");
  dir.write("cache/settled/k", text.substr(0, text.size() - 3));
  CHECK(!find_settled(options, "k"));
}

TEST_CASE("a remembered hidden lockfile comes back whole or not at all") {
  TempDir dir;
  const Options options = options_in(dir);
  CHECK(!find_hidden_text(options, "k"));
  const std::string hidden = "{\n  \"packages\": {}\n}\n";
  store_hidden_text(options, "k", hidden);
  CHECK(find_hidden_text(options, "k") == hidden);
  std::string text = dir.read("cache/settled/k-hidden");
  dir.write("cache/settled/k-hidden", text.substr(0, text.size() - 1));
  CHECK(!find_hidden_text(options, "k"));
  text[text.size() - 5] ^= 1;
  dir.write("cache/settled/k-hidden", text);
  CHECK(!find_hidden_text(options, "k"));
}

TEST_CASE("every change of a folder is noticed") {
  TempDir dir;
  const Options options = options_in(dir);
  const Tree tree =
      tree_at(dir, {"node_modules/a", "node_modules/@s/b", "node_modules/a/node_modules/c"});
  store_folders(options, "k", tree);
  CHECK(are_folders_untouched(options, "k"));
  CHECK(!are_folders_untouched(options, "other"));
  SUBCASE("a package is removed") { CHECK(remove_tree(dir / "project/node_modules/@s/b")); }
  SUBCASE("a package loses a file") {
    CHECK(remove_tree(dir / "project/node_modules/a/package.json"));
  }
  SUBCASE("a package comes") { dir.write("project/node_modules/d/package.json", "{}"); }
  SUBCASE("a nested package comes") {
    dir.write("project/node_modules/a/node_modules/d/package.json", "{}");
  }
  SUBCASE("all is removed") { CHECK(remove_tree(dir / "project/node_modules")); }
  CHECK(!are_folders_untouched(options, "k"));
}

TEST_CASE("trees with linked folders or archives in files are not settled") {
  TempDir dir;
  Tree tree = tree_at(dir, {"node_modules/a"});
  CHECK(may_settle(tree));
  SUBCASE("an archive") { tree.nodes["node_modules/a"].resolved = "file:a.tgz"; }
  SUBCASE("a link") { tree.nodes["node_modules/a"].is_link = true; }
  CHECK(!may_settle(tree));
}

TEST_CASE("a tree whose archives bring packages with unmet needs is not settled") {
  TempDir dir;
  Tree tree = tree_at(dir, {"node_modules/a", "node_modules/b"});
  Node& came_along = tree.nodes["node_modules/a"];
  came_along.flags.in_bundle = true;
  tree.nodes["node_modules/b"].meta.version = "2.1.0";
  came_along.meta.dependencies = {{"b", "^2.0.0"}};
  CHECK(may_settle(tree));
  SUBCASE("another version") { came_along.meta.dependencies = {{"b", "^1.0.0"}}; }
  SUBCASE("not there") { came_along.meta.dependencies = {{"c", "*"}}; }
  CHECK(!may_settle(tree));
}

TEST_CASE("remembered links come back whole or not at all") {
  TempDir dir;
  const Options options = options_in(dir);
  CHECK(!find_replay(options, "k"));
  Replay replay;
  replay.packages = {{"node_modules/a", "a", "1.0.0", "/v1/sha512/ab/cd"},
                     {"node_modules/a/node_modules/@s/b", "@s/b", "2.0.0", "/v1/sha1/00/11"}};
  replay.bins = {{"node_modules/.bin", "a", "../a/cli.js"}};
  replay.blocked = {{"a", "1.0.0", "node_modules/a", {"install", "postinstall"}}};
  store_replay(options, "k", replay);
  const auto found = find_replay(options, "k");
  REQUIRE(found);
  REQUIRE(found->packages.size() == 2);
  CHECK(found->packages[1].location == "node_modules/a/node_modules/@s/b");
  CHECK(found->packages[1].place == "/v1/sha1/00/11");
  CHECK(found->bins == replay.bins);
  REQUIRE(found->blocked.size() == 1);
  CHECK(found->blocked[0].events == replay.blocked[0].events);
  std::string text = dir.read("cache/settled/k-links");
  dir.write("cache/settled/k-links", text.substr(0, text.size() - 1));
  CHECK(!find_replay(options, "k"));
  text[text.size() - 4] ^= 1;
  dir.write("cache/settled/k-links", text);
  CHECK(!find_replay(options, "k"));
}

TEST_CASE("remembered links stay within the project and the store") {
  TempDir dir;
  const Options options = options_in(dir);
  Replay replay;
  SUBCASE("location") { replay.packages = {{"node_modules/../../x", "x", "1.0.0", "/v1/a"}}; }
  SUBCASE("absolute") { replay.packages = {{"/node_modules/x", "x", "1.0.0", "/v1/a"}}; }
  SUBCASE("place") { replay.packages = {{"node_modules/x", "x", "1.0.0", "/v1/../../etc"}}; }
  store_replay(options, "k", replay);
  CHECK(!find_replay(options, "k"));
}
