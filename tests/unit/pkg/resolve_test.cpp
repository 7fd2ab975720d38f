#include <doctest.h>

#include <algorithm>
#include <string>

#include "pkg/lockfile/package_lock.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/tree/diff.hpp"
#include "tests/support/fake_registry.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::FakeRegistry;
using gyre::test::layout;
using gyre::test::resolve;
using gyre::test::Run;

TEST_CASE("dependencies are hoisted, and nested where versions clash") {
  FakeRegistry registry;
  registry.add("a", "1.0.0", R"({"dependencies":{"c":"^1"}})");
  registry.add("b", "1.0.0", R"({"dependencies":{"c":"^2"}})");
  registry.add("c", "1.1.0");
  registry.add("c", "2.0.0");
  CHECK(resolve(R"({"dependencies":{"a":"1","b":"1"}})", registry) ==
        "node_modules/a=1.0.0 node_modules/b=1.0.0 node_modules/b/node_modules/c=2.0.0 "
        "node_modules/c=1.1.0");
}

TEST_CASE("the latest tag is preferred, deprecated versions are avoided") {
  FakeRegistry registry;
  registry.add("a", "1.0.0");
  registry.add("a", "1.2.0");
  registry.add("a", "1.3.0", R"({"deprecated":"broken"})");
  registry.tag("a", "latest", "1.0.0");
  CHECK(resolve(R"({"dependencies":{"a":"^1"}})", registry) == "node_modules/a=1.0.0");
  CHECK(resolve(R"({"dependencies":{"a":"^1.1"}})", registry) == "node_modules/a=1.2.0");
  CHECK(resolve(R"({"dependencies":{"a":"1.3"}})", registry) == "node_modules/a=1.3.0");
}

TEST_CASE("what only a peer's wide range would pick is not fetched ahead") {
  FakeRegistry registry;
  registry.add("extra", "1.0.0");
  registry.add("lint", "1.0.0");
  registry.add("lint", "2.0.0", R"({"dependencies":{"extra":"1"}})");
  registry.add("plugin", "1.0.0", R"({"peerDependencies":{"lint":">=1"}})");
  Run run(R"({"dependencies":{"lint":"^1","plugin":"1"}})");
  CHECK(layout(run.resolve(registry)) == "node_modules/lint=1.0.0 node_modules/plugin=1.0.0");
  std::sort(run.picked.begin(), run.picked.end());
  CHECK(run.picked == std::vector<std::string>{"lint@1.0.0", "plugin@1.0.0"});
  CHECK(run.requests == 2);
  // Where nobody else asks for it, the peer is fetched, with all it needs.
  Run alone(R"({"dependencies":{"plugin":"1"}})");
  CHECK(alone.resolve(registry).is_ok());
  std::sort(alone.picked.begin(), alone.picked.end());
  CHECK(alone.picked == std::vector<std::string>{"extra@1.0.0", "lint@2.0.0", "plugin@1.0.0"});
}

TEST_CASE("the order of replies changes nothing") {
  FakeRegistry registry;
  for (int i = 0; i < 12; ++i) {
    std::string next = "p" + std::to_string((i * 5 + 1) % 12), other = "p" + std::to_string(i / 2);
    for (int v = 1; v <= 3; ++v)
      registry.add("p" + std::to_string(i), std::to_string(v) + ".0.0",
                   R"({"dependencies":{")" + next + R"(":"^)" + std::to_string(v % 3 + 1) +
                       R"(","shared":">=)" + std::to_string(v) + R"("},"peerDependencies":{")" +
                       other + R"(":"*"}})");
    registry.add("shared", std::to_string(i + 1) + ".0.0");
  }
  std::string manifest = R"({"name":"x","dependencies":{"p1":"^1","p7":"^2","p3":"*"}})";
  Run first(manifest);
  Result<Tree> expected = first.resolve(registry);
  REQUIRE(expected.is_ok());
  std::string lock = write_lockfile(*expected, {}, first.options);
  for (unsigned seed = 1; seed <= 10; ++seed) {
    Run run(manifest);
    run.shuffle_seed = seed;
    Result<Tree> tree = run.resolve(registry);
    REQUIRE(tree.is_ok());
    CHECK(write_lockfile(*tree, {}, run.options) == lock);
  }
  // From its own lockfile the same tree comes without a single request.
  auto read = parse_lockfile(lock, "package-lock.json");
  REQUIRE(read.is_ok());
  Run again(manifest);
  again.request.locked = read->tree;
  Result<Tree> tree = again.resolve(registry);
  REQUIRE(tree.is_ok());
  CHECK(again.requests == 0);
  CHECK(write_lockfile(*tree, {}, again.options) == lock);
  CHECK(diff(*tree, *expected, again.options).empty());
}

