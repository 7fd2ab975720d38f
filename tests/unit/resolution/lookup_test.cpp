#include "runtime/modules/resolution/lookup.hpp"

#include <doctest.h>

#include "tests/unit/resolution/project.hpp"

using namespace gyre;
using namespace gyre::resolution;

namespace {

const std::vector<std::string> kExtensions = {".js", ".json", ".node"};
const Conditions kRequire({"node", "require", "module-sync"});
const Conditions kImport({"node", "import", "module-sync"});

struct Fixture : Project {
  Resolver resolver{[](std::string_view name) { return name == "fs" || name == "node:fs"; }};

  Found require(std::string_view request, std::string_view from, bool preserve = false) {
    std::string directory = at(from);
    std::vector<std::string> folders = {directory};
    if (!request.starts_with('.')) folders = Resolver::node_modules_paths(directory);
    FindOptions options{kExtensions, kRequire, PreserveSymlinks(preserve)};
    auto found = resolver.find(request, folders, options);
    REQUIRE_MESSAGE(found.is_ok(), found.error().message());
    return found.value();
  }
  std::string import(std::string_view specifier, std::string_view from) {
    auto found = resolver.import_bare(specifier, at(from), kImport);
    return found ? found->path : found.error().code() + ": " + found.error().message();
  }
};

}  // namespace

TEST_CASE("a file is found before its extensions, and those before a directory") {
  Fixture project;
  project.file("a");
  project.file("a.js");
  project.file("b.json");
  project.file("c.js");
  project.file("c/index.js");
  CHECK(project.require("./a", "").path == project.at("a"));
  CHECK(project.require("./b", "").path == project.at("b.json"));
  CHECK(project.require("./c", "").path == project.at("c.js"));
  CHECK(project.require("./c/", "").path == project.at("c/index.js"));
  CHECK(project.require(".", "c").path == project.at("c/index.js"));
  CHECK(project.require("./nothing", "").kind == Found::Kind::kNotFound);
}

TEST_CASE("main may name a file, a file without extension or a folder; a bad one falls to index") {
  Fixture project;
  project.file("node_modules/a/package.json", R"({"main":"lib"})");
  project.file("node_modules/a/lib/index.js");
  project.file("node_modules/b/package.json", R"({"main":"gone.js"})");
  project.file("node_modules/b/index.js");
  project.file("node_modules/c/package.json", R"({"main":"gone.js"})");
  CHECK(project.require("a", "x/y").path == project.at("node_modules/a/lib/index.js"));
  Found fallen = project.require("b", "");
  CHECK(fallen.path == project.at("node_modules/b/index.js"));
  CHECK(fallen.package == project.at("node_modules/b/package.json"));
  Found bad = project.require("c", "");
  CHECK(bad.kind == Found::Kind::kBadMain);
  CHECK(bad.path == project.at("node_modules/c/gone.js"));
  CHECK(bad.package == project.at("node_modules/c/package.json"));
}

TEST_CASE("a directory with its slash imports from itself, a file from where it lies") {
  Fixture project;
  project.file("app/node_modules/a/index.js");
  CHECK(project.import("a", "app/") == project.at("app/node_modules/a/index.js"));
  CHECK(project.import("a", "app/x.js") == project.at("app/node_modules/a/index.js"));
  CHECK(project.import("a", "app").starts_with("ERR_MODULE_NOT_FOUND: "));
}

TEST_CASE("the innermost node_modules wins, and exports hide other files") {
  Fixture project;
  project.file("node_modules/a/index.js");
  project.file("app/node_modules/a/package.json",
               R"({"exports":{".":"./m.js","./gone":"./g.js"}})");
  project.file("app/node_modules/a/m.js");
  CHECK(project.require("a", "app/src").path == project.at("app/node_modules/a/m.js"));
  CHECK(project.require("a", "").path == project.at("node_modules/a/index.js"));
  CHECK(project.require("a/gone", "app").kind == Found::Kind::kMissingTarget);
}

