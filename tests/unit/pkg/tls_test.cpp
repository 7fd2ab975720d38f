// Certificates: whom the transport trusts, and who is shown ours.
#include <doctest.h>

#include "pkg/registry/transport.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/tls_server.hpp"
#include "tests/unit/pkg/transport_support.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::Identity;
using gyre::test::TempDir;
using gyre::test::TlsServer;

namespace {

struct Fixture {
  Fixture() { dir.write("authority.pem", authority.certificate_pem()); }
  Result<HttpResponse> ask(const Options& options) {
    return get(options, events, request_for(server.url()));
  }
  TempDir dir;
  Identity authority{"authority"};
  Identity identity{"127.0.0.1", &authority};
  TlsServer server{identity, authority};
  Events events;
};

}  // namespace

TEST_CASE("an unknown authority is ECERT, at once and with a hint") {
  Fixture fixture;
  auto response = fixture.ask(fast_options());
  REQUIRE(!response);
  CHECK(response.error().code() == "ECERT");
  CHECK(response.error().hint().find("cafile") != std::string::npos);
  CHECK(fixture.events.retries == 0);
  CHECK(fixture.server.clients().empty());
}

TEST_CASE("cafile, ca and strict-ssl=false each make it known") {
  Fixture fixture;
  Options by_file = fast_options();
  by_file.ca_file = fixture.dir / "authority.pem";
  auto first = fixture.ask(by_file);
  REQUIRE(first);
  CHECK(first->body.text() == "hello");

  Options by_text = fast_options();
  by_text.ca = {fixture.authority.certificate_pem()};
  CHECK(fixture.ask(by_text));

  Options by_trust = fast_options();
  by_trust.strict_ssl = false;
  CHECK(fixture.ask(by_trust));

  Options by_other = fast_options();
  by_other.ca = {Identity("another authority").certificate_pem()};
  CHECK(!fixture.ask(by_other));

  Options by_nothing = fast_options();
  by_nothing.ca_file = fixture.dir / "not there.pem";
  auto missing = fixture.ask(by_nothing);
  REQUIRE(!missing);
  CHECK(missing.error().code() == "ECERT");
}

TEST_CASE("a client certificate goes to its registry and to nobody else") {
  Fixture fixture;
  TlsServer other(fixture.identity, fixture.authority);
  const Identity client("me", &fixture.authority);
  fixture.dir.write("me.pem", client.certificate_pem());
  fixture.dir.write("me.key", client.key_pem());
  Options options = fast_options();
  options.ca_file = fixture.dir / "authority.pem";
  Credentials& credentials = options.credentials["//" + fixture.server.host() + "/"];
  credentials.cert_file = fixture.dir / "me.pem";
  credentials.key_file = fixture.dir / "me.key";
  REQUIRE(fixture.ask(options));
  CHECK(fixture.server.clients() == std::vector<std::string>{"me"});

  fixture.server.redirect_to(other.url());
  auto response = fixture.ask(options);
  REQUIRE(response);
  CHECK(response->url == other.url());
  CHECK(fixture.server.clients().back() == "me");
  CHECK(other.clients() == std::vector<std::string>{""});

  credentials.key_file = fixture.dir / "authority.pem";  // no key
  auto broken = fixture.ask(options);
  REQUIRE(!broken);
  CHECK(broken.error().code() == "ECERT");
}
