// The registry's signatures are real: its public key verifies them.
#include <doctest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "registry-mock/registry.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/registry_mock/client.hpp"

using namespace gyre;
using namespace gyre::registry_mock;
using gyre::test::ask;
using gyre::test::at;

namespace {

bool verifies(const std::string& der, const std::string& text, const std::string& signature) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  EVP_PKEY* key = ::d2i_PUBKEY(nullptr, &bytes, static_cast<long>(der.size()));
  EVP_MD_CTX* context = ::EVP_MD_CTX_new();
  const bool is_good =
      key != nullptr &&
      ::EVP_DigestVerifyInit(context, nullptr, ::EVP_sha256(), nullptr, key) == 1 &&
      ::EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()),
                         signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                         text.size()) == 1;
  ::EVP_MD_CTX_free(context);
  ::EVP_PKEY_free(key);
  return is_good;
}

}  // namespace

TEST_CASE("dist.signatures verify against /-/npm/v1/keys, over name@version:integrity") {
  const test::TempDir dir;
  dir.write("@s/a/1.2.3/package.json", R"({"name":"@s/a","version":"1.2.3"})");
  const auto server = std::move(Server::start({.packages = {dir.path()}})).value();
  const json::Value keys = ask(server->url(), "GET", "/-/npm/v1/keys").json();
  const json::Value& key = (*keys.get("keys")->as_array())[0];
  const json::Value version = ask(server->url(), "GET", "/@s%2fa/1.2.3").json();
  const json::Value& signature = (*version.get("dist")->get("signatures")->as_array())[0];
  CHECK(at(key, {"keyid"}) == at(signature, {"keyid"}));
  CHECK(at(key, {"keytype"}) == "ecdsa-sha2-nistp256");
  const std::string der = from_base64(at(key, {"key"})).value_or("");
  const std::string bytes = from_base64(at(signature, {"sig"})).value_or("");
  const std::string text = "@s/a@1.2.3:" + at(version, {"dist", "integrity"});
  CHECK(verifies(der, text, bytes));
  CHECK(!verifies(der, text + "x", bytes));
}

TEST_CASE("what an upstream has is served, recorded, and served again without it") {
  const test::TempDir origin, kept;
  origin.write("far/1.0.0/package.json", R"({"name":"far","version":"1.0.0"})");
  auto upstream = std::move(Server::start({.packages = {origin.path()}})).value();
  Options options{.packages = {kept.path()}};
  options.upstream = upstream->url();
  options.record = true;
  const std::string archive_name = "/far/-/far-1.0.0.tgz";
  std::string archive;
  {
    const auto server = std::move(Server::start(options)).value();
    archive = ask(server->url(), "GET", archive_name).body;
    CHECK(at(ask(server->url(), "GET", "/far").json(), {"versions", "1.0.0", "dist", "tarball"}) ==
          "http://mock.test/far/-/far-1.0.0.tgz");
    CHECK(ask(server->url(), "GET", "/nowhere").status() == 404);
    upstream.reset();
    CHECK(ask(server->url(), "GET", "/new").status() == 502);
  }
  const auto offline = std::move(Server::start({.packages = {kept.path()}})).value();
  CHECK(ask(offline->url(), "GET", archive_name).body == archive);
  CHECK(archive.size() > 20);
  CHECK(at(ask(offline->url(), "GET", "/far").json(), {"dist-tags", "latest"}) == "1.0.0");
}