TEST_CASE("a locked version stays while it satisfies, and is exchanged when it does not") {
  FakeRegistry registry;
  registry.add("a", "1.0.0");
  Run first(R"({"name":"x","dependencies":{"a":"^1"}})");
  Tree locked = std::move(first.resolve(registry)).value();
  locked.from_disk = true;
  registry.add("a", "1.5.0");
  registry.add("a", "2.0.0");
  Run same(R"({"name":"x","dependencies":{"a":"^1"}})");
  same.request.locked = locked;
  CHECK(layout(same.resolve(registry)) == "node_modules/a=1.0.0");
  Run newer(R"({"name":"x","dependencies":{"a":"^2"}})");
  newer.request.locked = locked;
  CHECK(layout(newer.resolve(registry)) == "node_modules/a=2.0.0");
  Run update(R"({"name":"x","dependencies":{"a":"^1"}})");
  update.request.locked = locked;
  update.request.update_names = {"a"};
  CHECK(layout(update.resolve(registry)) == "node_modules/a=1.5.0");
  Run none(R"({"name":"x"})");
  none.request.locked = locked;
  CHECK(layout(none.resolve(registry)).empty());
}

TEST_CASE("peers are installed beside the package that wants them") {
  FakeRegistry registry;
  registry.add("plugin", "1.0.0", R"({"peerDependencies":{"core":"^2"}})");
  registry.add("core", "1.0.0");
  registry.add("core", "2.3.0");
  registry.add("core", "3.0.0");
  CHECK(resolve(R"({"dependencies":{"plugin":"*"}})", registry) ==
        "node_modules/core=2.3.0 node_modules/plugin=1.0.0");
  Run legacy(R"({"dependencies":{"plugin":"*"}})");
  legacy.options.legacy_peer_deps = true;
  CHECK(layout(legacy.resolve(registry)) == "node_modules/plugin=1.0.0");
}

TEST_CASE("an optional peer is used when it is there and no reason to install it") {
  FakeRegistry registry;
  registry.add("a", "1.0.0", R"({"peerDependencies":{"p":"^1"},
                                 "peerDependenciesMeta":{"p":{"optional":true}}})");
  registry.add("p", "1.0.0");
  registry.add("p", "2.0.0");
  CHECK(resolve(R"({"dependencies":{"a":"*"}})", registry) == "node_modules/a=1.0.0");
  CHECK(resolve(R"({"dependencies":{"a":"*","p":"^1"}})", registry) ==
        "node_modules/a=1.0.0 node_modules/p=1.0.0");
}

TEST_CASE("two peers that cannot agree are an error that shows both chains") {
  FakeRegistry registry;
  registry.add("a", "1.0.0", R"({"peerDependencies":{"ok":"^1"}})");
  registry.add("b", "1.0.0", R"({"peerDependencies":{"ok":"^2"}})");
  registry.add("ok", "1.0.0");
  registry.add("ok", "2.0.0");
  std::string manifest = R"({"name":"app","dependencies":{"a":"*","b":"*"}})";
  Run run(manifest);
  Result<Tree> tree = run.resolve(registry);
  REQUIRE(!tree.is_ok());
  CHECK(tree.error().is(Code::ERESOLVE));
  const std::string& message = tree.error().message();
  CHECK_MESSAGE(message.find("app > a@1.0.0") != std::string::npos, message);
  CHECK_MESSAGE(message.find("app > b@1.0.0") != std::string::npos, message);
  CHECK(!tree.error().hint().empty());
  Run forced(manifest);
  forced.options.force = true;
  CHECK(forced.resolve(registry).is_ok());
  CHECK(!forced.warnings.empty());
  Run legacy(manifest);
  legacy.options.legacy_peer_deps = true;
  CHECK(legacy.resolve(registry).is_ok());
}

