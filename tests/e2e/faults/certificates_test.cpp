// Row F21 over TLS: a registry's client certificate is shown to that registry alone.
#include <doctest.h>

#include "tests/e2e/faults/harness.hpp"
#include "tests/support/tar_builder.hpp"
#include "tests/support/tls_server.hpp"

using namespace gyre::test;

namespace {

// A project whose registry wants a client certificate, and another host that has its archives too.
struct Fixture {
  Fixture() {
    dir.write("authority.pem", authority.certificate_pem());
    dir.write("me.pem", client.certificate_pem());
    dir.write("me.key", client.key_pem());
    bench.manifest(R"({"name":"app","version":"1.0.0","dependencies":{"dep":"1.0.0"}})");
    const std::string scope = "//" + registry.host() + "/:";
    std::ofstream(bench.project() + "/.npmrc")
        << "registry=" << registry.url() << "\ncafile=" << dir / "authority.pem"
        << "\n"
        << scope << "certfile=" << dir / "me.pem"
        << "\n"
        << scope << "keyfile=" << dir / "me.key"
        << "\nmin-release-age=0\n";
    TarBuilder tar;
    tar.file("package/package.json", R"({"name":"dep","version":"1.0.0"})");
    const std::string archive = tar.tgz();
    registry.answer("/dep-1.0.0.tgz", archive);
    other.answer("/dep-1.0.0.tgz", archive);
  }
  void archive_at(const std::string& url) {
    registry.answer("/dep", R"({"name":"dep","dist-tags":{"latest":"1.0.0"},"versions":{"1.0.0":)"
                            R"({"name":"dep","version":"1.0.0","dist":{"tarball":")" +
                                url + R"("}}}})");
  }
  void check_installs() {
    const Run run = bench.gyre();
    CAPTURE(run.err);
    CHECK(run.exit == 0);
    CHECK(bench.has("node_modules/dep/package.json"));
    CHECK(run.err.find("PRIVATE KEY") == std::string::npos);
  }
  TempDir dir;
  Bench bench;
  Identity authority{"authority"}, identity{"127.0.0.1", &authority}, client{"me", &authority};
  TlsServer registry{identity, authority}, other{identity, authority};
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("F21: the registry gets the client certificate, for metadata and archives") {
  Fixture fixture;
  fixture.archive_at(fixture.registry.url() + "dep-1.0.0.tgz");
  fixture.check_installs();
  CHECK(fixture.registry.clients() == Names{"me", "me"});
  CHECK(fixture.other.clients().empty());
}

TEST_CASE("F21: an archive on another host is fetched without the client certificate") {
  Fixture fixture;
  fixture.archive_at(fixture.other.url() + "dep-1.0.0.tgz");
  fixture.check_installs();
  CHECK(fixture.registry.clients() == Names{"me"});
  CHECK(fixture.other.clients() == Names{""});
}

TEST_CASE("F21: a 302 to another host is followed without the client certificate") {
  Fixture fixture;
  fixture.archive_at(fixture.registry.url() + "dep-1.0.0.tgz");
  fixture.registry.redirect("/dep-1.0.0.tgz", fixture.other.url() + "dep-1.0.0.tgz");
  fixture.check_installs();
  CHECK(fixture.registry.clients() == Names{"me", "me"});
  CHECK(fixture.other.clients() == Names{""});
}
