#include <doctest.h>

#include "pkg/files.hpp"
#include "pkg/link/isolated.hpp"
#include "pkg/link/plan.hpp"
#include "pkg/tree/actual.hpp"
#include "pkg/tree/diff.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::TempDir;

namespace {

struct Depends {
  NamedStrings on, peers;
};

void add(Tree& tree, const std::string& location, const std::string& version,
         const Depends& depends = {}) {
  Node node;
  node.location = location;
  node.name = node.meta.name = name_of_location(location);
  node.meta.version = version;
  node.meta.dependencies = depends.on;
  node.meta.peer_dependencies = depends.peers;
  tree.nodes[location] = node;
}

void add_root(Tree& tree, const NamedStrings& dependencies) {
  Node root;
  root.meta.name = "app";
  root.meta.dependencies = dependencies;
  tree.nodes[""] = root;
}

std::string target_of(const IsolatedLayout& layout, const std::string& location) {
  const Node* node = layout.tree.find(location);
  return node && node->is_link ? node->link_target : "(no link)";
}

}  // namespace

TEST_CASE("packages lie apart and only direct dependencies are at the top") {
  Tree tree;
  add_root(tree, {{"a", "1"}, {"@s/b", "1"}});
  add(tree, "node_modules/a", "1.0.0", {{{"c", "1"}}, {}});
  add(tree, "node_modules/@s/b", "2.0.0");
  add(tree, "node_modules/c", "3.0.0");
  const IsolatedLayout layout = isolate(tree, Options{});
  const std::string home = "node_modules/.gyre/a@1.0.0/node_modules";
  CHECK(target_of(layout, "node_modules/a") == home + "/a");
  CHECK(target_of(layout, "node_modules/@s/b") ==
        "node_modules/.gyre/@s+b@2.0.0/node_modules/@s/b");
  CHECK(target_of(layout, home + "/c") == "node_modules/.gyre/c@3.0.0/node_modules/c");
  CHECK(layout.tree.find("node_modules/c") == nullptr);
  CHECK(layout.origins.at(home + "/a") == "node_modules/a");
}

TEST_CASE("each version is seen by those that want it, cycles included") {
  Tree tree;
  add_root(tree, {{"a", "1"}, {"c", "2"}});
  add(tree, "node_modules/a", "1.0.0", {{{"c", "1"}}, {}});
  add(tree, "node_modules/a/node_modules/c", "1.0.0", {{{"a", "1"}}, {}});
  add(tree, "node_modules/c", "2.0.0");
  const IsolatedLayout layout = isolate(tree, Options{});
  CHECK(target_of(layout, "node_modules/.gyre/a@1.0.0/node_modules/c") ==
        "node_modules/.gyre/c@1.0.0/node_modules/c");
  CHECK(target_of(layout, "node_modules/.gyre/c@1.0.0/node_modules/a") ==
        "node_modules/.gyre/a@1.0.0/node_modules/a");
  CHECK(target_of(layout, "node_modules/c") == "node_modules/.gyre/c@2.0.0/node_modules/c");
}

TEST_CASE("a package that sees different peers in two places has two folders") {
  Tree tree;
  add_root(tree, {{"x", "1"}, {"y", "1"}, {"p", "1"}});
  add(tree, "node_modules/p", "1.0.0");
  add(tree, "node_modules/x", "1.0.0", {{{"plugin", "1"}}, {}});
  add(tree, "node_modules/plugin", "1.0.0", {{}, {{"p", "*"}}});
  add(tree, "node_modules/y", "1.0.0", {{{"plugin", "1"}, {"p", "2"}}, {}});
  add(tree, "node_modules/y/node_modules/p", "2.0.0");
  add(tree, "node_modules/y/node_modules/plugin", "1.0.0", {{}, {{"p", "*"}}});
  const IsolatedLayout layout = isolate(tree, Options{});
  const std::string one = target_of(layout, "node_modules/.gyre/x@1.0.0/node_modules/plugin");
  const std::string two = target_of(layout, "node_modules/.gyre/y@1.0.0/node_modules/plugin");
  CHECK(one != two);
  CHECK(one.starts_with("node_modules/.gyre/plugin@1.0.0_"));
  auto peer_of = [&](const std::string& plugin) {
    return target_of(layout, plugin.substr(0, plugin.rfind('/')) + "/p");
  };
  CHECK(peer_of(one) == "node_modules/.gyre/p@1.0.0/node_modules/p");
  CHECK(peer_of(two) == "node_modules/.gyre/p@2.0.0/node_modules/p");
}

TEST_CASE("workspaces get links of their own, and to each other") {
  Tree tree;
  add_root(tree, {{"w", "*"}});
  Node link;
  link.location = "node_modules/w";
  link.name = link.meta.name = "w";
  link.is_link = true;
  link.link_target = "packages/w";
  tree.nodes[link.location] = link;
  add(tree, "packages/w", "1.0.0", {{{"a", "1"}}, {}});
  tree.nodes["packages/w"].meta.name = "w";
  add(tree, "node_modules/a", "1.0.0");
  const IsolatedLayout layout = isolate(tree, Options{});
  CHECK(target_of(layout, "node_modules/w") == "packages/w");
  CHECK(target_of(layout, "packages/w/node_modules/a") ==
        "node_modules/.gyre/a@1.0.0/node_modules/a");
  CHECK(layout.tree.find("node_modules/a") == nullptr);
}

TEST_CASE("what is left out of the tree is not linked to") {
  Tree tree;
  add_root(tree, {{"a", "1"}});
  add(tree, "node_modules/a", "1.0.0", {{{"other-os", "1"}}, {}});
  add(tree, "node_modules/other-os", "1.0.0");
  tree.nodes["node_modules/other-os"].is_inert = true;
  const IsolatedLayout layout = isolate(tree, Options{});
  CHECK(layout.tree.nodes.size() == 3);  // the root, a, the link to a
}

TEST_CASE("an isolated tree is read back from disk") {
  TempDir dir;
  dir.write("node_modules/.gyre/a@1.0.0/node_modules/a/package.json",
            R"({"name":"a","version":"1.0.0"})");
  std::filesystem::create_directory_symlink(".gyre/a@1.0.0/node_modules/a", dir / "node_modules/a");
  Tree tree;
  add_root(tree, {{"a", "1"}});
  add(tree, "node_modules/a", "1.0.0");
  const IsolatedLayout layout = isolate(tree, Options{});
  auto actual = load_actual(dir.path());
  REQUIRE(actual);
  CHECK(diff(layout.tree, *actual, Options{}).empty());
  // From there to the hoisted layout: the link makes way for the package.
  const Plan back = diff(tree, *actual, Options{});
  REQUIRE(back.actions.size() == 2);
  CHECK(back.actions[0].kind == ActionKind::kRemove);
  CHECK(back.actions[1].kind == ActionKind::kReplace);
}
