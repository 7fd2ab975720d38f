// Registry signatures, Sigstore bundles and what they rest on.
#include "pkg/audit/attestation.hpp"

#include <doctest.h>

#include "pkg/audit/timestamp.hpp"
#include "pkg/audit/transparency_log.hpp"
#include "pkg/files.hpp"
#include "tests/support/sigstore_instance.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::AttestationPlan;
using gyre::test::kSigned;
using gyre::test::SigningKey;
using gyre::test::SigstoreInstance;

namespace {

const Digest kDigest = hash_of(HashAlgorithm::kSha512, as_bytes("archive"));
const std::string kIntegrity = kDigest.to_sri();
const std::string kId = "@s/a@1.0.0";
const std::string kName = "pkg:npm/%40s/a@1.0.0";

std::vector<RegistryKey> keys_of(const SigningKey& signer, const char* expires = nullptr) {
  OrderedJson answer;
  OrderedJson& key = answer["keys"][0];
  key["keyid"] = "k1";
  key["key"] = test::base64(signer.der());
  key["expires"] = expires == nullptr ? OrderedJson(nullptr) : OrderedJson(expires);
  return read_registry_keys(answer);
}

OrderedJson signature_of(const SigningKey& signer, const std::string& message) {
  return {{"keyid", "k1"}, {"sig", test::base64(signer.sign(message))}};
}

OrderedJson statement(const std::string& name = kName,
                      const std::string& digest = kDigest.to_hex()) {
  OrderedJson json;
  json["subject"][0]["name"] = name;
  json["subject"][0]["digest"]["sha512"] = digest;
  return json;
}

OrderedJson provenance(const std::string& repository, const std::string& path) {
  OrderedJson json = statement();
  json["predicateType"] = "https://slsa.dev/provenance/v1";
  OrderedJson& workflow = json["predicate"]["buildDefinition"]["externalParameters"]["workflow"];
  workflow["repository"] = repository;
  workflow["path"] = path;
  return json;
}

OrderedJson old_provenance(const std::string& uri, const std::string& entry_point) {
  OrderedJson json = statement();
  json["predicateType"] = "https://slsa.dev/provenance/v0.2";
  OrderedJson& source = json["predicate"]["invocation"]["configSource"];
  source["uri"] = uri;
  source["entryPoint"] = entry_point;
  return json;
}

TrustRoot root_of(const OrderedJson& json) {
  auto root = TrustRoot::parse(json.dump());
  REQUIRE(root);
  return std::move(*root);
}

template <typename Outcome>
std::string code_of(const Outcome& outcome) {
  return outcome ? std::string("ok") : outcome.error().code();
}

// An instance, its root, and what is said of attestations under it.
struct Checker {
  SigstoreInstance sigstore;
  TrustRoot root = root_of(sigstore.trusted_root());
  std::vector<RegistryKey> keys;

  Result<VerifiedAttestation> verify(const OrderedJson& attestation) const {
    return check_attestation(kId, kIntegrity, attestation, keys, root);
  }
  std::string code(const OrderedJson& attestation) const { return code_of(verify(attestation)); }
  std::string code(const AttestationPlan& plan) const {
    return code(sigstore.attest(statement().dump(), plan));
  }
  std::string message(const AttestationPlan& plan) const {
    auto verified = verify(sigstore.attest(statement().dump(), plan));
    return verified ? std::string("ok") : verified.error().message();
  }
  bool says(const AttestationPlan& plan, const std::string& part) const {
    const std::string text = message(plan);
    INFO(text);
    return part == "ok" ? text == part : text.find(part) != std::string::npos;
  }
};

}  // namespace

TEST_CASE("a registry signature is ECDSA over name@version:integrity") {
  const SigningKey signer, stranger;
  const auto keys = keys_of(signer);
  const std::string message = kId + ":" + kIntegrity;
  auto check = [&](const OrderedJson& signature) {
    return code_of(check_signature(kId, kIntegrity, signature, 0, keys));
  };
  CHECK(check(signature_of(signer, message)) == "ok");
  CHECK(check(signature_of(signer, message + "x")) == "EINTEGRITYSIGNATURE");
  CHECK(check(signature_of(stranger, message)) == "EINTEGRITYSIGNATURE");
  OrderedJson other = signature_of(signer, message);
  other["keyid"] = "k2";
  CHECK(check(other) == "EMISSINGSIGNATUREKEY");
  CHECK(check(OrderedJson("nonsense")) == "EMISSINGSIGNATUREKEY");
}

