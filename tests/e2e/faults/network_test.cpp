// Networks that fail (rows F19 to F21), and what is sent to whom.
#include <doctest.h>

#include "tests/e2e/faults/harness.hpp"
#include "tests/support/sanitizers.hpp"

using namespace gyre::test;
using gyre::registry_mock::JournalEntry;
using gyre::registry_mock::Server;

namespace {

constexpr const char* kArchive = "/bad/-/bad-1.0.0.tgz";

std::string on_archive(const std::string& fault) {
  return std::string(R"({"url":")") + kArchive + "\"," + fault + "}";
}

// An archive large enough to be cut in the middle, one that does not compress.
void large(Bench& bench) {
  std::string content;
  uint32_t state = 1;
  for (int i = 0; i < 60'000; ++i) {
    state = state * 1664525 + 1013904223;
    content += "0123456789abcdefghijklmnopqrstuv"[state >> 27];
  }
  bench.recipe(R"("entries":[{"name":"package/x","content":")" + content + R"("}])");
}

bool carries_secret(const JournalEntry& entry) {
  return !entry.header("authorization").empty() || !entry.header("cookie").empty();
}

}  // namespace

TEST_CASE("F19: a connection that breaks in the middle of an archive is resumed") {
  for (const char* fault : {R"("cutAfter":20000,"count":1)", R"("resetAfter":20000,"count":1)"}) {
    CAPTURE(fault);
    Bench bench;
    large(bench);
    bench.fault(on_archive(fault));
    const Run run = bench.gyre();
    CAPTURE(run.err);
    CHECK(run.exit == 0);
    CHECK(bench.asked_for(kArchive) == 2);
    CHECK(bench.read("node_modules/bad/x").size() == 60'000);
    const auto requests = bench.registry().requests();
    // A reset may overtake bytes that had arrived; what was received is not asked for again.
    if (std::string(fault).find("cut") != std::string::npos) {
      CHECK(requests.back().header("range") == "bytes=20000-");
    }
  }
}

TEST_CASE("F19: a server that cannot resume is asked for the whole, which is not appended") {
  Bench bench;
  large(bench);
  bench.fault(on_archive(R"("cutAfter":20000,"count":1)"));
  bench.fault(on_archive(R"("raw":"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc","nth":2)"));
  const Run run = bench.gyre();
  CAPTURE(run.err);
  CHECK(run.exit == 0);  // "abc" is refused by its hash and the archive downloaded afresh
  CHECK(bench.read("node_modules/bad/x").size() == 60'000);
}

TEST_CASE("F19: after the retries the break is the error; a short body is never taken as whole") {
  for (const char* fault : {R"("cutAfter":30)", R"("resetAfter":30)", R"("length":99999)"}) {
    CAPTURE(fault);
    Bench bench;
    bench.fault(on_archive(fault));
    check_contract(bench, {"ECONNRESET", {"bad@1.0.0", "3 tries"}}, [] {});
  }
}

TEST_CASE("F20: a server that never answers: told after 10 s, ended at the limit") {
  Bench bench;
  bench.configure("fetch-timeout=12000\nfetch-retries=0");
  bench.fault(R"({"url":"/bad","silent":true})");
  const auto begin = std::chrono::steady_clock::now();
  const Run run = bench.gyre();
  const auto time = std::chrono::steady_clock::now() - begin;
  const std::string host = bench.url().substr(7, bench.url().size() - 8);
  check_failure(bench, run, {"ETIMEDOUT", {"waiting for " + host + " (1"}, "bad"});
  CHECK(time >= std::chrono::seconds(12));
  CHECK(time < std::chrono::seconds(12) + time_limit(std::chrono::seconds(4)));
}

TEST_CASE("F20: a server that drips is no progress either") {
  Bench bench;
  bench.configure("fetch-timeout=1500\nfetch-retries=0");
  bench.fault(on_archive(R"("trickle":{"bytes":5,"every":300})"));
  const auto begin = std::chrono::steady_clock::now();
  check_contract(bench, {"ETIMEDOUT", {"bad@1.0.0"}}, [] {});
  CHECK(std::chrono::steady_clock::now() - begin < time_limit(std::chrono::seconds(20)));
}

// An install that gets the signal `after` it asked for `url` ends within a second and leaves
// nothing.
void check_interrupted(Bench& bench, int signal, const std::string& url,
                       std::chrono::milliseconds after) {
  const Listing around = bench.surroundings();
  Program program = bench.start({"install"});
  while (bench.asked_for(url) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::this_thread::sleep_for(after);
  const auto begin = std::chrono::steady_clock::now();
  program.signal(signal);
  CHECK(program.wait().exit == 128 + signal);
  CHECK(std::chrono::steady_clock::now() - begin < time_limit(std::chrono::seconds(1)));
  CHECK(differences(around, bench.surroundings()) == "");
  CHECK(!bench.has("node_modules"));
  CHECK(!bench.has("package-lock.json"));
}

TEST_CASE("F20, F34: a signal ends the wait at once, whatever is waited for") {
  const std::pair<const char*, std::string> waits[] = {
      {"/bad", R"({"url":"/bad","silent":true})"},
      {kArchive, on_archive(R"("silent":true)")},
      {kArchive, on_archive(R"("stallAfter":20)")},
      {"/bad", R"({"url":"/bad","status":429,"headers":{"retry-after":"30"}})"}};
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    for (const auto& [url, fault] : waits) {
      CAPTURE(fault);
      CAPTURE(signal);
      Bench bench;
      bench.fault(fault);
      check_interrupted(bench, signal, url, std::chrono::milliseconds(0));
      bench.registry().clear_faults();
      CHECK(bench.gyre().exit == 0);
      CHECK(differences(bench.undisturbed(), list_files(bench.project(), Detail::kContent)) == "");
    }
  }
}

TEST_CASE("F34: a signal in the middle of a download leaves nothing half-written") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(signal);
    Bench bench;
    large(bench);
    // 40 kB/s: a second and more to go when the signal comes, progress all the while.
    bench.fault(on_archive(R"("trickle":{"bytes":2000,"every":50})"));
    check_interrupted(bench, signal, kArchive, std::chrono::milliseconds(200));
    check_no_temporary(bench);
    bench.registry().clear_faults();
    CHECK(bench.gyre().exit == 0);
    CHECK(bench.read("node_modules/bad/x").size() == 60'000);
    CHECK(differences(bench.undisturbed(), list_files(bench.project(), Detail::kContent)) == "");
  }
}

TEST_CASE("F34: a name server that does not answer keeps nobody waiting who gives up") {
  const char* resolver = std::getenv("SLOW_RESOLVER");
  if (kIsSanitized || resolver == nullptr) return;  // cannot be preloaded
  Bench bench;
  std::ofstream(bench.project() + "/.npmrc") << "registry=http://registry.invalid/\n";
  bench.environment["LD_PRELOAD"] = resolver;
  Program program = bench.start({"install"});
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const auto begin = std::chrono::steady_clock::now();
  program.signal(SIGINT);
  CHECK(program.wait().exit == 130);
  CHECK(std::chrono::steady_clock::now() - begin < time_limit(std::chrono::seconds(1)));
}

TEST_CASE("F21: another host gets the request, but nothing of ours") {
  const TempDir elsewhere;
  elsewhere.write("bad/1.0.0.json", R"({"manifest":{"name":"bad","version":"1.0.0"},)"
                                    R"("entries":[{"name":"package/index.js","content":"1"}]})");
  const auto other = std::move(Server::start({.packages = {elsewhere.path()}})).value();
  Bench redirected;
  redirected.fault(on_archive(R"("redirect":")" + other->url() + R"(bad/-/bad-1.0.0.tgz")"));
  CHECK(redirected.gyre().exit == 0);
  Bench foreign;
  foreign.package("bad/_registry.json", R"({"versions":{"1.0.0":{"dist":{"tarball":")" +
                                            other->url() + R"(bad/-/bad-1.0.0.tgz"}}}})");
  CHECK(foreign.gyre().exit == 0);
  Bench metadata;
  metadata.fault(R"({"url":"/bad","redirect":")" + other->url() + R"(bad"})");
  CHECK(metadata.gyre().exit == 0);
  const auto seen = other->requests();
  CHECK(seen.size() >= 4);
  for (const JournalEntry& entry : seen) {
    CAPTURE(entry.url);
    CHECK(!carries_secret(entry));
  }
  size_t own = 0;
  for (const JournalEntry& entry : redirected.registry().requests()) own += carries_secret(entry);
  CHECK(own == redirected.registry().requests().size());
}

TEST_CASE("the longest prefix of a registry's URL decides which token it gets") {
  Bench bench;
  const std::string host = bench.url().substr(std::string("http:").size());
  bench.configure(host + "bad/-/:_authToken=only-for-bad\n" + host + "top/-/:_auth=dXNlcjpwYXNz");
  (void)bench.gyre();
  for (const JournalEntry& entry : bench.registry().requests()) {
    CAPTURE(entry.url);
    const bool is_bad = entry.url.starts_with("/bad/");
    const bool is_top = entry.url.starts_with("/top/");
    CHECK(entry.header("authorization") == (is_bad   ? "Bearer only-for-bad"
                                            : is_top ? "Basic dXNlcjpwYXNz"
                                                     : "Bearer s3cret-t0ken"));
  }
}
