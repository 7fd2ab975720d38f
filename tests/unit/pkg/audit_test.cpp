// Advisories, signatures, attestations, bills of materials and what view shows.
#include <doctest.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "pkg/audit/advisory.hpp"
#include "pkg/audit/sbom.hpp"
#include "pkg/audit/signatures.hpp"
#include "pkg/registry/view.hpp"
#include "pkg/store/integrity.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre;
using namespace gyre::pkg;

namespace {

// A P-256 key that signs as registries do.
class Signer {
 public:
  Signer() : key_(EVP_EC_gen("P-256"), EVP_PKEY_free) {}

  std::string public_text() const {
    unsigned char* bytes = nullptr;
    const int size = i2d_PUBKEY(key_.get(), &bytes);
    const std::string text = base64_encode({bytes, static_cast<size_t>(size)});
    OPENSSL_free(bytes);
    return text;
  }
  std::string sign(const std::string& message) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
    unsigned char bytes[256];
    size_t size = sizeof bytes;
    EVP_DigestSign(context.get(), bytes, &size,
                   reinterpret_cast<const unsigned char*>(message.data()), message.size());
    return base64_encode({bytes, size});
  }
  // A certificate for the key, valid from `from` for `seconds`: an authority's, or one it issued.
  std::string certificate(long from, long seconds, const Signer* issuer = nullptr) const {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    ASN1_TIME_set(X509_getm_notBefore(certificate.get()), from);
    ASN1_TIME_set(X509_getm_notAfter(certificate.get()), from + seconds);
    X509_set_pubkey(certificate.get(), key_.get());
    name(X509_get_subject_name(certificate.get()), issuer ? "signer" : "authority");
    name(X509_get_issuer_name(certificate.get()), "authority");
    X509_EXTENSION* constraints = X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints,
                                                      issuer ? "CA:FALSE" : "critical,CA:TRUE");
    X509_add_ext(certificate.get(), constraints, -1);
    X509_EXTENSION_free(constraints);
    X509_sign(certificate.get(), (issuer ? issuer : this)->key_.get(), EVP_sha256());
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(certificate.get(), &bytes);
    const std::string text = base64_encode({bytes, static_cast<size_t>(size)});
    OPENSSL_free(bytes);
    return text;
  }

 private:
  static void name(X509_NAME* to, const char* text) {
    X509_NAME_add_entry_by_txt(to, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text),
                               -1, -1, 0);
  }
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

const std::string kIntegrity = hash_of(HashAlgorithm::kSha512, as_bytes("archive")).to_sri();
const std::string kId = "@s/a@1.0.0";

std::vector<RegistryKey> keys_of(const Signer& signer, const char* expires = nullptr) {
  OrderedJson answer;
  OrderedJson& key = answer["keys"][0];
  key["keyid"] = "k1";
  key["key"] = signer.public_text();
  key["expires"] = expires == nullptr ? OrderedJson(nullptr) : OrderedJson(expires);
  return read_registry_keys(answer);
}

OrderedJson signature_of(const Signer& signer, const std::string& message) {
  OrderedJson signature;
  signature["keyid"] = "k1";
  signature["sig"] = signer.sign(message);
  return signature;
}

std::string statement(const std::string& name, const std::string& digest) {
  return R"({"subject":[{"name":")" + name + R"(","digest":{"sha512":")" + digest + R"("}}]})";
}

// A DSSE envelope around `payload`.
OrderedJson attestation_of(const Signer& signer, const std::string& payload,
                           const std::string& key_id, const std::string& certificate) {
  const std::string type = "application/vnd.in-toto+json";
  OrderedJson attestation;
  OrderedJson& envelope = attestation["bundle"]["dsseEnvelope"];
  envelope["payload"] = base64_encode(as_bytes(payload));
  envelope["payloadType"] = type;
  envelope["signatures"][0]["keyid"] = key_id;
  envelope["signatures"][0]["sig"] =
      signer.sign("DSSEv1 " + std::to_string(type.size()) + " " + type + " " +
                  std::to_string(payload.size()) + " " + payload);
  OrderedJson& material = attestation["bundle"]["verificationMaterial"];
  material["tlogEntries"][0]["integratedTime"] = "1700000000";
  if (!certificate.empty()) {
    material["x509CertificateChain"]["certificates"][0]["rawBytes"] = certificate;
  }
  return attestation;
}

