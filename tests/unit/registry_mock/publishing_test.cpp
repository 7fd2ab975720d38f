// Publishing and what it needs: accounts, tokens, rights; and search and audit.
#include <doctest.h>

#include "registry-mock/registry.hpp"
#include "registry-mock/tarball.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/registry_mock/client.hpp"

using namespace gyre;
using namespace gyre::registry_mock;
using gyre::test::ask;
using gyre::test::at;

namespace {

constexpr const char* kAlice = "Authorization: Bearer alice-token\r\n";
constexpr const char* kBob = "Authorization: Bearer bob-token\r\n";

struct Fixture {
  Fixture() {
    dir.write("_accounts.json",
              R"({"users":{"alice":{"password":"a","email":"a@x","token":"alice-token"},
                           "bob":{"password":"b","token":"bob-token"},
                           "carol":{"password":"c","token":"carol-token","otp":"123456"}},
                  "scopes":{"@private":{"read":["alice"],"write":["alice"]}}})");
    dir.write("@private/x/1.0.0/package.json", R"({"name":"@private/x","version":"1.0.0"})");
    dir.write("tool/1.0.0/package.json",
              R"({"name":"tool","version":"1.0.0","description":"Cuts wood","keywords":["saw"]})");
    dir.write("_advisories.json", R"({"tool":[{"id":1,"vulnerable_versions":"<2"}],"x":[]})");
    server = std::move(Server::start({.packages = {dir.path()}})).value();
  }
  test::Reply call(const char* method, const std::string& target, const std::string& headers = "",
                   const std::string& body = "") const {
    return ask(server->url(), method, target, headers, body);
  }
  // What the npm client sends.
  static std::string upload(const std::string& version, const std::string& data) {
    const std::string integrity = sha512_integrity(data);
    return R"({"_id":"mine","name":"mine","dist-tags":{"latest":")" + version +
           R"("},"versions":{")" + version + R"(":{"name":"mine","version":")" + version +
           R"(","dist":{"integrity":")" + integrity + R"("}}},"_attachments":{"mine-)" + version +
           R"(.tgz":{"data":")" + to_base64(as_bytes(data)) + R"(","length":)" +
           std::to_string(data.size()) + "}}}";
  }
  test::TempDir dir;
  std::unique_ptr<Server> server;
};

}  // namespace

TEST_CASE("publishing needs a login, happens once, and can be read back") {
  const Fixture fixture;
  const std::string body = Fixture::upload("1.0.0", "archive");
  CHECK(fixture.call("PUT", "/mine", "", body).status() == 401);
  CHECK(fixture.call("PUT", "/mine", kAlice, body).status() == 201);
  CHECK(fixture.call("PUT", "/mine", kAlice, body).status() == 403);
  CHECK(fixture.call("PUT", "/mine", kBob, Fixture::upload("1.1.0", "b")).status() == 403);
  CHECK(fixture.call("GET", "/mine/-/mine-1.0.0.tgz").body == "archive");
  const json::Value document = fixture.call("GET", "/mine").json();
  CHECK(at(document, {"dist-tags", "latest"}) == "1.0.0");
  CHECK(at((*document.get("maintainers")->as_array())[0], {"name"}) == "alice");
}

TEST_CASE("bundles published with a version, or kept beside it, are its attestations") {
  const Fixture fixture;
  const std::string statement = R"({"predicateType":"https://slsa.dev/provenance/v0.2"})";
  const std::string bundle =
      R"({"dsseEnvelope":{"payload":")" + to_base64(as_bytes(statement)) + R"("}})";
  std::string body = Fixture::upload("1.0.0", "archive");
  std::string text;
  for (const char c : bundle) text += c == '"' ? std::string("\\\"") : std::string(1, c);
  body.insert(body.find(R"("mine-1.0.0.tgz")"),
              R"("mine-1.0.0.sigstore":{"data":")" + text + "\"},");
  CHECK(fixture.call("PUT", "/mine", kAlice, body).status() == 201);
  fixture.dir.write("@acme/kept/1.0.0/package.json", R"({"name":"@acme/kept","version":"1.0.0"})");
  fixture.dir.write("@acme/kept/_attestations.json",
                    R"({"1.0.0":{"attestations":[{"predicateType":"p","bundle":7}]},"9.9.9":[]})");
  for (const auto& [name, type] : std::vector<std::pair<std::string, std::string>>{
           {"mine", "https://slsa.dev/provenance/v0.2"}, {"@acme/kept", "p"}}) {
    const std::string path = "/-/npm/v1/attestations/" + name + "@1.0.0";
    const json::Value document = fixture.call("GET", "/" + name).json();
    const std::string url = at(document, {"versions", "1.0.0", "dist", "attestations", "url"});
    CHECK(url.ends_with(path));
    CHECK(at(document,
             {"versions", "1.0.0", "dist", "attestations", "provenance", "predicateType"}) == type);
    const json::Value answer = fixture.call("GET", path).json();
    REQUIRE(answer.get("attestations"));
    CHECK(at((*answer.get("attestations")->as_array())[0], {"predicateType"}) == type);
  }
  for (const char* id :
       {"tool@1.0.0", "tool@2.0.0", "none@1.0.0", "@acme/kept", "@acme/kept@9.9.9"})
    CHECK(fixture.call("GET", std::string("/-/npm/v1/attestations/") + id).status() == 404);
}

