// Bad tarballs (rows F01 to F10).
#include <doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/e2e/faults/harness.hpp"

using namespace gyre::test;

namespace {

constexpr const char* kArchive = "/bad/-/bad-1.0.0.tgz";

void check_recipe(const std::string& members, const Expected& expected) {
  Bench bench;
  bench.recipe(members);
  check_contract(bench, expected, [&] { bench.good(); });
}

// "entries": one of that name and type.
std::string entry(const std::string& name, const std::string& type = "file",
                  const std::string& link = "") {
  return R"({"name":")" + name + R"(","type":")" + type + R"(","link":")" + link +
         R"(","content":")" + (type == "file" ? "changed" : "") + R"("})";
}

}  // namespace

TEST_CASE("F01: an entry that climbs out of the package") {
  std::string climb;
  for (int levels = 1; levels <= 8; ++levels) {
    climb += "../";
    Bench bench;
    const std::string name = "package/" + climb + "canary";
    bench.recipe("\"entries\":[" + entry(name) + "]");
    const Listing around = bench.surroundings();
    check_failure(bench, bench.gyre(), {"ETARPATH", {name, "bad@1.0.0", bench.url()}});
    CHECK(differences(around, bench.surroundings()) == "");
    CHECK(!bench.has("node_modules/bad"));
  }
  check_recipe("\"entries\":[" + entry("package/../../../canary") + "]",
               {"ETARPATH", {"package/../../../canary", "top@1.0.0 > bad@1.0.0"}});
}

TEST_CASE("F02: an entry with an absolute path") {
  Bench bench;
  const std::string name = bench.root() + "/canary";
  bench.recipe("\"entries\":[" + entry(name) + "]");
  check_contract(bench, {"ETARPATH", {name}}, [&] { bench.good(); });
}

TEST_CASE("F03: a file behind a symlink") {
  check_recipe("\"entries\":[" + entry("package/l", "symlink", "../../..") + "," +
                   entry("package/l/canary") + "]",
               {"ETARLINK", {"package/l"}});
}

TEST_CASE("F04: a hardlink to an outside file, then a file over it") {
  for (const char* target : {"/canary", "relative"}) {
    Bench bench;
    const std::string link =
        target[0] == '/' ? bench.root() + target : std::string("../../../../../../canary");
    bench.recipe("\"entries\":[" + entry("package/x", "link", link) + "," + entry("package/x") +
                 "]");
    check_contract(bench, {"ETARLINK", {"package/x"}}, [&] { bench.good(); });
  }
}

TEST_CASE("F05: a gzip stream cut in the middle, downloaded afresh once") {
  Bench bench;
  bench.recipe(R"("entries":[{"name":"package/x","content":"0123456789abcdef","repeat":2000}],)"
               R"("cut":120)");
  const Run run = bench.gyre();
  check_failure(bench, run, {"ETARTRUNC", {"bad@1.0.0"}});
  CHECK(bench.asked_for(kArchive) == 2);
  check_contract(bench, {"ETARTRUNC", {}}, [&] { bench.good(); });
}

TEST_CASE("F06: no gzip at all") {
  check_recipe(R"("random":4000)", {"ETARFORMAT", {"bad@1.0.0"}});
  check_recipe(R"("text":"")", {"ETARFORMAT", {"bad@1.0.0"}});
  Bench plain;  // the choice: a plain tar is taken
  plain.recipe(R"("entries":[],"gzip":false)");
  CHECK(plain.gyre().exit == 0);
  CHECK(plain.has("node_modules/bad/package.json"));
}

TEST_CASE("F07: an archive that ends early; one without an end mark installs") {
  check_recipe(R"("entries":[{"name":"package/x","content":"abc","size":999999}],"end":false)",
               {"ETARTRUNC", {"bad@1.0.0"}});
  Bench bench;
  bench.recipe(R"("entries":[{"name":"package/x","content":"abc"}],"end":false)");
  const Run run = bench.gyre();
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(bench.read("node_modules/bad/x") == "abc");
}

TEST_CASE("F08: content that does not match its hash") {
  Bench bench;
  bench.configure("fetch-retry-mintimeout=250");
  bench.package("bad/_registry.json", R"({"versions":{"1.0.0":{"dist":{"integrity":"sha512-)" +
                                          std::string(86, 'A') + R"(=="}}}})");
  const auto begin = std::chrono::steady_clock::now();
  check_failure(bench, bench.gyre(),
                {"EINTEGRITY", {"expected sha512-AAAA", "got sha512-", "bad@1.0.0", bench.url()}});
  CHECK(std::chrono::steady_clock::now() - begin < time_limit(std::chrono::seconds(5)));
  CHECK(bench.asked_for(kArchive) == 2);
  check_contract(bench, {"EINTEGRITY", {}}, [&] { bench.package("bad/_registry.json", "{}"); });

  Bench mangled;
  mangled.fault(std::string(R"({"url":")") + kArchive + R"(","corrupt":true,"count":1})");
  CHECK(mangled.gyre().exit == 0);
  CHECK(mangled.asked_for(kArchive) == 2);
}

TEST_CASE("F09: special files are refused, special modes dropped") {
  // tar has no type for sockets.
  for (const char* type : {"fifo", "char", "block"}) {
    CAPTURE(type);
    check_recipe("\"entries\":[" + entry("package/x", type) + "]", {"ETARTYPE", {"package/x"}});
  }
  Bench bench;
  bench.recipe(R"("entries":[{"name":"package/run","content":"x","mode":"06777"},)"
               R"({"name":"package/data","content":"x","mode":"07666"}])");
  const Run run = bench.gyre();
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  struct stat status {};
  CHECK(::stat((bench.project() + "/node_modules/bad/run").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0755);
  CHECK(::stat((bench.project() + "/node_modules/bad/data").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0644);
}

TEST_CASE("F10: a package.json that is missing, broken, or another package's") {
  check_recipe(R"("packageJson":false,"entries":[{"name":"package/x","content":"1"}])",
               {"EPKGJSON", {"bad@1.0.0"}});
  check_recipe(R"("entries":[{"name":"package/package.json","content":"{ nope"}])",
               {"EPKGJSON", {"bad@1.0.0"}});
  check_recipe(R"("entries":[{"name":"package/package.json",)"
               R"("content":"{\"name\":\"evil\",\"version\":\"1.0.0\"}"}])",
               {"EMANIFEST", {"evil", "bad"}});
  check_recipe(R"("entries":[{"name":"package/package.json",)"
               R"("content":"{\"name\":\"bad\",\"version\":\"6.6.6\"}"}])",
               {"EMANIFEST", {"6.6.6", "1.0.0"}});
}
