// Packuments, manifests and tarballs, from folders, archives and recipes.
#include <doctest.h>

#include <thread>

#include "registry-mock/registry.hpp"
#include "registry-mock/tarball.hpp"
#include "registry-mock/text.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/registry_mock/client.hpp"

using namespace gyre;
using namespace gyre::registry_mock;
using gyre::test::ask;
using gyre::test::at;

namespace {

struct Fixture {
  Fixture() {
    dir.write("ok/1.0.0/package.json",
              R"({"name":"ok","version":"1.0.0","scripts":{"postinstall":"x"},"readme":"long"})");
    dir.write("ok/1.0.0/lib/a.js", "1");
    dir.write("ok/1.10.0/package.json", R"({"name":"ok","version":"1.10.0"})");
    dir.write("ok/1.9.0.json", R"({"entries":[{"name":"package/b.js","content":"2"}]})");
    dir.write("ok/2.0.0-rc.1/package.json", R"({"name":"ok","version":"2.0.0-rc.1"})");
    dir.write("ok/_registry.json",
              R"({"dist-tags":{"next":"2.0.0-rc.1"},"deprecated":{"1.0.0":"old"},
                  "time":{"1.10.0":"-2h"},"versions":{"1.9.0":{"engines":{"node":">=1"}}}})");
    dir.write("@s/name/1.0.0/package.json", R"({"name":"@s/name","version":"1.0.0"})");
    dir.write("broken/1.0.0.tgz", "not an archive");
    server = std::move(Server::start({.packages = {dir.path()}})).value();
  }
  test::Reply get(const std::string& target, const std::string& headers = "") const {
    return ask(server->url(), "GET", target, headers);
  }
  test::TempDir dir;
  std::unique_ptr<Server> server;
};

}  // namespace

TEST_CASE("a packument lists every version, its tags, times and where the archive is") {
  const Fixture fixture;
  const json::Value whole = fixture.get("/ok").json();
  CHECK(at(whole, {"dist-tags", "latest"}) == "1.10.0");
  CHECK(at(whole, {"dist-tags", "next"}) == "2.0.0-rc.1");
  CHECK(whole.get("versions")->as_object()->size() == 4);
  CHECK(at(whole, {"versions", "1.0.0", "deprecated"}) == "old");
  CHECK(at(whole, {"versions", "1.9.0", "engines", "node"}) == ">=1");
  CHECK(at(whole, {"versions", "1.0.0", "dist", "tarball"}) ==
        "http://mock.test/ok/-/ok-1.0.0.tgz");
  CHECK(at(whole, {"time", "1.0.0"}) == "2020-01-01T00:00:00.000Z");
  const test::Reply archive = fixture.get("/ok/-/ok-1.0.0.tgz");
  CHECK(archive.status() == 200);
  CHECK(at(whole, {"versions", "1.0.0", "dist", "integrity"}) == sha512_integrity(archive.body));
  CHECK(at(whole, {"versions", "1.0.0", "dist", "shasum"}) == sha1_hex(archive.body));
}

TEST_CASE("the abbreviated form leaves out what installing does not need") {
  const Fixture fixture;
  const test::Reply reply =
      fixture.get("/ok", "Accept: application/vnd.npm.install-v1+json; q=1.0\r\n");
  CHECK(reply.has("content-type: application/vnd.npm.install-v1+json"));
  const json::Value document = reply.json();
  const json::Value* version = document.get("versions")->get("1.0.0");
  CHECK(version->get("readme") == nullptr);
  CHECK(version->get("scripts") == nullptr);
  CHECK(version->get("license") == nullptr);
  REQUIRE(version->get("hasInstallScript") != nullptr);
  CHECK(*version->get("hasInstallScript")->as_bool());
  CHECK(document.get("time") == nullptr);
  CHECK(document.get("modified") != nullptr);
}

TEST_CASE("a packument is asked for again by its ETag, and sent gzipped to who wants that") {
  const Fixture fixture;
  const test::Reply first = fixture.get("/ok");
  const size_t begin = first.head.find("etag: ") + 6;
  const std::string etag = first.head.substr(begin, first.head.find('\r', begin) - begin);
  const test::Reply again = fixture.get("/ok", "If-None-Match: " + etag + "\r\n");
  CHECK(again.status() == 304);
  CHECK(again.body.empty());
  const test::Reply packed = fixture.get("/ok", "Accept-Encoding: gzip\r\n");
  CHECK(packed.has("content-encoding: gzip"));
  CHECK(packed.body == gzip(first.body));
  const test::Reply head = ask(fixture.server->url(), "HEAD", "/ok");
  CHECK(head.status() == 200);
  CHECK(head.body.empty());
}