TEST_CASE("a peer conflict names the one version that would solve it") {
  FakeRegistry registry;
  registry.add("a", "1.0.0", R"({"peerDependencies":{"ok":"^1"}})");
  registry.add("b", "1.0.0", R"({"peerDependencies":{"ok":"^1"}})");
  registry.add("b", "2.0.0", R"({"peerDependencies":{"ok":"^2"}})");
  registry.add("ok", "1.0.0");
  registry.add("ok", "2.0.0");
  Run run(R"({"name":"app","dependencies":{"a":"1","b":"*"}})");
  Error error = run.resolve(registry).error();
  CHECK(error.is(Code::ERESOLVE));
  CHECK_MESSAGE(error.hint().find("b@1.0.0") != std::string::npos, error.hint());
}

TEST_CASE("a missing package is named with the chain that asks for it") {
  FakeRegistry registry;
  registry.add("a", "1.0.0", R"({"dependencies":{"gone":"^1"}})");
  registry.add("b", "1.0.0", R"({"dependencies":{"a":"^7"}})");
  Run gone(R"({"name":"app","dependencies":{"a":"*"}})");
  Error error = gone.resolve(registry).error();
  CHECK(error.is(Code::E404));
  CHECK_MESSAGE(error.message().find("app > a@1.0.0 > gone@^1") != std::string::npos,
                error.message());
  Run target(R"({"name":"app","dependencies":{"b":"*"}})");
  Error none = target.resolve(registry).error();
  CHECK(none.is(Code::ETARGET));
  CHECK(none.message().find("nearest lower: 1.0.0") != std::string::npos);
}

TEST_CASE("optional packages may be missing or be for other machines") {
  FakeRegistry registry;
  registry.add("a", "1.0.0", R"({"optionalDependencies":{"gone":"1","mac":"1","here":"1"}})");
  registry.add("mac", "1.0.0", R"({"os":["darwin"],"dependencies":{"maconly":"1"}})");
  registry.add("maconly", "1.0.0");
  registry.add("here", "1.0.0", R"({"os":["!darwin"]})");
  Run run(R"({"dependencies":{"a":"*"}})");
  Result<Tree> tree = run.resolve(registry);
  CHECK(layout(tree) ==
        "node_modules/a=1.0.0 node_modules/here=1.0.0 node_modules/mac=1.0.0 "
        "node_modules/maconly=1.0.0");
  CHECK(tree->find("node_modules/mac")->is_inert);
  CHECK(tree->find("node_modules/maconly")->is_inert);
  CHECK(!tree->find("node_modules/here")->is_inert);
  CHECK(write_lockfile(*tree, {}, run.options).find("node_modules/mac") != std::string::npos);
  Plan plan = diff(*tree, Tree{}, run.options);
  CHECK(plan.actions.size() == 2);
  CHECK(plan.skipped == 2);
}

TEST_CASE("a required package for another machine is an error, an engine only a warning") {
  FakeRegistry registry;
  registry.add("mac", "1.0.0", R"({"os":["darwin"]})");
  registry.add("new", "1.0.0", R"({"engines":{"node":">=999"}})");
  Run mac(R"({"dependencies":{"mac":"*"}})");
  CHECK(mac.resolve(registry).error().is(Code::EBADPLATFORM));
  Run engine(R"({"dependencies":{"new":"*"}})");
  CHECK(engine.resolve(registry).is_ok());
  REQUIRE(engine.warnings.size() == 1);
  CHECK(engine.warnings[0].code == "EBADENGINE");
  engine.options.engine_strict = true;
  CHECK(engine.resolve(registry).error().is(Code::EBADENGINE));
}

