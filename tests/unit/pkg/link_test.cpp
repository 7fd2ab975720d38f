#include <doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pkg/files.hpp"
#include "pkg/link/apply.hpp"
#include "pkg/link/mode.hpp"
#include "pkg/link/plan.hpp"
#include "pkg/link/stage.hpp"
#include "tests/support/tar_builder.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::TarBuilder;
using gyre::test::TempDir;

namespace {

Node package_at(const std::string& location, const std::string& name) {
  Node node;
  node.location = location;
  node.name = node.meta.name = name;
  node.meta.version = "1.0.0";
  return node;
}

Tree tree_of(const std::vector<Node>& nodes) {
  Tree tree;
  tree.nodes[""] = Node{};
  for (const Node& node : nodes) tree.nodes[node.location] = node;
  return tree;
}

Action action(ActionKind kind, const Tree& ideal, const Tree& actual, const std::string& location) {
  return {kind, location, ideal.find(location), actual.find(location)};
}

}  // namespace

TEST_CASE("new packages nested in a new package belong to its unit") {
  const Tree ideal =
      tree_of({package_at("node_modules/a", "a"), package_at("node_modules/a/node_modules/b", "b"),
               package_at("node_modules/c", "c")});
  const Tree actual = tree_of({});
  Plan diff;
  for (const char* location :
       {"node_modules/a", "node_modules/a/node_modules/b", "node_modules/c"}) {
    diff.actions.push_back(action(ActionKind::kAdd, ideal, actual, location));
  }
  const LinkPlan plan = make_link_plan(diff, ideal, actual);
  CHECK(plan.units.size() == 2);
  REQUIRE(plan.packages.size() == 3);
  CHECK(plan.packages[1].unit == 0);
  CHECK(plan.packages[1].below == "/node_modules/b");
}

TEST_CASE("a link leads to its folder, inside the project or outside") {
  const auto text_for = [](const std::string& location, const std::string& target) {
    Node link;
    link.location = location;
    link.is_link = true;
    link.link_target = target;
    const Tree ideal = tree_of({link});
    const Tree actual = tree_of({});
    Plan diff;
    diff.actions.push_back(action(ActionKind::kAdd, ideal, actual, location));
    return make_link_plan(diff, ideal, actual).units.at(0).symlink;
  };
  CHECK(text_for("node_modules/a", "packages/a") == "../packages/a");
  CHECK(text_for("node_modules/@s/a", "packages/a") == "../../packages/a");
  CHECK(text_for("node_modules/a", "../a") == "../../a");
  CHECK(text_for("node_modules/@s/a", "../../x/a") == "../../../../x/a");
  CHECK(text_for("node_modules/a", "/opt/a") == "/opt/a");
}

TEST_CASE("unchanged packages below a replaced one are kept") {
  const Tree both =
      tree_of({package_at("node_modules/a", "a"), package_at("node_modules/a/node_modules/b", "b"),
               package_at("node_modules/a/node_modules/b/node_modules/c", "c")});
  Plan diff;
  diff.actions.push_back(action(ActionKind::kReplace, both, both, "node_modules/a"));
  const LinkPlan plan = make_link_plan(diff, both, both);
  REQUIRE(plan.units.size() == 1);
  CHECK(plan.units[0].kept == std::vector<std::string>{"node_modules/a/node_modules/b"});
}

TEST_CASE("replacing swaps the folder, keeps what is nested, and can be undone") {
  TempDir dir;
  dir.write("node_modules/a/old.js", "old");
  dir.write("node_modules/a/node_modules/b/package.json", "{}");
  LinkPlan plan;
  plan.units.push_back({"node_modules/a", true, false, "", {"node_modules/a/node_modules/b"}});
  const std::string stage = dir / "node_modules/.gyre-1";
  {
    Applier applier(dir.path(), stage);
    REQUIRE(make_directories(applier.stage_of(plan.units[0], 0)));
    REQUIRE(write_file_atomically(applier.stage_of(plan.units[0], 0) + "/new.js", "new"));
    REQUIRE(applier.apply(plan));
    CHECK(dir.read("node_modules/a/new.js") == "new");
    CHECK(!path_exists(dir / "node_modules/a/old.js"));
    CHECK(dir.read("node_modules/a/node_modules/b/package.json") == "{}");
  }
  // The applier went without finish(): everything is back.
  CHECK(dir.read("node_modules/a/old.js") == "old");
  CHECK(!path_exists(dir / "node_modules/a/new.js"));
  CHECK(dir.read("node_modules/a/node_modules/b/package.json") == "{}");
}

TEST_CASE("a unit that cannot be placed undoes those before it") {
  TempDir dir;
  dir.write("node_modules/b", "a file where a scope folder should be");
  LinkPlan plan;
  plan.units.push_back({"node_modules/a", false, false, "", {}});
  plan.units.push_back({"node_modules/b/c", false, false, "", {}});
  Applier applier(dir.path(), dir / "node_modules/.gyre-1");
  REQUIRE(make_directories(applier.stage_of(plan.units[0], 0)));
  REQUIRE(make_directories(applier.stage_of(plan.units[1], 1)));
  CHECK(!applier.apply(plan));
  CHECK(!path_exists(dir / "node_modules/a"));
}

