// Which requests a fault hits, what it does to them, and what the journal says of it.
#include <doctest.h>

#include "registry-mock/registry.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/registry_mock/client.hpp"

using namespace gyre;
using namespace gyre::registry_mock;
using gyre::test::ask;
using gyre::test::at;

namespace {

constexpr const char* kArchive = "/ok/-/ok-1.0.0.tgz";

struct Fixture {
  Fixture() {
    dir.write("ok/1.0.0/package.json", R"({"name":"ok","version":"1.0.0"})");
    server = std::move(Server::start({.packages = {dir.path()}})).value();
    whole = get(kArchive).body;
  }
  test::Reply get(const std::string& target) const { return ask(server->url(), "GET", target); }
  void fault(const std::string& json) const { REQUIRE(server->add_fault(json)); }
  test::TempDir dir;
  std::unique_ptr<Server> server;
  std::string whole;
};

}  // namespace

TEST_CASE("a fault hits the requests it counts, and no others") {
  const Fixture fixture;
  fixture.fault(R"({"url":"/ok","status":503,"first":2,"count":2})");
  CHECK(fixture.get("/ok").status() == 200);
  CHECK(fixture.get("/ok").status() == 503);
  CHECK(fixture.get(kArchive).status() == 200);
  CHECK(fixture.get("/ok").status() == 503);
  CHECK(fixture.get("/ok").status() == 200);
  fixture.server->clear_faults();
  fixture.fault(R"({"url":"/ok/-/*","method":"GET","nth":1,"status":404})");
  CHECK(ask(fixture.server->url(), "HEAD", kArchive).status() == 200);
  CHECK(fixture.get(kArchive).status() == 404);
  CHECK(fixture.get(kArchive).status() == 200);
}

TEST_CASE("answers may be replaced") {
  const Fixture fixture;
  fixture.fault(R"({"url":"/ok","answer":"html"})");
  CHECK(fixture.get("/ok").has("content-type: text/html"));
  fixture.server->clear_faults();
  fixture.fault(R"({"url":"/ok","answer":"malformed-json"})");
  CHECK(!json::parse(fixture.get("/ok").body));
  fixture.server->clear_faults();
  fixture.fault(R"({"url":"/ok","answer":"otp"})");
  CHECK(fixture.get("/ok").status() == 401);
  CHECK(fixture.get("/ok").has("www-authenticate: OTP"));
  fixture.server->clear_faults();
  fixture.fault(R"({"url":"/ok","redirect":"http://other.test/ok"})");
  CHECK(fixture.get("/ok").status() == 302);
  CHECK(fixture.get("/ok").has("location: http://other.test/ok"));
  fixture.server->clear_faults();
  fixture.fault(R"({"url":"/ok","status":429,"headers":{"retry-after":"1"},"body":"slow"})");
  CHECK(fixture.get("/ok").has("retry-after: 1"));
  CHECK(fixture.get("/ok").body == "slow");
}

TEST_CASE("bytes may be spoilt on their way") {
  const Fixture fixture;
  const std::string size = std::to_string(fixture.whole.size());
  fixture.fault(std::string(R"({"url":")") + kArchive + R"(","corrupt":true})");
  CHECK(fixture.get(kArchive).body.size() == fixture.whole.size());
  CHECK(fixture.get(kArchive).body != fixture.whole);
  fixture.server->clear_faults();
  fixture.fault(std::string(R"({"url":")") + kArchive + R"(","cutAfter":10})");
  CHECK(fixture.get(kArchive).body == fixture.whole.substr(0, 10));
  CHECK(fixture.get(kArchive).has("Content-Length: " + size));
  fixture.server->clear_faults();
  fixture.fault(std::string(R"({"url":")") + kArchive + R"(","resetAfter":10})");
  CHECK(fixture.get(kArchive).was_reset);
  fixture.server->clear_faults();
  fixture.fault(std::string(R"({"url":")") + kArchive + R"(","length":99999})");
  CHECK(fixture.get(kArchive).has("Content-Length: 99999"));
  fixture.server->clear_faults();
  fixture.fault(R"({"url":"/ok","raw":"HTTP/1.1 200 OK\r\n\r\nbare"})");
  CHECK(fixture.get("/ok").body == "bare");
  fixture.server->clear_faults();
  fixture.fault(std::string(R"({"url":")") + kArchive +
                R"(","trickle":{"bytes":100,"every":1},"delay":5})");
  CHECK(fixture.get(kArchive).body == fixture.whole);
}

TEST_CASE("the journal tells what was asked, answered, and met by which fault") {
  const Fixture fixture;
  fixture.server->clear_journal();
  const uint64_t id = fixture.server->add_fault(R"({"url":"/ok","status":500})").value();
  (void)ask(fixture.server->url(), "GET", "/ok", "Authorization: Bearer secret\r\n");
  const auto requests = fixture.server->requests();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].url == "/ok");
  CHECK(requests[0].status == 500);
  CHECK(requests[0].fault == id);
  CHECK(requests[0].header("authorization") == "Bearer secret");
  const json::Value journal = fixture.get("/-/mock/journal").json();
  CHECK(journal.get("requests")->as_array()->size() == 1);
}

TEST_CASE("a fault that makes no sense is refused with a reason") {
  const Fixture fixture;
  CHECK(fixture.server->add_fault(R"({"urll":"/ok"})").error().message() ==
        "a fault has no member \"urll\"");
  CHECK(!fixture.server->add_fault(R"({"status":99})"));
  CHECK(!fixture.server->add_fault(R"({"delay":-1})"));
  CHECK(!fixture.server->add_fault(R"([])"));
  const test::Reply reply = ask(fixture.server->url(), "POST", "/-/mock/faults", "", "{\"x\":1}");
  CHECK(reply.status() == 400);
}