TEST_CASE("cycles, self-dependencies and long chains end") {
  FakeRegistry registry;
  registry.add("a", "1.0.0", R"({"dependencies":{"b":"1"}})");
  registry.add("b", "1.0.0", R"({"dependencies":{"a":"1"}})");
  registry.add("self", "1.0.0", R"({"dependencies":{"self":"1.0.0"}})");
  registry.add("self2", "1.0.0");
  registry.add("self2", "2.0.0", R"({"dependencies":{"self2":"1.0.0"}})");
  CHECK(resolve(R"({"dependencies":{"a":"1","self":"1","self2":"2"}})", registry) ==
        "node_modules/a=1.0.0 node_modules/b=1.0.0 node_modules/self=1.0.0 "
        "node_modules/self2=2.0.0 node_modules/self2/node_modules/self2=1.0.0");
  for (int i = 0; i < 500; ++i)
    registry.add("chain" + std::to_string(i), "1.0.0",
                 R"({"dependencies":{"chain)" + std::to_string(i + 1) + R"(":"1"}})");
  registry.add("chain500", "1.0.0");
  Run chain(R"({"dependencies":{"chain0":"1"}})");
  Result<Tree> tree = chain.resolve(registry);
  REQUIRE(tree.is_ok());
  CHECK(tree->nodes.size() == 502);
}

TEST_CASE("aliases, tags and linked folders are resolved") {
  FakeRegistry registry;
  registry.add("real", "1.0.0");
  registry.add("real", "2.0.0-rc.1");
  registry.tag("real", "latest", "1.0.0");
  registry.tag("real", "next", "2.0.0-rc.1");
  Run run(R"({"dependencies":{"other":"npm:real@^1","real":"next","lib":"file:./libs/lib"}})");
  Result<Tree> tree = run.resolve(registry);
  CHECK(layout(tree) ==
        "libs/lib=1.0.0 node_modules/lib->libs/lib node_modules/other=1.0.0 "
        "node_modules/real=2.0.0-rc.1");
  CHECK(tree->find("node_modules/other")->meta.name == "real");
  std::string lock = write_lockfile(*tree, {}, run.options);
  CHECK(lock.find("\"name\": \"real\"") != std::string::npos);
  auto repository = Run(R"({"dependencies":{"g":"github:u/r"}})").resolve(registry);
  CHECK(layout(repository) == "node_modules/g=1.0.0");
  CHECK(repository->find("node_modules/g")->resolved ==
        "git+https://github.com/u/r.git#" + std::string(40, 'c'));
}

TEST_CASE("workspaces are linked, and their dependencies hoisted to the root") {
  FakeRegistry registry;
  registry.add("dep", "1.0.0");
  registry.add("dep", "2.0.0");
  Run run(R"({"name":"mono","dependencies":{"dep":"^1"}})");
  auto a =
      parse_manifest(R"({"name":"a","version":"1.0.0","dependencies":{"b":"^1","dep":"^2"}})", "a");
  auto b = parse_manifest(R"({"name":"b","version":"1.0.0","devDependencies":{"dep":"^1"}})", "b");
  run.request.workspaces = {{"packages/a", a->meta}, {"packages/b", b->meta}};
  CHECK(layout(run.resolve(registry)) ==
        "node_modules/a->packages/a node_modules/b->packages/b node_modules/dep=1.0.0 "
        "packages/a=1.0.0 "
        "packages/a/node_modules/dep=2.0.0 packages/b=1.0.0");
}