TEST_CASE("scopes are understood encoded and plain; versions and tags have manifests") {
  const Fixture fixture;
  for (const char* target : {"/@s%2fname", "/@s%2Fname", "/@s/name"}) {
    CHECK(at(fixture.get(target).json(), {"name"}) == "@s/name");
  }
  CHECK(at(fixture.get("/@s%2fname").json(), {"versions", "1.0.0", "dist", "tarball"}) ==
        "http://mock.test/@s/name/-/name-1.0.0.tgz");
  CHECK(fixture.get("/@s/name/-/name-1.0.0.tgz").status() == 200);
  CHECK(at(fixture.get("/ok/latest").json(), {"version"}) == "1.10.0");
  CHECK(at(fixture.get("/ok/1.9.0").json(), {"version"}) == "1.9.0");
  CHECK(fixture.get("/ok/3.0.0").status() == 404);
  CHECK(fixture.get("/none").status() == 404);
  CHECK(fixture.get("/..%2f..%2fetc/passwd").status() == 404);
}

TEST_CASE("an archive is sent in parts") {
  const Fixture fixture;
  const std::string whole = fixture.get("/ok/-/ok-1.0.0.tgz").body;
  const test::Reply rest = fixture.get("/ok/-/ok-1.0.0.tgz", "Range: bytes=10-\r\n");
  CHECK(rest.status() == 206);
  CHECK(rest.body == whole.substr(10));
  CHECK(rest.has("content-range: bytes 10-" + std::to_string(whole.size() - 1) + "/" +
                 std::to_string(whole.size())));
  CHECK(fixture.get("/ok/-/ok-1.0.0.tgz", "Range: bytes=3-5\r\n").body == whole.substr(3, 3));
  CHECK(fixture.get("/ok/-/ok-1.0.0.tgz", "Range: bytes=99999-\r\n").status() == 416);
  const test::Reply changed =
      fixture.get("/ok/-/ok-1.0.0.tgz", "Range: bytes=10-\r\nIf-Range: \"older\"\r\n");
  CHECK(changed.status() == 200);
  CHECK(changed.body == whole);
}

TEST_CASE("a folder packs to the same bytes each time, and the package.json is found again") {
  const Fixture fixture;
  const std::string first = pack_folder(fixture.dir / "ok/1.0.0").value();
  CHECK(first == pack_folder(fixture.dir / "ok/1.0.0").value());
  CHECK(at(manifest_in(first).value(), {"version"}) == "1.0.0");
  CHECK(!manifest_in("no archive"));
}

TEST_CASE("a raw archive is served as it is, broken or not") {
  const Fixture fixture;
  CHECK(fixture.get("/broken/-/broken-1.0.0.tgz").body == "not an archive");
  CHECK(at(fixture.get("/broken").json(), {"versions", "1.0.0", "name"}) == "broken");
}

TEST_CASE("versions are ordered as semver says") {
  const VersionLess less;
  CHECK(less("1.9.0", "1.10.0"));
  CHECK(less("1.0.0-alpha", "1.0.0-alpha.1"));
  CHECK(less("1.0.0-alpha.1", "1.0.0-beta"));
  CHECK(less("1.0.0-2", "1.0.0-10"));
  CHECK(less("1.0.0-10", "1.0.0-a"));
  CHECK(less("1.0.0-rc.1", "1.0.0"));
  CHECK(!less("1.0.0", "1.0.0"));
  CHECK(is_version("1.2.3-x+y"));
  CHECK(!is_version("1.2"));
}

TEST_CASE("the clock decides what relative times mean") {
  const Fixture fixture;
  fixture.server->set_time(1'600'000'000'000);
  CHECK(at(fixture.get("/ok").json(), {"time", "1.10.0"}) == "2020-09-13T10:26:40.000Z");
  const test::Reply set =
      ask(fixture.server->url(), "PUT", "/-/mock/clock", "", R"({"now":"2021-01-01T02:00:00Z"})");
  CHECK(set.status() == 200);
  CHECK(at(fixture.get("/ok").json(), {"time", "1.10.0"}) == "2021-01-01T00:00:00.000Z");
  CHECK(ask(fixture.server->url(), "PUT", "/-/mock/clock", "", "{}").status() == 400);
}

TEST_CASE("the registry runs on a loop of its caller's as well") {
  const Fixture fixture;
  const auto loop = std::move(loop::Loop::create()).value();
  const auto registry =
      std::move(Registry::listen(*loop, {.packages = {fixture.dir.path()}})).value();
  test::Reply reply;
  std::thread client([&] {
    reply = ask(registry->url(), "GET", "/ok/latest");
    loop->mailbox()->post([&] { loop->stop(); });
  });
  loop->run();
  client.join();
  CAPTURE(reply.head);
  CHECK(at(reply.json(), {"version"}) == "1.10.0");
  CHECK(registry->journal().entries().size() == 1);
  registry->close();
  loop->shut_down();
}

TEST_CASE("a port that is taken is an error, not the end") {
  const Fixture fixture;
  Options options;
  const std::string url = fixture.server->url();
  options.port = static_cast<uint16_t>(std::atoi(url.c_str() + url.rfind(':') + 1));
  auto second = Server::start(options);
  REQUIRE(!second);
  CHECK(second.error().code() == "EADDRINUSE");
}