TEST_CASE("an expired key vouches only for what was published before") {
  const SigningKey signer;
  const auto keys = keys_of(signer, "2021-01-01T00:00:00.000Z");
  const OrderedJson signature = signature_of(signer, kId + ":" + kIntegrity);
  CHECK(code_of(check_signature(kId, kIntegrity, signature, 1'600'000'000, keys)) == "ok");
  CHECK(code_of(check_signature(kId, kIntegrity, signature, 1'700'000'000, keys)) ==
        "EEXPIREDSIGNATUREKEY");
  CHECK(code_of(check_signature(kId, kIntegrity, signature, 0, keys_of(signer, "some day"))) ==
        "EEXPIREDSIGNATUREKEY");
}

TEST_CASE("the public registry's attestations of a real package hold") {
  auto text = read_file(GYRE_TEST_DATA "/sigstore-2.3.1-attestations.json");
  REQUIRE(text);
  const OrderedJson answer = OrderedJson::parse(*text, nullptr, false);
  OrderedJson list;
  list["keys"][0] = {
      {"keyid", "SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA"},
      {"expires", "2025-01-29T00:00:00.000Z"},
      {"key",
       "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1Olb3zMAFFxXKHiIkQO5cJ3Yhl5i6UPp+IhuteBJbuHcA5UogK"
       "o0EWtlWwW6KSaKoTNEYL7JlCQiVnkhBktUgg=="}};
  const std::string integrity =
      "sha512-8G+/XDU8wNsJOQS5ysDVO0Etg9/"
      "2uA5gR9l4ZwijjlwxBcrU6RPfwi2+jJmbP+Ap1Hlp/nVAaEO4Fj22/SL2gQ==";
  auto root = TrustRoot::built_in();
  REQUIRE(root);
  auto check = [&](const OrderedJson& attestation) {
    return check_attestation("sigstore@2.3.1", integrity, attestation, read_registry_keys(list),
                             *root);
  };
  REQUIRE(answer["attestations"].size() == 2);
  auto published = check(answer["attestations"][0]);
  REQUIRE(published);
  CHECK(published->key_id == "SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA");
  auto built = check(answer["attestations"][1]);
  REQUIRE(built);
  CHECK(built->predicate_type == "https://slsa.dev/provenance/v1");
  CHECK(built->identity.issuer == "https://token.actions.githubusercontent.com");
  CHECK(built->identity.source_repository == "https://github.com/sigstore/sigstore-js");
  CHECK(built->identity.subject ==
        "https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main");
  // One byte of the log's proof, of its promise, of the certificate.
  OrderedJson broken = answer["attestations"][1];
  OrderedJson& material = broken["bundle"]["verificationMaterial"];
  OrderedJson& entry = material["tlogEntries"][0];
  auto flip = [](OrderedJson& text) {
    std::string value = text.get<std::string>();
    value[20] = value[20] == 'A' ? 'B' : 'A';
    text = value;
  };
  for (OrderedJson* text :
       {&entry["inclusionProof"]["hashes"][2], &entry["inclusionPromise"]["signedEntryTimestamp"],
        &entry["logId"]["keyId"], &entry["integratedTime"],
        &material["x509CertificateChain"]["certificates"][0]["rawBytes"]}) {
    const OrderedJson before = *text;
    if (text == &entry["integratedTime"]) {
      *text = "1715879524";
    } else {
      flip(*text);
    }
    CHECK(code_of(check(broken)) == "EATTESTATIONVERIFY");
    *text = before;
  }
  CHECK(code_of(check(broken)) == "ok");
}

TEST_CASE("an attestation is about this archive") {
  const Checker checker;
  auto code = [&](const OrderedJson& json) {
    return checker.code(checker.sigstore.attest(json.dump()));
  };
  CHECK(code(statement()) == "ok");
  CHECK(code(statement(kName, "00")) == "EATTESTATIONSUBJECT");
  CHECK(code(statement("pkg:npm/b@1.0.0")) == "EATTESTATIONSUBJECT");
  CHECK(code(OrderedJson::object()) == "EATTESTATIONSUBJECT");
  CHECK(code(OrderedJson("text")) == "EATTESTATIONSUBJECT");
  CHECK(code_of(check_attestation(
            kId, "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", checker.sigstore.attest(statement().dump()),
            {}, checker.root)) == "EATTESTATIONSUBJECT");
  CHECK(checker.code(checker.sigstore.attest("no json")) == "EATTESTATIONSUBJECT");
  CHECK(checker.code(checker.sigstore.attest(std::string(5000, '['))) == "EATTESTATIONVERIFY");
  AttestationPlan other_type;
  other_type.payload_type = "text/plain";
  CHECK(checker.code(other_type) == "EATTESTATIONVERIFY");
}

TEST_CASE("a certificate must be of an authority in use, valid when signed, and logged") {
  const Checker checker;
  const SigningKey stranger;
  CHECK(checker.message({}) == "ok");
  auto says = [&](auto change, const std::string& part) {
    AttestationPlan plan;
    change(plan);
    return checker.says(plan, part);
  };
  CHECK(says([&](auto& plan) { plan.authority = &stranger; }, "does not lead to the trust root"));
  CHECK(says([&](auto& plan) { plan.may_sign_code = false; }, "not for signing code"));
  CHECK(says([&](auto& plan) { plan.has_sct = false; }, "in no log of certificates"));
  CHECK(says([&](auto& plan) { plan.certificate_log = &stranger; }, "promise of a log of cert"));
  CHECK(says([&](auto& plan) { plan.certificate_from = kSigned + 1; }, "not yet valid"));
  CHECK(says([&](auto& plan) { plan.certificate_seconds = 30; }, "has expired"));
  CHECK(says([&](auto& plan) { plan.signer = &stranger; }, "key did not sign it"));
  OrderedJson json = checker.sigstore.trusted_root();
  auto code = [&] {
    return code_of(check_attestation(kId, kIntegrity, checker.sigstore.attest(statement().dump()),
                                     {}, root_of(json)));
  };
  CHECK(code() == "ok");
  for (const char* list : {"certificateAuthorities", "ctlogs", "tlogs"}) {
    OrderedJson& entry = json[list][0];
    OrderedJson& range =
        list[0] == 'c' && list[1] == 'e' ? entry["validFor"] : entry["publicKey"]["validFor"];
    range["start"] = "2030-01-01T00:00:00Z";
    CHECK(code() == "EATTESTATIONVERIFY");
    range["start"] = "2023-01-01T00:00:00Z";
    range["end"] = "2023-06-01T00:00:00Z";
    CHECK(code() == "EATTESTATIONVERIFY");
    range.erase("end");
  }
  CHECK(code() == "ok");
  json["ctlogs"] = OrderedJson::array();
  CHECK(code() == "EATTESTATIONVERIFY");
}

TEST_CASE("a log must hold the entry, by its promise and its proof, and the entry be about it") {
  const Checker checker;
  const SigningKey stranger;
  auto says = [&](auto change, const std::string& part) {
    AttestationPlan plan;
    change(plan);
    return checker.says(plan, part);
  };
  for (const std::string name :
       {"dsse 0.0.1", "dsse 0.0.2", "intoto 0.0.2", "hashedrekord 0.0.1", "hashedrekord 0.0.2"}) {
    CAPTURE(name);
    const std::string kind = name.substr(0, name.find(' '));
    auto with = [&](auto change) {
      return [&, change](AttestationPlan& plan) {
        plan.kind = kind;
        plan.version = name.substr(kind.size() + 1);
        change(plan);
      };
    };
    CHECK(says(with([](auto&) {}), "ok"));
    CHECK(says(with([](auto& plan) { plan.logged_signature = "other"; }), "something else"));
    CHECK(says(with([&](auto& plan) { plan.logged_signer = &stranger; }), "another signer"));
    if (kind != "hashedrekord")
      CHECK(says(with([](auto& plan) { plan.logged_payload = "other"; }), "something else"));
  }
  CHECK(says([](auto& plan) { plan.kind = "rpm"; }, "kind that is not known"));
  CHECK(says([](auto& plan) { plan.version = "0.0.9"; }, "kind that is not known"));
  CHECK(says([&](auto& plan) { plan.log = &stranger; }, "promise to hold it does not hold"));
  auto only_proof = [](AttestationPlan& plan) {
    plan.has_promise = false;
    plan.has_timestamp = true;
  };
  CHECK(says(only_proof, "ok"));
  CHECK(says([&](auto& plan) { only_proof(plan), plan.log = &stranger; }, "not signed by it"));
  CHECK(says([&](auto& plan) { plan.has_proof = false; }, "no proof that the log holds it"));
  auto old = [](AttestationPlan& plan) {
    plan.format = "application/vnd.dev.sigstore.bundle+json;version=0.1";
    plan.has_proof = false;
  };
  CHECK(says(old, "ok"));
  CHECK(says([&](auto& plan) { old(plan), plan.has_promise = false; }, "did not promise"));
  CHECK(says([](auto& plan) { plan.format = "application/vnd.dev.sigstore.bundle.v0.4+json"; },
             "kind that is not known"));
}

TEST_CASE("what was changed after logging is found") {
  const Checker checker;
  const OrderedJson good = checker.sigstore.attest(statement().dump());
  auto code = [&](auto change) {
    OrderedJson bad = good;
    change(bad["bundle"]["verificationMaterial"]);
    return checker.code(bad);
  };
  auto entry_code = [&](auto change) {
    return code([&](OrderedJson& material) { change(material["tlogEntries"][0]); });
  };
  using Json = OrderedJson&;
  const std::string refused = "EATTESTATIONVERIFY";
  CHECK(entry_code([](Json) {}) == "ok");
  CHECK(entry_code([](Json entry) { entry["integratedTime"] = "1700000001"; }) == refused);
  CHECK(entry_code([](Json entry) { entry["logIndex"] = "78"; }) == refused);
  CHECK(entry_code([](Json entry) { entry["logIndex"] = "-77"; }) == refused);
  CHECK(entry_code([](Json entry) { entry["kindVersion"]["kind"] = "intoto"; }) == refused);
  CHECK(entry_code([](Json entry) { entry["inclusionProof"]["logIndex"] = "2"; }) == refused);
  CHECK(entry_code([](Json entry) { entry["inclusionProof"]["logIndex"] = "3"; }) == refused);
  CHECK(entry_code([](Json entry) { entry["inclusionProof"]["hashes"].erase(1); }) == refused);
  CHECK(entry_code([](Json entry) { entry["inclusionProof"]["hashes"][0] = "AA=="; }) == refused);
  auto note = [&](const std::string& from, const std::string& to) {
    return entry_code([&](Json entry) {
      OrderedJson& envelope = entry["inclusionProof"]["checkpoint"]["envelope"];
      std::string text = envelope.get<std::string>();
      text.replace(text.find(from), from.size(), to);
      envelope = text;
    });
  };
  CHECK(note("\n3\n", "\n4\n") == refused);
  CHECK(note("\n3\n", "\nthree\n") == refused);
  CHECK(note("\n\n", "\n") == refused);
  CHECK(note(" log.example ", " other.example ") == refused);
  CHECK(note("\xe2\x80\x94 witness.example", "\xe2\x80\x94 other.example") == "ok");
  CHECK(code([](Json material) { material["tlogEntries"] = nullptr; }) == refused);
  CHECK(code([](Json material) {
          material["tlogEntries"].push_back(OrderedJson(material["tlogEntries"][0]));
        }) == refused);
  CHECK(code([](Json material) { material["publicKey"]["hint"] = "k"; }) == refused);
  CHECK(code([](Json material) { material.erase("certificate"); }) == refused);
  CHECK(code([](Json material) { material["certificate"]["rawBytes"] = "AAAA"; }) == refused);
  CHECK(checker.code(OrderedJson::parse("{}")) == refused);
  CHECK(checker.code(OrderedJson::parse(R"({"bundle":[]})")) == refused);
  OrderedJson unsigned_one = good;
  unsigned_one["bundle"]["dsseEnvelope"]["signatures"] = OrderedJson::array();
  CHECK(checker.code(unsigned_one) == refused);
}

TEST_CASE("a Merkle proof leads to the root of its tree only") {
  // RFC 6962 over five leaves; the proof of each, and the root.
  auto leaf = [](int i) { return test::sha256(std::string(1, '\0') + std::to_string(i)); };
  auto node = [](const std::string& a, const std::string& b) {
    return test::sha256("\x01" + a + b);
  };
  const std::string l01 = node(leaf(0), leaf(1)), l23 = node(leaf(2), leaf(3));
  const std::string left = node(l01, l23), root = node(left, leaf(4));
  const std::vector<std::vector<std::string>> proofs = {{leaf(1), l23, leaf(4)},
                                                        {leaf(0), l23, leaf(4)},
                                                        {leaf(3), l01, leaf(4)},
                                                        {leaf(2), l01, leaf(4)},
                                                        {left}};
  for (size_t i = 0; i < proofs.size(); ++i) {
    InclusionProof proof{i, proofs[i], ""};
    CHECK(merkle_root(std::to_string(i), proof, 5) == root);
    CHECK(merkle_root("x", proof, 5) != root);
    CHECK_FALSE(merkle_root(std::to_string(i), proof, i).has_value());
    proof.hashes.push_back(root);
    CHECK_FALSE(merkle_root(std::to_string(i), proof, 5).has_value());
  }
  CHECK(merkle_root("0", {0, {}, ""}, 1) == leaf(0));
  CHECK_FALSE(merkle_root("0", {0, {}, ""}, 0).has_value());
  CHECK_FALSE(merkle_root("0", {UINT64_MAX - 1, {}, ""}, UINT64_MAX).has_value());
}

TEST_CASE("a timestamp is of an authority of the root and about this signature") {
  const Checker checker;
  AttestationPlan stamped;
  stamped.has_promise = false;
  stamped.has_timestamp = true;
  CHECK(checker.message(stamped) == "ok");
  auto says = [&](auto change, const std::string& part) {
    AttestationPlan plan = stamped;
    change(plan);
    return checker.says(plan, part);
  };
  CHECK(says([](auto& plan) { plan.has_timestamp = false; }, "nothing shows when it was signed"));
  CHECK(says([](auto& plan) { plan.stamped = "another"; }, "timestamp does not hold"));
  CHECK(says([](auto& plan) { plan.stamped_at = kSigned + 3600; }, "has expired"));
  // Both times count where there are both.
  CHECK(says([](auto& plan) { plan.has_promise = true, plan.stamped_at = kSigned - 3600; },
             "not yet valid"));
  OrderedJson json = checker.sigstore.trusted_root();
  const OrderedJson attestation = checker.sigstore.attest(statement().dump(), stamped);
  auto code = [&] {
    return code_of(check_attestation(kId, kIntegrity, attestation, {}, root_of(json)));
  };
  CHECK(code() == "ok");
  json["timestampAuthorities"][0]["validFor"]["end"] = "2023-06-01T00:00:00Z";
  CHECK(code() == "EATTESTATIONVERIFY");
  json["timestampAuthorities"] = SigstoreInstance().trusted_root()["timestampAuthorities"];
  CHECK(code() == "EATTESTATIONVERIFY");
  OrderedJson twice = checker.sigstore.attest(statement().dump(), stamped);
  OrderedJson& list =
      twice["bundle"]["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"];
  list.push_back(OrderedJson(list[0]));
  CHECK(checker.code(twice) == "EATTESTATIONVERIFY");
  CHECK(code_of(check_timestamp("\x30\x03\x02\x01\x02", "s", {})) == "EATTESTATIONVERIFY");
  CHECK(code_of(check_timestamp("nonsense", "s", {})) == "EATTESTATIONVERIFY");
}

TEST_CASE("a publish attestation is signed with the registry's key it names") {
  const SigningKey registry, stranger;
  Checker checker;
  checker.keys = keys_of(registry, "2023-12-01T00:00:00Z");
  auto code = [&](const SigningKey& by, const std::string& key_id, auto change) {
    AttestationPlan plan;
    plan.registry = &by;
    plan.key_id = key_id;
    change(plan);
    return checker.code(plan);
  };
  auto as_is = [](AttestationPlan&) {};
  CHECK(code(registry, "k1", as_is) == "ok");
  CHECK(code(stranger, "k1", as_is) == "EATTESTATIONVERIFY");
  CHECK(code(registry, "k2", as_is) == "EMISSINGSIGNATUREKEY");
  CHECK(code(registry, "", as_is) == "EATTESTATIONVERIFY");
  auto late = [](AttestationPlan& plan) { plan.logged_at = 1'702'000'000; };
  CHECK(code(registry, "k1", late) == "EEXPIREDSIGNATUREKEY");
  auto stamped_late = [](AttestationPlan& plan) {
    plan.has_promise = false;
    plan.has_timestamp = true;
    plan.stamped_at = 1'702'000'000;
  };
  CHECK(code(registry, "k1", stamped_late) == "EEXPIREDSIGNATUREKEY");
  auto other_signer = [&](AttestationPlan& plan) { plan.logged_signer = &stranger; };
  CHECK(code(registry, "k1", other_signer) == "EATTESTATIONVERIFY");
}

TEST_CASE("provenance speaks of the repository and workflow its certificate names") {
  const Checker checker;
  auto code = [&](const OrderedJson& json) {
    return checker.code(checker.sigstore.attest(json.dump()));
  };
  const std::string path = ".github/workflows/r.yml";
  auto verified =
      checker.verify(checker.sigstore.attest(provenance(test::kRepository, path).dump()));
  REQUIRE(verified);
  CHECK(verified->identity.issuer == "https://issuer.example");
  CHECK(verified->identity.subject == test::kWorkflow);
  CHECK(verified->identity.source_repository == test::kRepository);
  CHECK(verified->predicate_type == "https://slsa.dev/provenance/v1");
  CHECK(code(provenance("https://github.com/acme/App", path)) == "ok");
  CHECK(code(provenance("https://github.com/acme/other", path)) == "EATTESTATIONVERIFY");
  CHECK(code(provenance(test::kRepository, ".github/workflows/x.yml")) == "EATTESTATIONVERIFY");
  CHECK(code(provenance("", "")) == "ok");
  const std::string uri = "git+https://github.com/Acme/app@refs/tags/v1";
  CHECK(code(old_provenance(uri, path)) == "ok");
  CHECK(code(old_provenance(uri, "Acme/app/" + path + "@refs/tags/v1")) == "ok");
  CHECK(code(old_provenance(uri, "a-job-of-gitlab")) == "ok");
  CHECK(code(old_provenance("git+https://github.com/Acme/app.git@refs/tags/v1", path)) == "ok");
  CHECK(code(old_provenance("git+https://github.com/Acme/fork@refs/tags/v1", path)) ==
        "EATTESTATIONVERIFY");
}

TEST_CASE("a root of certificates alone checks the chain and the signature") {
  const Checker checker;
  const test::TempDir dir;
  dir.write("root.pem", checker.sigstore.authority_pem());
  auto root = TrustRoot::read(dir / "root.pem");
  REQUIRE(root);
  CHECK(root->is_certificates_only());
  CHECK_FALSE(checker.root.is_certificates_only());
  const SigningKey stranger;
  auto code = [&](auto change) {
    AttestationPlan plan;
    plan.has_sct = false;
    change(plan);
    return code_of(check_attestation(kId, kIntegrity,
                                     checker.sigstore.attest(statement().dump(), plan), {}, *root));
  };
  CHECK(code([](AttestationPlan&) {}) == "ok");
  CHECK(code([&](AttestationPlan& plan) { plan.authority = &stranger; }) == "EATTESTATIONVERIFY");
  CHECK(code([&](AttestationPlan& plan) { plan.signer = &stranger; }) == "EATTESTATIONVERIFY");
  CHECK(code([&](AttestationPlan& plan) { plan.certificate_from = kSigned + 1; }) ==
        "EATTESTATIONVERIFY");
}

TEST_CASE("what is no trust root is refused") {
  const test::TempDir dir;
  for (const char* text : {"", "{}", "[]", "{", "-----BEGIN CERTIFICATE-----\n",
                           R"({"certificateAuthorities":[{"validFor":{}}]})",
                           R"({"certificateAuthorities":[{"validFor":{"start":"soon"}}]})",
                           R"({"tlogs":[{"publicKey":{"rawBytes":"AAAA"}}]})"}) {
    dir.write("bad", text);
    auto root = TrustRoot::read(dir / "bad");
    REQUIRE_FALSE(root);
    CHECK(root.error().code() == "ETRUSTROOT");
    CHECK_FALSE(root.error().hint().empty());
  }
  CHECK(TrustRoot::read(dir / "none").error().code() == "ENOENT");
  OrderedJson json = SigstoreInstance().trusted_root();
  json["tlogs"][0]["publicKey"]["validFor"].erase("start");
  CHECK(TrustRoot::parse(json.dump()).error().code() == "ETRUSTROOT");
  json = SigstoreInstance().trusted_root();
  json["certificateAuthorities"][0]["certChain"]["certificates"][0]["rawBytes"] = "AAAA";
  CHECK(TrustRoot::parse(json.dump()).error().code() == "ETRUSTROOT");
}