TEST_CASE("flags tell why a package is there") {
  FakeRegistry registry;
  registry.add("d", "1.0.0", R"({"dependencies":{"shared":"1","only-dev":"1"}})");
  registry.add("o", "1.0.0", R"({"dependencies":{"shared":"1","both":"1"}})");
  registry.add("d2", "1.0.0", R"({"dependencies":{"both":"1"}})");
  registry.add("p", "1.0.0", R"({"dependencies":{"shared":"1"},"peerDependencies":{"peer":"1"}})");
  for (const char* name : {"shared", "only-dev", "both", "peer"}) registry.add(name, "1.0.0");
  Run run(R"({"dependencies":{"p":"1"},"devDependencies":{"d":"1","d2":"1"},
              "optionalDependencies":{"o":"1"}})");
  Tree tree = std::move(run.resolve(registry)).value();
  auto flags = [&tree](const char* name) {
    return tree.find(std::string("node_modules/") + name)->flags;
  };
  CHECK(flags("d").dev);
  CHECK(flags("only-dev").dev);
  CHECK(!flags("shared").dev);
  CHECK(flags("o").optional);
  CHECK(flags("both").dev_optional);
  CHECK(!flags("both").dev);
  CHECK(flags("peer").peer);
  run.options.omit.dev = true;
  Plan plan = diff(tree, Tree{}, run.options);
  CHECK(plan.skipped == 3);
}

TEST_CASE("hostile names and bins in metadata stop the resolution") {
  FakeRegistry registry;
  registry.add("a", "1.0.0", R"({"dependencies":{"../../canary":"npm:ok@1"}})");
  registry.add("b", "1.0.0", R"({"bin":{"x":"../../canary"}})");
  CHECK(resolve(R"({"dependencies":{"a":"1"}})", registry).starts_with("EINVALIDNAME"));
  CHECK(resolve(R"({"dependencies":{"b":"1"}})", registry).starts_with("EINVALIDBIN"));
}

TEST_CASE("overrides replace what packages below ask for") {
  FakeRegistry registry;
  registry.add("a", "1.0.0", R"({"dependencies":{"c":"^1","b":"1"}})");
  registry.add("b", "1.0.0", R"({"dependencies":{"c":"^1"}})");
  for (const char* version : {"1.0.0", "1.5.0", "2.0.0", "3.0.0"}) registry.add("c", version);
  CHECK(resolve(R"({"dependencies":{"a":"1"},"overrides":{"c":"2.0.0"}})", registry) ==
        "node_modules/a=1.0.0 node_modules/b=1.0.0 node_modules/c=2.0.0");
  // Only below b.
  CHECK(resolve(R"({"dependencies":{"a":"1"},"overrides":{"b":{"c":"2.0.0"}}})", registry) ==
        "node_modules/a=1.0.0 node_modules/b=1.0.0 node_modules/b/node_modules/c=2.0.0 "
        "node_modules/c=1.5.0");
  // Only for those that ask for a version of the key's range.
  CHECK(resolve(R"({"dependencies":{"a":"1"},"overrides":{"c@^3":"2.0.0"}})", registry) ==
        "node_modules/a=1.0.0 node_modules/b=1.0.0 node_modules/c=1.5.0");
  CHECK(resolve(R"({"dependencies":{"a":"1","c":"3.0.0"},"overrides":{"c":"$c"}})", registry) ==
        "node_modules/a=1.0.0 node_modules/b=1.0.0 node_modules/c=3.0.0");
  CHECK(resolve(R"({"dependencies":{"a":"1","c":"3.0.0"},"overrides":{"c":"2.0.0"}})", registry)
            .starts_with("EOVERRIDE"));
  CHECK(
      resolve(R"({"dependencies":{"a":"1"},"overrides":{"c":5}})", registry).starts_with("EUSAGE"));
}

