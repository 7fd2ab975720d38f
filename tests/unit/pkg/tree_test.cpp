#include <doctest.h>

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "pkg/lockfile/package_lock.hpp"
#include "pkg/tree/actual.hpp"
#include "pkg/tree/diff.hpp"

using namespace gyre;
using namespace gyre::pkg;

namespace {

Node package(const std::string& location, const std::string& version) {
  Node node;
  node.location = location;
  node.name = name_of_location(location);
  node.meta.name = node.name;
  node.meta.version = version;
  node.integrity = "sha512-" + node.name + version;
  return node;
}

Tree tree_of(std::initializer_list<Node> nodes) {
  Tree tree;
  tree.root_dir = "/project/app";
  tree.nodes.emplace("", Node{});
  for (const Node& node : nodes) tree.nodes.emplace(node.location, node);
  return tree;
}

std::string text_of(const Plan& plan) {
  std::string out;
  for (const Action& action : plan.actions) {
    if (!out.empty()) out += ' ';
    out += action.kind == ActionKind::kAdd ? '+' : action.kind == ActionKind::kRemove ? '-' : '~';
    out += action.location;
  }
  return out;
}

struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "gyre-test-XXXXXX";
    path = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void package(const std::string& location, const std::string& version) const {
    file(location + "/package.json", R"({"name":")" + std::string(name_of_location(location)) +
                                         R"(","version":")" + version + "\"}");
  }
  void file(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path / name).parent_path());
    std::ofstream(path / name) << text;
  }
};

}  // namespace

TEST_CASE("locations are taken apart") {
  CHECK(name_of_location("node_modules/a/node_modules/@s/b") == "@s/b");
  CHECK(parent_location("node_modules/a/node_modules/@s/b") == "node_modules/a");
  CHECK(parent_location("node_modules/a").empty());
  CHECK(name_of_location("packages/my_node_modules/x").empty());
  CHECK(parent_location("packages/x/node_modules/a") == "packages/x");
}

TEST_CASE("the plan removes from below, then adds from above") {
  Tree actual = tree_of({package("node_modules/a", "1.0.0"), package("node_modules/b", "1.0.0"),
                         package("node_modules/b/node_modules/c", "1.0.0")});
  Tree ideal = tree_of({package("node_modules/a", "2.0.0"), package("node_modules/d", "1.0.0"),
                        package("node_modules/d/node_modules/a", "1.0.0")});
  CHECK(text_of(diff(ideal, actual, Options{})) ==
        "-node_modules/b/node_modules/c -node_modules/b ~node_modules/a +node_modules/d "
        "+node_modules/d/node_modules/a");
  CHECK(diff(ideal, ideal, Options{}).empty());
  CHECK(diff(ideal, ideal, Options{}).unchanged == 3);
}

TEST_CASE("the same version with another hash is replaced") {
  Node other = package("node_modules/a", "1.0.0");
  other.integrity = "sha512-other";
  CHECK(text_of(diff(tree_of({package("node_modules/a", "1.0.0")}), tree_of({other}), {})) ==
        "~node_modules/a");
}

TEST_CASE("packages that came in a tarball are left alone") {
  Node bundler = package("node_modules/b", "1.0.0");
  bundler.meta.bundle_dependencies = {"c"};
  Node bundled = package("node_modules/b/node_modules/c", "1.0.0");
  Tree actual = tree_of({bundler, bundled});
  CHECK(diff(tree_of({bundler}), actual, {}).empty());
  bundled.flags.in_bundle = true;
  CHECK(text_of(diff(tree_of({bundler, bundled}), tree_of({}), {})) == "+node_modules/b");
}

TEST_CASE("what an archive holds beside what it lists is left alone too") {
  Node bundler = package("node_modules/b", "1.0.0");
  bundler.meta.bundle_dependencies = {"c"};
  Node spare = package("node_modules/b/node_modules/spare", "1.0.0");
  spare.flags.extraneous = true;
  CHECK(text_of(diff(tree_of({bundler, spare}), tree_of({}), {})) == "+node_modules/b");
  Node own = package("node_modules/c", "1.0.0");
  own.flags.in_bundle = true;  // the project's own bundle
  CHECK(text_of(diff(tree_of({own}), tree_of({}), {})) == "+node_modules/c");
}

