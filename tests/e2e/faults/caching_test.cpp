// Metadata kept between runs, and proxies.
#include <doctest.h>

#include <algorithm>
#include <filesystem>

#include "tests/e2e/faults/harness.hpp"

using namespace gyre::test;
using gyre::registry_mock::JournalEntry;

namespace {

void forget_tree(const Bench& bench) {
  std::filesystem::remove_all(bench.project() + "/node_modules");
  std::filesystem::remove(bench.project() + "/package-lock.json");
}

size_t metadata_requests(Bench& bench) {
  const auto requests = bench.registry().requests();
  return static_cast<size_t>(std::count_if(
      requests.begin(), requests.end(),
      [](const JournalEntry& entry) { return entry.url.find("/-/") == std::string::npos; }));
}

}  // namespace

TEST_CASE("metadata past its age is asked for by its ETag, and 304 is enough") {
  Bench bench;  // its registry says max-age=0
  REQUIRE(bench.gyre().exit == 0);
  forget_tree(bench);
  bench.registry().clear_journal();
  REQUIRE(bench.gyre().exit == 0);
  const auto requests = bench.registry().requests();
  CHECK(requests.size() == 2);  // archives come from the store
  for (const JournalEntry& entry : requests) {
    CAPTURE(entry.url);
    CHECK(!entry.header("if-none-match").empty());
    CHECK(entry.status == 304);
  }
  CHECK(bench.has("node_modules/bad/index.js"));
}

TEST_CASE("a 304 nobody asked for is an error, not an empty answer") {
  Bench bench;
  bench.fault(R"({"url":"/bad","status":304,"body":""})");
  const Run run = bench.gyre();
  CAPTURE(run.err);
  CHECK(run.exit == 1);
  CHECK(run.err.starts_with("error E"));
  CHECK(!bench.has("node_modules/bad"));
}

TEST_CASE("fresh metadata is not asked for again, unless --prefer-online wants it") {
  Bench bench;
  bench.registry().with([](gyre::registry_mock::Registry& registry) { registry.set_max_age(300); });
  REQUIRE(bench.gyre().exit == 0);
  forget_tree(bench);
  bench.registry().clear_journal();
  REQUIRE(bench.gyre().exit == 0);
  CHECK(metadata_requests(bench) == 0);
  forget_tree(bench);
  REQUIRE(bench.gyre({"install", "--prefer-online"}).exit == 0);
  CHECK(metadata_requests(bench) == 2);
}

TEST_CASE("requests go through the proxy, but not for hosts of noproxy") {
  Bench bench;
  const std::string proxy = bench.url().substr(0, bench.url().size() - 1);
  const auto set = [&](const std::string& lines) {
    std::ofstream(bench.project() + "/.npmrc") << "fetch-retries=0\n" << lines;
  };
  set("registry=http://registry.invalid/\nproxy=" + proxy + "\n");
  const Run run = bench.gyre();
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  for (const JournalEntry& entry : bench.registry().requests()) {
    CHECK(entry.url.starts_with("http://registry.invalid/"));
  }
  forget_tree(bench);
  std::filesystem::remove_all(bench.store());
  set("registry=http://registry.invalid/\nproxy=" + proxy + "\nnoproxy=registry.invalid\n");
  const Run direct = bench.gyre();
  CHECK(direct.exit == 1);
  CHECK(direct.err.find("error ENOTFOUND: ") != std::string::npos);

  // From the environment; its password is nobody's business.
  set("registry=http://registry.invalid/\n");
  bench.environment["http_proxy"] = "http://me:h1dden@" + proxy.substr(7);
  CHECK(bench.gyre().exit == 0);
  CHECK(bench.registry().requests().back().header("proxy-authorization").starts_with("Basic "));
  forget_tree(bench);
  std::filesystem::remove_all(bench.store());
  bench.environment["http_proxy"] = "http://me:h1dden@127.0.0.1:1";
  const Run refused = bench.gyre({"install", "--verbose"});
  CAPTURE(refused.err);
  CHECK(refused.exit == 1);
  CHECK(refused.err.find("error ECONNREFUSED: ") != std::string::npos);
  CHECK(refused.err.find("h1dden") == std::string::npos);
}