TEST_CASE("links are resolved to real paths unless they are to be preserved") {
  Fixture project;
  project.file("store/a/index.js");
  project.link("node_modules/a", "../store/a");
  project.link("one.js", "two.js");
  project.link("two.js", "store/a/index.js");
  project.link("loop.js", "loop.js");
  CHECK(project.require("a", "").path == project.at("store/a/index.js"));
  CHECK(project.require("a", "", true).path == project.at("node_modules/a/index.js"));
  CHECK(project.require("./one", "").path == project.at("store/a/index.js"));
  CHECK(project.require("./loop", "").kind == Found::Kind::kNotFound);
}

TEST_CASE("a package finds itself by its own name") {
  Fixture project;
  project.file("package.json", R"({"name":"self","exports":{"./x":"./lib/x.js"}})");
  project.file("lib/x.js");
  FindOptions options{kExtensions, kRequire};
  CHECK(project.resolver.find_self("self/x", project.at("lib/y.js"), options)->path ==
        project.at("lib/x.js"));
  CHECK(project.resolver.find_self("selfish", project.at("lib/y.js"), options)->kind ==
        Found::Kind::kNotFound);
  CHECK(project.import("self/x", "lib/y.js") == project.at("lib/x.js"));
}

TEST_CASE("import needs exact files and says what is missing") {
  Fixture project;
  project.file("node_modules/a/package.json", R"({"main":"./m"})");
  project.file("node_modules/a/m.js");
  project.file("node_modules/bare/other.js");
  CHECK(project.import("a", "x.mjs") == project.at("node_modules/a/m.js"));
  CHECK(project.import("node:fs", "x.mjs") == "fs");
  CHECK(project.import("a/m%2ejs", "x.mjs") == project.at("node_modules/a/m.js"));
  CHECK(project.import("gone", "x.mjs") ==
        "ERR_MODULE_NOT_FOUND: Cannot find package 'gone' imported from " + project.at("x.mjs"));
  CHECK(project.import("bare", "x.mjs").starts_with("ERR_MODULE_NOT_FOUND"));
  CHECK(project.import("a%2fb", "x.mjs").starts_with("ERR_INVALID_MODULE_SPECIFIER"));
  auto directory =
      project.resolver.finish_import(project.at("node_modules"), "/x.mjs", PreserveSymlinks(false));
  CHECK(directory.error().is(Code::ERR_UNSUPPORTED_DIR_IMPORT));
  auto missing =
      project.resolver.finish_import(project.at("gone.js"), "/x.mjs", PreserveSymlinks(false));
  CHECK(missing.error().message() ==
        "Cannot find module '" + project.at("gone.js") + "' imported from /x.mjs");
}

TEST_CASE("a scope ends at node_modules; a broken package.json is an error that names it") {
  Fixture project;
  project.file("package.json", R"({"type":"module"})");
  project.file("node_modules/a/i.js");
  project.file("bad/package.json", "{");
  auto& packages = project.resolver.packages();
  CHECK(packages.scope_of(project.at("lib/x.js")).value()->type == PackageType::kModule);
  CHECK(packages.scope_of(project.at("node_modules/x.js")).value() == nullptr);
  auto bad = packages.scope_of(project.at("bad/x.js"));
  REQUIRE_FALSE(bad.is_ok());
  CHECK(bad.error().is(Code::ERR_INVALID_PACKAGE_CONFIG));
  CHECK(bad.error().message().starts_with("Invalid package config " +
                                          project.at("bad/package.json")));
}

TEST_CASE("what appears on disk is seen after the burst of loading") {
  Fixture project;
  CHECK(project.require("late", "").kind == Found::Kind::kNotFound);
  project.resolver.forget();
  project.file("node_modules/late/package.json", R"({"main":"m.js"})");
  project.file("node_modules/late/m.js");
  CHECK(project.require("late", "").path == project.at("node_modules/late/m.js"));
}

TEST_CASE("node_modules folders are listed innermost first and never doubled") {
  CHECK(Resolver::node_modules_paths("/a/node_modules/b") ==
        std::vector<std::string>{"/a/node_modules/b/node_modules", "/a/node_modules",
                                 "/node_modules"});
  CHECK(Resolver::node_modules_paths("/") == std::vector<std::string>{"/node_modules"});
}