TEST_CASE("versions that another lockfile had are taken where they are in range") {
  FakeRegistry registry;
  for (const char* version : {"1.0.0", "1.1.0", "1.2.0", "2.0.0"}) {
    registry.add("a", version, R"({"dependencies":{"b":"1"}})");
    registry.add("b", version);
  }
  Run run(R"({"dependencies":{"a":"^1.0.0"}})");
  run.request.preferred.by_request["a@^1.0.0"] = "1.1.0";
  run.request.preferred.by_name["b"] = {"1.0.0", "1.1.0", "2.0.0"};
  CHECK(layout(run.resolve(registry)) == "node_modules/a=1.1.0 node_modules/b=1.1.0");
  run.request.preferred.by_request["a@^1.0.0"] = "2.0.0";
  run.request.preferred.by_name["b"] = {"0.9.0"};
  CHECK(layout(run.resolve(registry)) == "node_modules/a=1.2.0 node_modules/b=1.2.0");
}

TEST_CASE("a version 1 lockfile keeps its versions; the registry tells the rest") {
  FakeRegistry registry;
  registry.add("a", "1.0.0", R"({"dependencies":{"b":"^1"},"license":"MIT"})");
  registry.add("a", "1.5.0");
  registry.add("b", "1.0.0");
  registry.add("b", "1.5.0");
  auto lockfile = parse_lockfile(
      R"({"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","requires":{"b":"^1"}},
         "b":{"version":"1.0.0"}}})",
      "lock");
  REQUIRE(lockfile.is_ok());
  Run run(R"({"dependencies":{"a":"^1.0.0"}})");
  run.request.locked = std::move(lockfile->tree);
  auto tree = run.resolve(registry);
  REQUIRE(layout(tree) == "node_modules/a=1.0.0 node_modules/b=1.0.0");
  CHECK(tree->find("node_modules/a")->meta.license_json == "\"MIT\"");
  CHECK(tree->find("node_modules/b")->integrity == "sha512-b1.0.0");
}

TEST_CASE("what nothing needs stays without a lockfile, unless it is to be pruned") {
  FakeRegistry registry;
  registry.add("a", "1.0.0");
  Tree disk;
  for (const char* name : {"a", "spare"}) {
    Node node;
    node.location = std::string("node_modules/") + name;
    node.name = node.meta.name = name;
    node.meta.version = "1.0.0";
    disk.nodes.emplace(node.location, node);
  }
  Run run(R"({"dependencies":{"a":"1"}})");
  run.request.locked = disk;
  CHECK(layout(run.resolve(registry)) == "node_modules/a=1.0.0 node_modules/spare=1.0.0");
  run.request.prune = true;
  CHECK(layout(run.resolve(registry)) == "node_modules/a=1.0.0");
}

TEST_CASE("bundled packages and shrinkwraps are looked up in the package that brings them") {
  FakeRegistry registry;
  registry.add("a", "1.0.0",
               R"({"dependencies":{"in":"^1","out":"1"},"bundleDependencies":["in"]})");
  registry.add("s", "1.0.0", R"({"dependencies":{"in":"^1"},"_hasShrinkwrap":true})");
  registry.add("in", "1.9.0");
  registry.add("out", "1.0.0");
  auto contents = [] {
    Tree tree;
    Node node;
    node.location = "node_modules/in";
    node.name = node.meta.name = "in";
    node.meta.version = "1.0.0";
    tree.nodes.emplace(node.location, node);
    return tree;
  };
  Run run(R"({"dependencies":{"a":"1","s":"1"}})");
  run.contents["https://registry.npmjs.org/a/-/x-1.0.0.tgz"] = contents();
  run.contents["https://registry.npmjs.org/s/-/x-1.0.0.tgz"] = contents();
  auto tree = run.resolve(registry);
  REQUIRE(layout(tree) ==
          "node_modules/a=1.0.0 node_modules/a/node_modules/in=1.0.0 node_modules/out=1.0.0 "
          "node_modules/s=1.0.0 node_modules/s/node_modules/in=1.0.0");
  CHECK(tree->find("node_modules/a/node_modules/in")->flags.in_bundle);
  CHECK_FALSE(tree->find("node_modules/s/node_modules/in")->flags.in_bundle);
  run.contents.clear();
  CHECK(layout(run.resolve(registry)).starts_with("E404"));
}

