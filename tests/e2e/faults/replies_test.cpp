// Bad answers of a registry (rows F11 to F18).
#include <doctest.h>

#include "tests/e2e/faults/harness.hpp"

using namespace gyre::test;

namespace {

void check_fault(const std::string& fault, Expected expected) {
  Bench bench;
  CAPTURE(fault);
  bench.fault(R"({"url":"/bad",)" + fault + "}");
  expected.package = "bad";
  check_contract(bench, expected, [] {});
}

std::string with_body(const std::string& body) {
  return R"("status":200,"headers":{"content-type":"application/json"},"body":)" + body;
}

}  // namespace

TEST_CASE("F11: a dependency of a dependency is not there") {
  Bench bench;
  bench.fault(R"({"url":"/bad","status":404,"body":"{}"})");
  check_contract(bench, {"E404", {"app > top@1.0.0 > bad@^1.0.0", bench.url() + "bad"}, "bad"},
                 [] {});
  Bench anonymous;
  std::ofstream(anonymous.project() + "/.npmrc") << "registry=" << anonymous.url() << "\n";
  anonymous.fault(R"({"url":"/bad","status":404,"body":"{}"})");
  const std::string host = anonymous.url().substr(7, anonymous.url().size() - 8);
  check_failure(anonymous, anonymous.gyre(),
                {"E404", {"private? no token was sent to " + host}, "bad"});
}

TEST_CASE("F12: no version matches") {
  Bench bench;
  bench.package("top/1.0.0/package.json",
                R"({"name":"top","version":"1.0.0","dependencies":{"bad":"^2.0.0"}})");
  bench.package("bad/1.5.0/package.json", R"({"name":"bad","version":"1.5.0"})");
  bench.package("bad/3.0.0/package.json", R"({"name":"bad","version":"3.0.0"})");
  bench.package("bad/_registry.json", R"({"dist-tags":{"latest":"1.0.0"}})");
  check_contract(bench, {"ETARGET", {"^2.0.0", "1.5.0", "3.0.0", "latest", "1.0.0"}, "bad"}, [&] {
    bench.package("bad/2.1.0/package.json", R"({"name":"bad","version":"2.1.0"})");
  });
}

TEST_CASE("F13: a login page in place of metadata") {
  Bench bench;
  bench.fault(R"({"url":"/bad","answer":"html"})");
  const Run run = bench.gyre();
  const std::string host = bench.url().substr(7, bench.url().size() - 8);
  check_failure(bench, run,
                {"EREGISTRYREPLY", {host + " answered text/html, not package metadata"}, "bad"});
  CHECK(run.err.find("hint: ") != std::string::npos);
  CHECK(run.err.find("proxy") != std::string::npos);
  CHECK(run.err.find("JSON") == std::string::npos);
  check_contract(bench, {"EREGISTRYREPLY", {}, "bad"}, [] {});
}

TEST_CASE("F14: metadata that is cut off or of the wrong shape") {
  check_fault(R"("answer":"malformed-json")", {"EREGISTRYREPLY", {}});
  check_fault(with_body(R"("[]")"), {"EREGISTRYREPLY", {}});
  check_fault(with_body(R"("null")"), {"EREGISTRYREPLY", {}});
  check_fault(with_body(R"("{\"name\":\"bad\",\"versions\":5}")"),
              {"EREGISTRYREPLY", {"versions"}});
  check_fault(with_body(R"("{\"name\":\"bad\",\"dist-tags\":{\"latest\":\"1.0.0\"},)"
                        R"(\"versions\":{\"1.0.0\":{\"name\":\"bad\",\"version\":\"1.0.0\"}}}")"),
              {"EREGISTRYREPLY", {"dist"}});
  check_fault(with_body(R"("{\"name\":\"bad\",\"dist-tags\":{\"latest\":\"1.0.0\"},)"
                        R"(\"versions\":{\"1.0.0\":7}}")"),
              {"EREGISTRYREPLY", {"1.0.0"}});
}

TEST_CASE("F15: 503 twice, then well: one warning, the retries in --verbose") {
  for (const char* url : {"/bad", "/bad/-/bad-1.0.0.tgz"}) {
    Bench bench;
    const std::string fault = std::string(R"({"url":")") + url + R"(","status":503,"count":2})";
    bench.fault(fault);
    const Run run = bench.gyre();
    CAPTURE(run.err);
    CHECK(run.exit == 0);
    const size_t first = run.err.find("warning");
    CHECK(first != std::string::npos);
    CHECK(run.err.find("warning", first + 1) == std::string::npos);
    CHECK(bench.asked_for(url) == 3);
  }
  Bench bench;
  bench.fault(R"({"url":"/bad","status":503,"count":2})");
  const Run run = bench.gyre({"install", "--verbose"});
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(run.err.find("try 2") != std::string::npos);
  CHECK(run.err.find("try 3") != std::string::npos);
}

TEST_CASE("F16: 500 for ever") {
  Bench bench;
  bench.fault(R"({"url":"/bad","status":500})");
  const Run run = bench.gyre();
  check_failure(bench, run, {"E500", {"3 times in ", bench.url() + "bad"}, "bad"});
  CHECK(bench.asked_for("/bad") == 3);
  check_contract(bench, {"E500", {}, "bad"}, [] {});
}

TEST_CASE("F17: 429 is waited for, but not for a day") {
  Bench patient;
  patient.fault(R"({"url":"/bad","status":429,"headers":{"retry-after":"1"},"count":1})");
  const auto begin = std::chrono::steady_clock::now();
  const Run run = patient.gyre();
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(950));
  CHECK(patient.asked_for("/bad") == 2);

  Bench bench;
  bench.fault(R"({"url":"/bad","status":429,"headers":{"retry-after":"86400"}})");
  const auto start = std::chrono::steady_clock::now();
  check_failure(bench, bench.gyre(), {"E429", {"86400"}, "bad"});
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  CHECK(bench.asked_for("/bad") == 1);
  check_contract(bench, {"E429", {}, "bad"}, [] {});
}

TEST_CASE("F18: 401, 403 and a one-time password, for metadata and archives") {
  check_fault(R"("status":401,"body":"{}")", {"E401", {"gyre login --registry "}});
  check_fault(R"("status":403,"body":"{}")", {"E403", {}});
  check_fault(R"("answer":"otp")", {"EOTP", {"--otp"}});
  const std::pair<const char*, const char*> archives[] = {{R"("status":401,"body":"{}")", "E401"},
                                                          {R"("status":403,"body":"{}")", "E403"},
                                                          {R"("answer":"otp")", "EOTP"}};
  for (const auto& [fault, code] : archives) {
    Bench bench;
    bench.fault(std::string(R"({"url":"/bad/-/*",)") + fault + "}");
    check_contract(bench, {code, {"bad@1.0.0"}}, [] {});
  }
}