TEST_CASE("an upload that is not what it says is refused") {
  const Fixture fixture;
  std::string body = Fixture::upload("1.0.0", "archive");
  body.replace(body.find("sha512-") + 7, 1, "/");
  CHECK(fixture.call("PUT", "/mine", kAlice, body).status() == 400);
  CHECK(fixture.call("PUT", "/other", kAlice, Fixture::upload("1.0.0", "a")).status() == 400);
  CHECK(fixture.call("PUT", "/mine", kAlice, "{").status() == 400);
  CHECK(fixture.call("GET", "/mine").status() == 404);
}

TEST_CASE("versions are deprecated, taken back one by one and altogether") {
  const Fixture fixture;
  (void)fixture.call("PUT", "/mine", kAlice, Fixture::upload("1.0.0", "a"));
  (void)fixture.call("PUT", "/mine", kAlice, Fixture::upload("1.1.0", "b"));
  const std::string notice =
      R"({"_id":"mine","versions":{"1.0.0":{"deprecated":"use 1.1"},"1.1.0":{}}})";
  CHECK(fixture.call("PUT", "/mine", kAlice, notice).status() == 200);
  json::Value document = fixture.call("GET", "/mine").json();
  CHECK(at(document, {"versions", "1.0.0", "deprecated"}) == "use 1.1");
  const std::string revision = at(document, {"_rev"});
  const std::string one = R"({"_id":"mine","versions":{"1.0.0":{}},"dist-tags":{}})";
  CHECK(fixture.call("PUT", "/mine/-rev/9-x", kAlice, one).status() == 409);
  CHECK(fixture.call("PUT", "/mine/-rev/" + revision, kAlice, one).status() == 200);
  document = fixture.call("GET", "/mine").json();
  CHECK(at(document, {"dist-tags", "latest"}) == "1.0.0");
  CHECK(document.get("versions")->as_object()->size() == 1);
  CHECK(fixture.call("DELETE", "/mine/-rev/" + at(document, {"_rev"}), kAlice).status() == 200);
  CHECK(fixture.call("GET", "/mine").status() == 404);
}

TEST_CASE("dist-tags are listed, set and removed") {
  const Fixture fixture;
  const std::string base = "/-/package/tool/dist-tags";
  CHECK(at(fixture.call("GET", base).json(), {"latest"}) == "1.0.0");
  CHECK(fixture.call("PUT", base + "/beta", kAlice, "\"1.0.0\"").status() == 201);
  CHECK(at(fixture.call("GET", "/tool").json(), {"dist-tags", "beta"}) == "1.0.0");
  CHECK(fixture.call("PUT", base + "/beta", kAlice, "\"9.0.0\"").status() == 404);
  CHECK(fixture.call("DELETE", base + "/beta", kAlice).status() == 200);
  CHECK(fixture.call("DELETE", base + "/latest", kAlice).status() == 400);
  CHECK(fixture.call("PUT", base + "/beta", "", "\"1.0.0\"").status() == 401);
}

TEST_CASE("a scope is only for those it names") {
  const Fixture fixture;
  CHECK(fixture.call("GET", "/@private%2fx").status() == 401);
  CHECK(fixture.call("GET", "/@private%2fx", kBob).status() == 403);
  CHECK(fixture.call("GET", "/@private%2fx", kAlice).status() == 200);
  CHECK(fixture.call("GET", "/@private/x/-/x-1.0.0.tgz").status() == 401);
  const std::string basic = "Authorization: Basic " + to_base64(as_bytes("alice:a")) + "\r\n";
  CHECK(fixture.call("GET", "/@private%2fx", basic).status() == 200);
}