TEST_CASE("metadata of what an archive brings is not asked for") {
  FakeRegistry registry;
  registry.add("a", "1.0.0", R"({"dependencies":{"in":"1"},"bundleDependencies":["in"]})");
  Run run(R"({"dependencies":{"a":"1"}})");
  run.contents["https://registry.npmjs.org/a/-/x-1.0.0.tgz"] = Tree{};
  CHECK(layout(run.resolve(registry)) == "node_modules/a=1.0.0");
  CHECK(run.requests == 1);
}

TEST_CASE("what the project bundles includes what that needs") {
  FakeRegistry registry;
  registry.add("a", "1.0.0", R"({"dependencies":{"b":"1"}})");
  registry.add("b", "1.0.0", R"({"dependencies":{"a":"1"}})");
  registry.add("c", "1.0.0");
  Run run(R"({"dependencies":{"a":"1","c":"1"},"bundleDependencies":["a"]})");
  auto tree = run.resolve(registry);
  REQUIRE(layout(tree) == "node_modules/a=1.0.0 node_modules/b=1.0.0 node_modules/c=1.0.0");
  CHECK(tree->find("node_modules/a")->flags.in_bundle);
  CHECK(tree->find("node_modules/b")->flags.in_bundle);
  CHECK_FALSE(tree->find("node_modules/c")->flags.in_bundle);
}

TEST_CASE("a package in an archive that nothing needs is no part of the bundle") {
  FakeRegistry registry;
  registry.add("a", "1.0.0", R"({"dependencies":{"in":"1"},"bundleDependencies":["in"]})");
  Tree contents;
  for (const char* name : {"in", "below", "spare"}) {
    Node node;
    node.location = std::string("node_modules/") + name;
    node.name = node.meta.name = name;
    node.meta.version = "1.0.0";
    if (node.name == "in") node.meta.dependencies = {{"below", "1"}};
    contents.nodes.emplace(node.location, node);
  }
  Run run(R"({"dependencies":{"a":"1"}})");
  run.contents["https://registry.npmjs.org/a/-/x-1.0.0.tgz"] = contents;
  auto tree = run.resolve(registry);
  REQUIRE(tree.is_ok());
  REQUIRE(tree->nodes.size() == 5);
  CHECK(tree->find("node_modules/a/node_modules/in")->flags.in_bundle);
  CHECK(tree->find("node_modules/a/node_modules/below")->flags.in_bundle);
  CHECK_FALSE(tree->find("node_modules/a/node_modules/spare")->flags.in_bundle);
  CHECK(tree->find("node_modules/a/node_modules/spare")->flags.extraneous);
}

TEST_CASE("full metadata is asked for only where the abbreviated one may lack something") {
  FakeRegistry registry;
  registry.add("a", "1.0.0", R"({"dependencies":{"b":"1"},"optionalDependencies":{"o":"1"}})");
  registry.add("b", "1.0.0", R"({"dependencies":{"system":"1","libc":"1"}})");
  registry.add("o", "1.0.0");
  registry.add("system", "1.0.0", R"({"os":["linux"]})");
  registry.add("libc", "1.0.0", R"({"os":["linux"],"libc":["glibc","musl"]})");
  Run run(R"({"name":"app","dependencies":{"a":"1"}})");
  SUBCASE("usually") {}
  SUBCASE("where archives are not fetched") { run.options.lockfile_only = true; }
  SUBCASE("where some are left out") { run.options.omit.dev = true; }
  const bool is_all = run.options.lockfile_only || run.options.omit.dev;
  const auto tree = run.resolve(registry);
  REQUIRE(tree);
  std::sort(run.full.begin(), run.full.end());
  const std::vector<std::string> all = {"a", "b", "libc", "o", "system"};
  CHECK(run.full == (is_all ? all : std::vector<std::string>{"o", "system"}));
  CHECK(tree->find("node_modules/b")->meta.is_abbreviated);
}