TEST_CASE("a first node_modules comes in whole and goes again when undone") {
  TempDir dir;
  LinkPlan plan;
  plan.units.push_back({"node_modules/a", false, false, "", {}});
  plan.units.push_back({"node_modules/@s/b", false, false, "../../packages/b", {}});
  plan.units.push_back({"packages/b/node_modules/c", false, false, "", {}});
  {
    Applier applier(dir.path(), dir / ".gyre-1");
    applier.stage_whole_folder();
    for (const size_t i : {0, 2}) {
      REQUIRE(make_directories(applier.stage_of(plan.units[i], i)));
      REQUIRE(write_file_atomically(applier.stage_of(plan.units[i], i) + "/x.js", "x"));
    }
    CHECK(!path_exists(dir / "node_modules"));
    REQUIRE(applier.apply(plan));
    CHECK(dir.read("node_modules/a/x.js") == "x");
    CHECK(path_exists(dir / "node_modules/@s/b"));
    CHECK(dir.read("packages/b/node_modules/c/x.js") == "x");
  }
  CHECK(!path_exists(dir / "node_modules"));
  CHECK(!path_exists(dir / "packages/b/node_modules/c"));
}

TEST_CASE("commands are linked, made executable, and dropped with their package") {
  TempDir dir;
  dir.write("node_modules/a/cli.js", "#!/usr/bin/env node\n");
  Applier applier(dir.path(), dir / "node_modules/.gyre-1");
  REQUIRE(applier.link_bins({{"node_modules/.bin", "a", "../a/cli.js"}}));
  applier.finish();
  struct stat info {};
  REQUIRE(::stat((dir / "node_modules/.bin/a").c_str(), &info) == 0);
  CHECK((info.st_mode & 0111) == 0111);
  REQUIRE(remove_tree(dir / "node_modules/a"));
  REQUIRE(applier.link_bins({}));
  CHECK(!path_exists(dir / "node_modules/.bin/a"));
  applier.finish();
}

TEST_CASE("of two packages with one command the first by location has it") {
  Node first = package_at("node_modules/a", "a");
  first.meta.bins = {{"tool", "one.js"}};
  Node second = package_at("node_modules/b", "b");
  second.meta.bins = {{"tool", "two.js"}};
  const auto links = wanted_bins(tree_of({first, second}), Options{});
  REQUIRE(links.size() == 1);
  CHECK(links[0].target == "../a/one.js");
}

TEST_CASE("commands of bundled packages are linked where the bundle can use them") {
  Node bundled = package_at("node_modules/a/node_modules/b", "b");
  bundled.meta.bins = {{"tool", "cli.js"}};
  bundled.flags.in_bundle = true;
  const auto links = wanted_bins(tree_of({package_at("node_modules/a", "a"), bundled}), Options{});
  REQUIRE(links.size() == 1);
  CHECK(links[0].folder == "node_modules/a/node_modules/.bin");
  CHECK(links[0].target == "../b/cli.js");
}

TEST_CASE("packages are staged by each link mode with the same result") {
  TempDir dir;
  Store store(dir / "store");
  const std::string archive =
      TarBuilder().manifest("ok", "1.0.0").file("package/lib/deep/x.js", "x", 0755).tgz();
  auto entry = store.add(hash_of(HashAlgorithm::kSha512, as_bytes(archive)), as_bytes(archive), {});
  REQUIRE(entry);
  for (const LinkMode mode : {LinkMode::kAuto, LinkMode::kHardlink, LinkMode::kCopy}) {
    LinkModes modes(mode);
    const std::string target = dir / ("out" + std::to_string(static_cast<int>(mode)));
    REQUIRE(stage_package(*entry, target, modes));
    CHECK(read_file(target + "/lib/deep/x.js").value() == "x");
    struct stat info {};
    REQUIRE(::stat((target + "/lib/deep/x.js").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0755);
    CHECK((info.st_nlink > 1) == (modes.proven() == LinkMode::kHardlink));
  }
}

TEST_CASE("a store on another file system is copied from") {
  if (!path_exists("/dev/shm")) return;
  TempDir dir;
  const std::string store_dir = "/dev/shm/gyre-test-" + std::to_string(::getpid());
  Store store(store_dir);
  const std::string archive = TarBuilder().manifest("ok", "1.0.0").tgz();
  auto entry = store.add(hash_of(HashAlgorithm::kSha512, as_bytes(archive)), as_bytes(archive), {});
  REQUIRE(entry);
  LinkModes modes(LinkMode::kAuto);
  CHECK(stage_package(*entry, dir / "out", modes));
  CHECK(path_exists(dir / "out/package.json"));
  CHECK(remove_tree(store_dir));
}
