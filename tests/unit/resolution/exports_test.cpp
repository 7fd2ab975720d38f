#include "runtime/modules/resolution/exports.hpp"

#include <doctest.h>

using namespace gyre;
using namespace gyre::resolution;

namespace {

const Conditions kImport({"node", "import", "module-sync"});
const Conditions kRequire({"node", "require", "module-sync"});

PackageConfig package_with(std::string_view exports, std::string_view imports = "null") {
  PackageConfig config;
  config.directory = "/p";
  config.file = "/p/package.json";
  config.name = "pkg";
  config.exports = json::parse(exports).value();
  config.imports = json::parse(imports).value();
  return config;
}

// The target, or "CODE: message".
std::string resolved(std::string_view exports, std::string_view subpath,
                     const Conditions& conditions = kImport) {
  auto target = resolve_exports(package_with(exports), subpath, "/app/a.mjs", conditions);
  return target ? target->target : target.error().code() + ": " + target.error().message();
}

std::string imported(std::string_view imports, std::string_view specifier) {
  PackageConfig package = package_with("{}", imports);
  auto target = resolve_imports(&package, specifier, "/p/a.mjs", kImport);
  return target ? target->target : target.error().code() + ": " + target.error().message();
}

}  // namespace

TEST_CASE("a string, a list or a map of conditions stands for the main export") {
  CHECK(resolved(R"("./a.js")", ".") == "/a.js");
  CHECK(resolved(R"(["./a.js","./b.js"])", ".") == "/a.js");
  CHECK(resolved(R"({"import":"./a.mjs","default":"./a.js"})", ".") == "/a.mjs");
  CHECK(resolved(R"({"import":"./a.mjs","default":"./a.js"})", ".", kRequire) == "/a.js");
  CHECK(resolved(R"("./a.js")", "./a.js").starts_with("ERR_PACKAGE_PATH_NOT_EXPORTED"));
}

TEST_CASE("conditions are tried in the order of the document") {
  CHECK(resolved(R"({".":{"default":"./d.js","import":"./i.js"}})", ".") == "/d.js");
  CHECK(resolved(R"({".":{"import":{"browser":"./b.js"},"default":"./d.js"}})", ".") == "/d.js");
  CHECK(
      resolved(R"({".":{"import":null,"default":"./d.js"}})", ".").starts_with("ERR_PACKAGE_PATH"));
}

TEST_CASE("the most specific pattern wins and null blocks") {
  const char* map =
      R"({"./f/*":"./f/*.js","./f/private/*":null,"./f/*.js":"./f/*.js","./x":"./x.js"})";
  CHECK(resolved(map, "./f/a/b") == "/f/a/b.js");
  CHECK(resolved(map, "./f/a.js") == "/f/a.js");
  CHECK(resolved(map, "./f/private/a") ==
        "ERR_PACKAGE_PATH_NOT_EXPORTED: Package subpath './f/private/a' is not defined by "
        "\"exports\" in /p/package.json imported from /app/a.mjs");
  CHECK(resolved(map, "./x") == "/x.js");
  CHECK(resolved(R"({"./*/deep/*":"./x.js"})", "./a/deep/b").starts_with("ERR_PACKAGE_PATH"));
}

TEST_CASE("targets that leave the package are invalid") {
  CHECK(resolved(R"({".":"../a.js"})", ".") ==
        "ERR_INVALID_PACKAGE_TARGET: Invalid \"exports\" main target \"../a.js\" defined in the "
        "package config /p/package.json imported from /app/a.mjs; targets must start with \"./\"");
  CHECK(resolved(R"({"./a":"./x/../../a.js"})", "./a") ==
        "ERR_INVALID_PACKAGE_TARGET: Invalid \"exports\" target \"./x/../../a.js\" defined for "
        "'./a' in the package config /p/package.json imported from /app/a.mjs");
  CHECK(resolved(R"({"./a":"./%6eode_modules/a.js"})", "./a")
            .starts_with("ERR_INVALID_PACKAGE_TARGET"));
  CHECK(resolved(R"({"./a":7})", "./a").starts_with("ERR_INVALID_PACKAGE_TARGET"));
  CHECK(resolved(R"({"./*":"./*.js"})", "./a/../b").starts_with("ERR_INVALID_MODULE_SPECIFIER"));
}

TEST_CASE("of several choices the first valid one is taken") {
  CHECK(resolved(R"({".":["../bad.js",{"browser":"./b.js"},"./ok.js"]})", ".") == "/ok.js");
  CHECK(resolved(R"({".":["../bad.js"]})", ".").starts_with("ERR_INVALID_PACKAGE_TARGET"));
  CHECK(resolved(R"({".":[]})", ".")
            .starts_with("ERR_PACKAGE_PATH_NOT_EXPORTED: No \"exports\" main"));
}

TEST_CASE("keys with and without a dot, and numeric conditions, are refused") {
  CHECK(resolved(R"({".":"./a.js","import":"./b.js"})", ".")
            .starts_with("ERR_INVALID_PACKAGE_CONFIG"));
  CHECK(resolved(R"({".":{"0":"./a.js"}})", ".").starts_with("ERR_INVALID_PACKAGE_CONFIG"));
}

TEST_CASE("imports point into the package or to another package") {
  const char* map =
      R"({"#a":"./a.js","#dep/*":"dep/lib/*","#fs":"node:fs","#no":null,"#u":"https://x/"})";
  CHECK(imported(map, "#a") == "/a.js");
  CHECK(imported(map, "#dep/x.js") == "dep/lib/x.js");
  CHECK(imported(map, "#fs") == "node:fs");
  CHECK(
      imported(map, "#no") ==
      "ERR_PACKAGE_IMPORT_NOT_DEFINED: Package import specifier \"#no\" is not defined in package "
      "/p/package.json imported from /p/a.mjs");
  CHECK(imported(map, "#u").starts_with("ERR_INVALID_PACKAGE_TARGET"));
  CHECK(imported(map, "#").starts_with("ERR_INVALID_MODULE_SPECIFIER"));
}