TEST_CASE("an archive's packages are read as npm reads them") {
  Folder folder;
  folder.file("node_modules/a/package.json",
              R"({"name":"a","version":"1.0.0","dev":true,"inBundle":false,"_integrity":"sha512-x",
                  "integrity":"sha512-y","resolved":"http://evil.example/","link":true,
                  "dependencies":{"b":"1","o":"1"},"optionalDependencies":{"o":"1"},
                  "bundledDependencies":true,"scripts":{"install":"x"}})");
  folder.file("node_modules/a/node_modules/b/package.json", R"({"name":"b","version":"1.0.0"})");
  folder.file("node_modules/sparse/readme.md", "no package");
  folder.file("node_modules/broken/package.json", R"({"name":"broken","version":)");
  folder.file("node_modules/two words/package.json", R"({"name":"ok","version":"1.0.0"})");
  folder.file("node_modules/liar/package.json", R"({"name":"../../canary","version":"1.0.0"})");
  auto tree = scan_bundle(folder.path);
  REQUIRE(tree.is_ok());
  REQUIRE(tree->nodes.size() == 2);
  const Node& a = tree->nodes.at("node_modules/a");
  CHECK(a.flags == NodeFlags{});
  CHECK_FALSE(a.is_link);
  CHECK(a.integrity.empty());
  CHECK(a.resolved.empty());
  CHECK(a.meta.has_install_script);
  CHECK(a.meta.dependencies == NamedStrings{{"b", "1"}});
  CHECK(a.meta.bundle_dependencies == std::vector<std::string>{"b", "o"});
  CHECK(tree->find("node_modules/a/node_modules/b") != nullptr);
}

TEST_CASE("an archive's shrinkwrap tells where its packages came from") {
  Folder folder;
  folder.package("node_modules/a", "1.0.0");
  folder.package("node_modules/b", "1.0.0");
  folder.file("npm-shrinkwrap.json", R"({"lockfileVersion":1,"dependencies":{
      "a":{"version":"1.0.0","resolved":"https://r.example/a.tgz","integrity":"sha512-a"},
      "b":{"version":"2.0.0","resolved":"https://r.example/b.tgz","integrity":"sha512-b"}}})");
  auto tree = scan_bundle(folder.path);
  REQUIRE(tree.is_ok());
  CHECK(tree->nodes.at("node_modules/a").integrity == "sha512-a");
  CHECK(tree->nodes.at("node_modules/a").resolved == "https://r.example/a.tgz");
  CHECK(tree->nodes.at("node_modules/b").integrity.empty());  // another version
}

TEST_CASE("a bundled package cannot bring a bin that leaves it") {
  Folder folder;
  folder.file("node_modules/a/package.json",
              R"({"name":"a","version":"1.0.0","bin":{"a":"../../../../canary"}})");
  auto tree = scan_bundle(folder.path);
  REQUIRE_FALSE(tree.is_ok());
  CHECK(tree.error().code() == "EINVALIDBIN");
}

TEST_CASE("the disk is believed through the hidden lockfile only while it is unchanged") {
  Folder folder;
  CHECK(load_actual(folder.path)->nodes.size() == 1);
  folder.package("node_modules/a", "1.0.0");
  folder.package("node_modules/@s/b", "2.0.0");
  folder.package("node_modules/a/node_modules/c", "3.0.0");
  std::filesystem::create_directories(folder.path / "packages/w");
  std::filesystem::create_symlink("../packages/w", folder.path / "node_modules/w");
  Tree scanned = std::move(load_actual(folder.path)).value();
  // The folder that the link leads to is part of the tree.
  CHECK(scanned.nodes.size() == 6);
  CHECK(scanned.find("node_modules/a/node_modules/c")->meta.version == "3.0.0");
  CHECK(scanned.find("node_modules/w")->link_target == "packages/w");

  for (auto& [location, node] : scanned.nodes) {
    if (!location.empty() && !node.is_link) node.integrity = "sha512-x";
  }
  scanned.nodes.insert_or_assign("packages/w", package("packages/w", "1.0.0"));
  std::string hidden = write_hidden_lockfile(scanned, {}, Options{});
  std::filesystem::path file = folder.path / "node_modules/.package-lock.json";
  std::ofstream(file) << hidden;
  CHECK(load_actual(folder.path)->find("node_modules/a")->integrity == "sha512-x");

  // Another package appears: the hidden lockfile no longer holds.
  folder.package("node_modules/z", "1.0.0");
  Tree again = std::move(load_actual(folder.path)).value();
  CHECK(again.find("node_modules/z") != nullptr);
  CHECK(again.find("node_modules/a")->integrity.empty());
  std::filesystem::remove_all(folder.path / "node_modules/z");
  CHECK(load_actual(folder.path)->find("node_modules/a")->integrity == "sha512-x");
  // A folder that was touched later.
  std::filesystem::last_write_time(folder.path / "node_modules/a",
                                   std::filesystem::last_write_time(file) + std::chrono::hours(1));
  CHECK(load_actual(folder.path)->find("node_modules/a")->integrity.empty());
}