const std::string kLogId = base64_encode(as_bytes("\x01\xab"));

// As a log makes its entry: `payload` is what it saw, `log` who signs the promise.
OrderedJson log_attestation(OrderedJson attestation, const std::string& payload, const Signer& log,
                            const std::string& kind) {
  const std::string signature =
      attestation["bundle"]["dsseEnvelope"]["signatures"][0]["sig"].get<std::string>();
  const std::string hash = hash_of(HashAlgorithm::kSha256, as_bytes(payload)).to_hex();
  OrderedJson body;
  body["kind"] = kind;
  if (kind == "dsse") {
    body["spec"]["payloadHash"]["value"] = hash;
    body["spec"]["signatures"][0]["signature"] = signature;
  } else {
    OrderedJson& content = body["spec"]["content"];
    content["payloadHash"]["value"] = hash;
    content["envelope"]["signatures"][0]["sig"] = base64_encode(as_bytes(signature));
  }
  OrderedJson& entry = attestation["bundle"]["verificationMaterial"]["tlogEntries"][0];
  const std::string text = base64_encode(as_bytes(body.dump()));
  entry["logIndex"] = "77";
  entry["logId"]["keyId"] = kLogId;
  entry["canonicalizedBody"] = text;
  entry["inclusionPromise"]["signedEntryTimestamp"] =
      log.sign("{\"body\":\"" + text +
               "\",\"integratedTime\":1700000000,\"logID\":\"01ab\",\"logIndex\":77}");
  return attestation;
}

std::string code_of(const Status& status) {
  return status ? std::string("ok") : status.error().code();
}

std::shared_ptr<const AuditedPackage> package_with(const std::string& name,
                                                   const std::string& versions) {
  return read_audited_package(name, OrderedJson::parse(R"({"versions":)" + versions + "}"));
}

}  // namespace

TEST_CASE("a registry signature is ECDSA over name@version:integrity") {
  const Signer signer, stranger;
  const auto keys = keys_of(signer);
  const std::string message = kId + ":" + kIntegrity;
  CHECK(code_of(check_signature(kId, kIntegrity, signature_of(signer, message), 0, keys)) == "ok");
  CHECK(code_of(check_signature(kId, kIntegrity, signature_of(signer, message + "x"), 0, keys)) ==
        "EINTEGRITYSIGNATURE");
  CHECK(code_of(check_signature(kId, kIntegrity, signature_of(stranger, message), 0, keys)) ==
        "EINTEGRITYSIGNATURE");
  OrderedJson other = signature_of(signer, message);
  other["keyid"] = "k2";
  CHECK(code_of(check_signature(kId, kIntegrity, other, 0, keys)) == "EMISSINGSIGNATUREKEY");
  CHECK(code_of(check_signature(kId, kIntegrity, OrderedJson("nonsense"), 0, keys)) ==
        "EMISSINGSIGNATUREKEY");
}

