// Bad answers of a registry (rows F11 to F18).
#include <doctest.h>

#include <filesystem>

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

TEST_CASE("F11: the hint has the nearest name that is known, wherever from") {
  const std::string host_hint = "private? no token was sent to ";
  const auto missing = [](Bench& bench, const std::string& list) {
    bench.manifest(R"({"name":"app","version":"1.0.0","dependencies":{)" + list + "}}");
    const Run run = bench.gyre();
    CAPTURE(run.err);
    CHECK(run.exit == 1);
    CHECK(run.err.starts_with("error E404: "));
    return run.err.substr(run.err.find("hint: "));
  };
  Bench bench;
  // From the other entries of package.json; not from what is too different.
  CHECK(missing(bench, R"("steady":"1","steddy":"1")") == "hint: did you mean \"steady\"?\n");
  CHECK(missing(bench, R"("steady":"1","else":"1")") == "hint: check the name\n");
  // From the lockfile and from metadata fetched before, by this or another project.
  bench.manifest(R"({"name":"app","version":"1.0.0","dependencies":{"top":"1"}})");
  REQUIRE(bench.gyre().exit == 0);
  CHECK(missing(bench, R"("tops":"1")") == "hint: did you mean \"top\"?\n");
  bench.forget_installation();
  CHECK(missing(bench, R"("badd":"1")") == "hint: did you mean \"bad\"?\n");
  std::filesystem::remove_all(bench.store());
  CHECK(missing(bench, R"("badd":"1")") == "hint: check the name\n");
  // Without a token both are said.
  std::ofstream(bench.project() + "/.npmrc") << "registry=" << bench.url() << "\n";
  const std::string hint = missing(bench, R"("steady":"1","steddy":"1")");
  CHECK(hint.starts_with("hint: did you mean \"steady\"?"));
  CHECK(hint.find(host_hint) != std::string::npos);
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
  check_fault(with_body(R"("\"text\"")"), {"EREGISTRYREPLY", {}});
  check_fault(with_body(R"("")"), {"EREGISTRYREPLY", {}});
  check_fault(with_body(R"("{\"name\":\"bad\",\"dist-tags\":{\"latest\":\"1.0.0\"},)"
                        R"(\"versions\":{\"1.0.0\":7}}")"),
              {"EREGISTRYREPLY", {"1.0.0"}});
}

TEST_CASE("metadata that is not what its content encoding says is asked for anew, once") {
  const char* const bodies[] = {
      // Whole and cut gzip streams: the second ends in the middle of its data.
      R"("body":"{\"name\":\"bad\"}")", R"("bodyBase64":"H4sIAAAAAAAAA6tWykvMTVWyUkpKTFGq")",
      R"("bodyBase64":"H4sIAAAAAAAAA////////////////w==")", R"("body":"")"};
  for (const std::string body : bodies) {
    const std::string fault =
        R"({"url":"/bad","status":200,"headers":{"content-type":"application/json",)"
        R"("content-encoding":"gzip"},)" +
        body;
    CAPTURE(fault);
    Bench once;
    once.fault(fault + R"(,"count":1})");
    const Run run = once.gyre();
    CAPTURE(run.err);
    CHECK(run.exit == 0);
    CHECK(once.asked_for("/bad") == 2);
    Bench bench;
    bench.fault(fault + "}");
    check_failure(bench, bench.gyre(), {"EREGISTRYREPLY", {"gzip", bench.url() + "bad"}, "bad"});
    CHECK(bench.asked_for("/bad") == 2);
    bench.registry().clear_faults();
    CHECK(bench.gyre().exit == 0);
  }
  Bench bench;
  bench.fault(R"({"url":"/bad","status":200,"headers":{"content-encoding":"gzip"},"body":"{}"})");
  check_contract(bench, {"EREGISTRYREPLY", {}, "bad"}, [] {});
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
  check_failure(bench, run, {"E500", {"3 times in ", " s", bench.url() + "bad"}, "bad"});
  CHECK(bench.asked_for("/bad") == 3);
  // As often as is configured.
  bench.configure("fetch-retries=4");
  bench.registry().clear_journal();
  check_failure(bench, bench.gyre(), {"E500", {"5 times in "}, "bad"});
  CHECK(bench.asked_for("/bad") == 5);
  bench.configure("");
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
  CHECK(std::chrono::steady_clock::now() - start < time_limit(std::chrono::seconds(5)));
  CHECK(bench.asked_for("/bad") == 1);
  check_contract(bench, {"E429", {}, "bad"}, [] {});
}

TEST_CASE("no secret is printed, whatever form it has and whatever goes wrong") {
  const std::string faults[] = {
      R"({"url":"/bad","status":401,"body":"{}","headers":{"set-cookie":"sid=c00kie"}})",
      R"({"url":"/bad","status":403,"body":"{}"})",
      R"({"url":"/bad","answer":"otp"})",
      R"({"url":"/bad","status":404,"body":"{}"})",
      R"({"url":"/bad","status":500,"headers":{"set-cookie":"sid=c00kie"}})",
      R"({"url":"/bad","answer":"html"})",
      R"({"url":"/bad","redirect":"http://user:passw0rd@127.0.0.1:1/bad"})",
      R"({"url":"/bad/-/*","status":401,"body":"{}"})",
      R"({"url":"/bad/-/*","cutAfter":30})"};
  for (const std::string& fault : faults) {
    CAPTURE(fault);
    Bench bench;
    bench.fault(fault);
    const std::string host = bench.url().substr(7);
    const std::string keys = "//" + host + ":";
    const std::string settings[] = {
        "registry=http://" + host + "\n" + keys + "_authToken=s3cret-t0ken\n",
        "registry=http://" + host + "\n" + keys + "_auth=dXNlcjpwYXNzdzByZA==\n",
        "registry=http://" + host + "\n" + keys + "username=user\n" + keys +
            "_password=cGFzc3cwcmQ=\n",
        "registry=http://user:passw0rd@" + host + "\n"};
    for (const std::string& lines : settings) {
      CAPTURE(lines);
      std::ofstream(bench.project() + "/.npmrc")
          << lines << "fetch-retry-mintimeout=10\nfetch-retries=1\n";
      const std::vector<std::vector<std::string>> commands = {{"install"},
                                                              {"install", "--verbose"},
                                                              {"install", "--loglevel", "silly"},
                                                              {"install", "--json"}};
      for (const auto& command : commands) {
        const Run run = bench.gyre(command);
        CAPTURE(run.err);
        CHECK(run.exit == 1);
        for (const char* secret :
             {"s3cret-t0ken", "dXNlcjpwYXNzdzByZA==", "passw0rd", "cGFzc3cwcmQ=", "c00kie"}) {
          CHECK_MESSAGE(run.err.find(secret) == std::string::npos, secret);
          CHECK_MESSAGE(run.out.find(secret) == std::string::npos, secret);
        }
      }
    }
  }
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