TEST_CASE("logins, with a password and through the web, give tokens that work until revoked") {
  const Fixture fixture;
  const std::string user = "/-/user/org.couchdb.user:dora";
  const std::string body = R"({"name":"dora","password":"d","email":"d@x"})";
  const std::string token = at(fixture.call("PUT", user, "", body).json(), {"token"});
  const std::string header = "Authorization: Bearer " + token + "\r\n";
  CHECK(at(fixture.call("GET", "/-/whoami", header).json(), {"username"}) == "dora");
  CHECK(fixture.call("PUT", user, "", R"({"name":"dora","password":"wrong"})").status() == 401);
  CHECK(fixture.call("DELETE", "/-/user/token/" + token, header).status() == 200);
  CHECK(fixture.call("GET", "/-/whoami", header).status() == 401);

  const json::Value login = fixture.call("POST", "/-/v1/login", "", "{}").json();
  const std::string done = at(login, {"doneUrl"}).substr(std::string("http://mock.test").size());
  const std::string page = at(login, {"loginUrl"}).substr(std::string("http://mock.test").size());
  CHECK(fixture.call("GET", done).status() == 202);
  CHECK(fixture.call("GET", page + "?user=bob").status() == 200);
  CHECK(at(fixture.call("GET", done).json(), {"token"}).starts_with("npm_"));
}

TEST_CASE("tokens are made, listed without their secret, and removed by key") {
  const Fixture fixture;
  const test::Reply made =
      fixture.call("POST", "/-/npm/v1/tokens", kAlice, R"({"password":"a","readonly":true})");
  const std::string token = at(made.json(), {"token"}), key = at(made.json(), {"key"});
  const std::string header = "Authorization: Bearer " + token + "\r\n";
  CHECK(fixture.call("PUT", "/mine", header, Fixture::upload("1.0.0", "a")).status() == 403);
  const test::Reply list = fixture.call("GET", "/-/npm/v1/tokens", kAlice);
  CHECK(list.json().get("objects")->as_array()->size() == 2);
  CHECK(list.body.find(token) == std::string::npos);
  CHECK(fixture.call("DELETE", "/-/npm/v1/tokens/token/" + key, kAlice).status() == 204);
  CHECK(fixture.call("GET", "/-/whoami", header).status() == 401);
}

TEST_CASE("a one-time password is asked for where the account has one") {
  const Fixture fixture;
  const std::string carol = "Authorization: Bearer carol-token\r\n";
  const test::Reply refused = fixture.call("PUT", "/mine", carol, Fixture::upload("1.0.0", "a"));
  CHECK(refused.status() == 401);
  CHECK(refused.has("www-authenticate: OTP"));
  CHECK(fixture.call("PUT", "/mine", carol + "npm-otp: 123456\r\n", Fixture::upload("1.0.0", "a"))
            .status() == 201);
}

TEST_CASE("search finds by name, keyword and description; private packages stay hidden") {
  const Fixture fixture;
  const auto names = [&](const std::string& text) {
    std::string found;
    const json::Value answer = fixture.call("GET", "/-/v1/search?text=" + text).json();
    for (const json::Value& item : *answer.get("objects")->as_array()) {
      found += at(item, {"package", "name"}) + " ";
    }
    return found;
  };
  CHECK(names("tool") == "tool ");
  CHECK(names("keywords:saw") == "tool ");
  CHECK(names("cuts%20wood") == "tool ");
  CHECK(names("x") == "");
  CHECK(names("nothing") == "");
}

TEST_CASE("audits are answered from the folder's advisories, for what was asked") {
  const Fixture fixture;
  const std::string target = "/-/npm/v1/security/advisories/bulk";
  const json::Value answer = fixture.call("POST", target, "", R"({"tool":["1.0.0"]})").json();
  CHECK(answer.get("tool") != nullptr);
  CHECK(answer.get("x") == nullptr);
  const std::string packed = gzip(R"({"tool":["1.0.0"]})");
  CHECK(fixture.call("POST", target, "Content-Encoding: gzip\r\n", packed).json().get("tool"));
  CHECK(fixture.call("POST", target, "", "[").status() == 400);
}