TEST_CASE("an expired key vouches only for what was published before") {
  const Signer signer;
  const auto keys = keys_of(signer, "2021-01-01T00:00:00.000Z");
  const OrderedJson signature = signature_of(signer, kId + ":" + kIntegrity);
  CHECK(code_of(check_signature(kId, kIntegrity, signature, 1'600'000'000, keys)) == "ok");
  CHECK(code_of(check_signature(kId, kIntegrity, signature, 1'700'000'000, keys)) ==
        "EEXPIREDSIGNATUREKEY");
  const auto unreadable = keys_of(signer, "some day");
  CHECK(code_of(check_signature(kId, kIntegrity, signature, 0, unreadable)) ==
        "EEXPIREDSIGNATUREKEY");
}

TEST_CASE("an attestation is about this archive and signed by the key it names or carries") {
  const Signer signer, stranger;
  const auto keys = keys_of(signer);
  const std::string digest = hash_of(HashAlgorithm::kSha512, as_bytes("archive")).to_hex();
  const std::string good = statement("pkg:npm/%40s/a@1.0.0", digest);
  auto check = [&](const OrderedJson& attestation) {
    return code_of(check_attestation(kId, kIntegrity, attestation, keys, nullptr));
  };
  CHECK(check(attestation_of(signer, good, "k1", "")) == "ok");
  CHECK(check(attestation_of(stranger, good, "k1", "")) == "EATTESTATIONVERIFY");
  CHECK(check(attestation_of(signer, good, "k2", "")) == "EATTESTATIONVERIFY");
  const std::string current = stranger.certificate(1'699'999'000, 3600);
  CHECK(check(attestation_of(stranger, good, "", current)) == "ok");
  CHECK(check(attestation_of(signer, good, "", current)) == "EATTESTATIONVERIFY");
  const std::string old = stranger.certificate(1'500'000'000, 3600);
  CHECK(check(attestation_of(stranger, good, "", old)) == "EATTESTATIONVERIFY");
  CHECK(check(attestation_of(signer, statement("pkg:npm/%40s/a@1.0.0", "00"), "k1", "")) ==
        "EATTESTATIONVERIFY");
  CHECK(check(attestation_of(signer, statement("pkg:npm/b@1.0.0", digest), "k1", "")) ==
        "EATTESTATIONVERIFY");
  OrderedJson timeless = attestation_of(stranger, good, "", current);
  timeless["bundle"]["verificationMaterial"].erase("tlogEntries");
  CHECK(check(timeless) == "EATTESTATIONVERIFY");
  CHECK(check(OrderedJson::parse("{}")) == "EATTESTATIONVERIFY");
  CHECK(check(OrderedJson::parse(R"({"bundle":[]})")) == "EATTESTATIONVERIFY");
}

TEST_CASE("with a trust root, an attestation's certificate must lead to it") {
  constexpr long kSigned = 1'700'000'000;
  const Signer authority, stranger, signer;
  const std::string digest = hash_of(HashAlgorithm::kSha512, as_bytes("archive")).to_hex();
  const std::string good = statement("pkg:npm/%40s/a@1.0.0", digest);
  const gyre::test::TempDir dir;
  auto root_of = [&dir](const Signer& one) {
    const std::string certificate = one.certificate(kSigned - 9'000'000, 90'000'000);
    std::string lines;
    for (size_t at = 0; at < certificate.size(); at += 64)
      lines += certificate.substr(at, 64) + "\n";
    dir.write("root.pem", "-----BEGIN CERTIFICATE-----\n" + lines + "-----END CERTIFICATE-----\n");
    auto root = TrustRoot::read(dir / "root.pem");
    REQUIRE(root);
    CHECK(!root->knows_logs());
    return std::move(*root);
  };
  auto check = [&](const TrustRoot& root, const Signer& issuer) {
    const std::string certificate = signer.certificate(kSigned - 100, 600, &issuer);
    return code_of(check_attestation(kId, kIntegrity, attestation_of(signer, good, "", certificate),
                                     {}, &root));
  };
  CHECK(check(root_of(authority), authority) == "ok");
  CHECK(check(root_of(authority), stranger) == "EATTESTATIONVERIFY");
  CHECK(check(root_of(stranger), authority) == "EATTESTATIONVERIFY");
  for (const char* text : {"", "{}", "[]", "{", "-----BEGIN CERTIFICATE-----\n"}) {
    dir.write("bad", text);
    CHECK(TrustRoot::read(dir / "bad").error().code() == "ETRUSTROOT");
  }
  CHECK(TrustRoot::read(dir / "none").error().code() == "ENOENT");
}

TEST_CASE("with a trust root that knows logs, one of them must have promised to hold the entry") {
  const Signer authority, signer, log, other_log;
  const std::string digest = hash_of(HashAlgorithm::kSha512, as_bytes("archive")).to_hex();
  const std::string good = statement("pkg:npm/%40s/a@1.0.0", digest);
  OrderedJson document;
  OrderedJson& ca = document["certificateAuthorities"][0];
  ca["certChain"]["certificates"][0]["rawBytes"] =
      authority.certificate(1'600'000'000, 200'000'000);
  ca["validFor"]["start"] = "2023-01-01T00:00:00Z";
  document["tlogs"][0]["publicKey"]["rawBytes"] = log.public_text();
  document["tlogs"][0]["logId"]["keyId"] = kLogId;
  const gyre::test::TempDir dir;
  auto root_of = [&dir](const OrderedJson& json) {
    dir.write("trusted_root.json", json.dump());
    return TrustRoot::read(dir / "trusted_root.json");
  };
  auto root = root_of(document);
  REQUIRE(root);
  CHECK(root->knows_logs());
  const std::string certificate = signer.certificate(1'699'999'900, 600, &authority);
  auto logged = [&](const std::string& payload, const Signer& by, const char* kind) {
    return log_attestation(attestation_of(signer, good, "", certificate), payload, by, kind);
  };
  auto check = [&](const OrderedJson& attestation) {
    return code_of(check_attestation(kId, kIntegrity, attestation, {}, &*root));
  };
  for (const char* kind : {"dsse", "intoto"}) {
    CHECK(check(logged(good, log, kind)) == "ok");
    CHECK(check(logged("another statement", log, kind)) == "EATTESTATIONVERIFY");
    CHECK(check(logged(good, other_log, kind)) == "EATTESTATIONVERIFY");
  }
  CHECK(check(logged(good, log, "hashedrekord")) == "EATTESTATIONVERIFY");
  CHECK(check(attestation_of(signer, good, "", certificate)) == "EATTESTATIONVERIFY");
  OrderedJson later = logged(good, log, "dsse");
  later["bundle"]["verificationMaterial"]["tlogEntries"][0]["integratedTime"] = "1700000001";
  CHECK(check(later) == "EATTESTATIONVERIFY");
  // The authority was not in use yet, or its time cannot be read.
  for (const char* start : {"2030-01-01T00:00:00Z", "soon"}) {
    document["certificateAuthorities"][0]["validFor"]["start"] = start;
    auto unused = root_of(document);
    REQUIRE(unused);
    CHECK(code_of(check_attestation(kId, kIntegrity, logged(good, log, "dsse"), {}, &*unused)) ==
          "EATTESTATIONVERIFY");
  }
}

TEST_CASE("a dependent is distrusted when nothing it could get is free of the advisory") {
  const auto leaf = package_with("leaf", R"({"1.0.0":{},"1.1.0":{},"2.0.0":{}})");
  const auto advisory = std::make_shared<Advisory>(
      OrderedJson::parse(R"({"id":7,"severity":"high","vulnerable_versions":"<2"})"), leaf);
  CHECK(advisory->covers("1.1.0"));
  CHECK_FALSE(advisory->covers("2.0.0"));
  CHECK(advisory->covers_all_of("^1"));
  CHECK_FALSE(advisory->covers_all_of(">=1"));
  const auto middle = package_with("middle", R"({
      "1.0.0":{"dependencies":{"leaf":"^1"}}, "1.1.0":{"dependencies":{"leaf":"1.x"}},
      "1.2.0":{"dependencies":{"leaf":"^2"}}, "1.3.0":{}})");
  const Advisory derived(advisory, middle);
  CHECK(derived.is_derived());
  CHECK(derived.covers("1.0.0"));
  CHECK_FALSE(derived.covers("1.2.0"));
  CHECK_FALSE(derived.covers("1.3.0"));
  CHECK(derived.covers("9.9.9", "^1"));
  CHECK(derived.range() == "<=1.1.0");
  CHECK(derived.json() == "leaf");
  CHECK(derived.severity() == "high");
}

TEST_CASE("view picks versions and fields") {
  const OrderedJson packument = OrderedJson::parse(R"({"name":"a","dist-tags":{"latest":"1.1.0"},
      "maintainers":[{"name":"m","email":"e"}],"keywords":["one"],"empty":[],
      "time":{"1.0.0":"2020-01-01"},
      "versions":{"1.1.0":{"version":"1.1.0","dist":{"tarball":"t1"}},
                  "1.0.0":{"version":"1.0.0","dist":{"tarball":"t0"}}}})");
  auto view = [&](const std::string& wanted, std::vector<std::string> fields) {
    auto versions = view_versions(packument, {wanted, std::move(fields), false});
    REQUIRE(versions);
    return std::move(*versions);
  };
  auto latest =
      view("latest", {"dist.tarball", "versions[0]", "time[1.0.0]", "keywords", "no.such"});
  REQUIRE(latest.size() == 1);
  REQUIRE(latest[0].fields.size() == 4);
  CHECK(*latest[0].fields[0].second == "t1");
  CHECK(*latest[0].fields[1].second == "1.0.0");
  CHECK(*latest[0].fields[2].second == "2020-01-01");
  CHECK(*latest[0].fields[3].second == "one");
  CHECK(view("^1", {"version"}).size() == 2);
  auto names = view("1.0.0", {"maintainers.name"});
  CHECK(names[0].fields[0].first == "maintainers[0].name");
  CHECK_FALSE(view("1.0.0", {"empty"})[0].fields[0].second.has_value());
  CHECK(view_versions(packument, {"9.x", {}, false}).error().is(Code::E404));
  CHECK(view_versions(packument, {"latest", {"a["}, false}).error().is(Code::EUSAGE));
  CHECK(with_short_people(packument["maintainers"])[0] == "m <e>");
}

TEST_CASE("a bill of materials lists each package once and refuses broken trees") {
  Tree tree;
  tree.root_dir = "/nowhere";
  Node root;
  root.meta.name = "app";
  root.meta.version = "1.0.0";
  root.meta.dependencies = {{"@s/a", "^1.0.0"}};
  root.meta.dev_dependencies = {{"d", "1.0.0"}};
  Node a;
  a.location = "node_modules/@s/a";
  a.name = a.meta.name = "@s/a";
  a.meta.version = "1.2.0";
  a.integrity = kIntegrity;
  a.meta.license_json = "\"MIT\"";
  Node d;
  d.location = "node_modules/d";
  d.name = d.meta.name = "d";
  d.meta.version = "1.0.0";
  d.flags.dev = true;
  tree.nodes[""] = root;
  tree.nodes[a.location] = a;
  tree.nodes[d.location] = d;
  SbomRequest request;
  request.is_lockfile_only = true;
  auto bom = make_sbom(tree, request);
  REQUIRE(bom);
  CHECK((*bom)["specVersion"] == "1.5");
  REQUIRE((*bom)["components"].size() == 2);
  const OrderedJson& component = (*bom)["components"][0];
  CHECK(component["purl"] == "pkg:npm/%40s/a@1.2.0");
  CHECK(component["hashes"][0]["alg"] == "SHA-512");
  CHECK(component["licenses"][0]["license"]["id"] == "MIT");
  CHECK((*bom)["dependencies"][0]["dependsOn"] ==
        OrderedJson::parse(R"(["@s/a@1.2.0","d@1.0.0"])"));
  request.omit.dev = true;
  request.is_cyclonedx = false;
  auto spdx = make_sbom(tree, request);
  REQUIRE(spdx);
  CHECK((*spdx)["spdxVersion"] == "SPDX-2.3");
  REQUIRE((*spdx)["packages"].size() == 2);
  CHECK((*spdx)["packages"][1]["SPDXID"] == "SPDXRef-Package-s.a-1.2.0");
  CHECK((*spdx)["relationships"][1]["relationshipType"] == "DEPENDENCY_OF");
  tree.nodes[a.location].meta.version = "2.0.0";
  CHECK(make_sbom(tree, request).error().code() == "ESBOMPROBLEMS");
  tree.nodes.erase(a.location);
  CHECK(make_sbom(tree, request).error().code() == "ESBOMPROBLEMS");
}
