// `gyre audit signatures` against a registry whose packages are attested, rightly and wrongly.
#include <doctest.h>

#include "tests/e2e/faults/harness.hpp"
#include "tests/support/sigstore_instance.hpp"

using namespace gyre;
using namespace gyre::test;

namespace {

// A project with one package of a registry, installed; and a Sigstore for its attestations.
struct Audited {
  Audited() {
    bench.package("proven/1.0.0/package.json", R"({"name":"proven","version":"1.0.0"})");
    bench.manifest(R"({"name":"app","version":"1.0.0","dependencies":{"proven":"1.0.0"}})");
    REQUIRE(bench.gyre().exit == 0);
    const OrderedJson lock = OrderedJson::parse(bench.read("package-lock.json"));
    auto integrity = pkg::Integrity::parse(
        lock["packages"]["node_modules/proven"]["integrity"].get<std::string>());
    REQUIRE(integrity);
    digest = integrity->key().to_hex();
    files.write("root.json", sigstore.trusted_root().dump());
    files.write("root.pem", sigstore.authority_pem());
  }

  OrderedJson attestation(const std::string& sha512, const AttestationPlan& plan = {}) const {
    OrderedJson statement;
    statement["subject"][0] = {{"name", "pkg:npm/proven@1.0.0"}, {"digest", {{"sha512", sha512}}}};
    statement["predicateType"] = "https://slsa.dev/provenance/v1";
    return sigstore.attest(statement.dump(), plan);
  }
  void attest(const OrderedJson& attestation) {
    OrderedJson file;
    file["1.0.0"][0] = attestation;
    bench.package("proven/_attestations.json", file.dump());
  }
  Run audit(std::vector<std::string> more = {}) {
    std::vector<std::string> args = {"audit", "signatures", "--trusted-root", files / "root.json"};
    args.insert(args.end(), more.begin(), more.end());
    return bench.gyre(args);
  }

  Bench bench;
  SigstoreInstance sigstore;
  TempDir files;
  std::string digest;
};

bool has(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an attested package is counted, and shown with who signed it") {
  Audited audited;
  audited.attest(audited.attestation(audited.digest));
  const Run run = audited.audit();
  CHECK(run.exit == 0);
  CHECK(has(run.out, "1 package has a verified registry signature\n"));
  CHECK(has(run.out, "1 package has a verified attestation\n(use --json --include-attestations"));
  const Run json = audited.audit({"--json", "--include-attestations"});
  CHECK(json.exit == 0);
  const OrderedJson report = OrderedJson::parse(json.out, nullptr, false);
  REQUIRE(report.is_object());
  CHECK(report["invalid"].empty());
  CHECK_FALSE(report.contains("notChecked"));
  REQUIRE(report["verified"].size() == 1);
  const OrderedJson& verified = report["verified"][0];
  CHECK(verified["name"] == "proven");
  CHECK(verified["location"] == "node_modules/proven");
  CHECK(verified["attestations"]["provenance"]["predicateType"] ==
        "https://slsa.dev/provenance/v1");
  CHECK(verified["attestationBundles"].size() == 1);
  CHECK(verified["signers"][0]["issuer"] == "https://issuer.example");
  CHECK(verified["signers"][0]["sourceRepository"] == kRepository);
  CHECK_FALSE(OrderedJson::parse(audited.audit({"--json"}).out).contains("verified"));
}

TEST_CASE("an attestation that does not hold is named and fails the audit") {
  Audited audited;
  const SigningKey stranger;
  AttestationPlan unlogged;
  unlogged.log = &stranger;
  audited.attest(audited.attestation(audited.digest, unlogged));
  Run run = audited.audit();
  CHECK(run.exit == 1);
  CHECK(has(run.out, "1 package has an invalid attestation:\n\nproven@1.0.0 ("));
  CHECK(has(run.out, "EATTESTATIONVERIFY: proven@1.0.0 has an attestation that does not hold"));
  CHECK(has(run.out, "Someone might have tampered with this package since it was published"));
  CHECK_FALSE(has(run.out, "verified"));
  audited.attest(audited.attestation(std::string(128, '0')));
  run = audited.audit({"--json"});
  CHECK(run.exit == 1);
  const OrderedJson report = OrderedJson::parse(run.out, nullptr, false);
  REQUIRE(report["invalid"].size() == 1);
  const OrderedJson& problem = report["invalid"][0];
  CHECK(problem["code"] == "EATTESTATIONSUBJECT");
  CHECK(problem["predicateType"] == "https://slsa.dev/provenance/v1");
  CHECK(problem["type"] == "dependencies");
  CHECK_FALSE(problem["signature"].get<std::string>().empty());
}

TEST_CASE("attestations rest on Sigstore's public instance unless a root is named") {
  Audited audited;
  audited.attest(audited.attestation(audited.digest));
  const Run run = audited.bench.gyre({"audit", "signatures"});
  CHECK(run.exit == 1);
  CHECK(has(run.out, "does not lead to the trust root"));
  const Run pem =
      audited.bench.gyre({"audit", "signatures", "--trusted-root", audited.files / "root.pem"});
  CHECK(pem.exit == 0);
  CHECK(has(pem.out, "(certificates alone: no logs, no timestamps)"));
  const Run json = audited.bench.gyre(
      {"audit", "signatures", "--json", "--trusted-root", audited.files / "root.pem"});
  CHECK(has(json.out, "\"notChecked\": [\n"));
  const Run none = audited.bench.gyre({"audit", "signatures", "--trusted-root", "none.json"});
  CHECK(none.exit == 1);
  CHECK(has(none.err, "error ENOENT: "));
  const Run bad = audited.bench.gyre({"audit", "signatures", "--trusted-root", "package.json"});
  CHECK(has(bad.err, "error ETRUSTROOT: "));
  CHECK(has(bad.err, "hint: "));
}

TEST_CASE("registry signatures that are wrong, by an unknown key or missing are told apart") {
  Audited audited;
  auto sign = [&](const std::string& signatures) {
    audited.bench.package("proven/_registry.json",
                          R"({"versions":{"1.0.0":{"dist":{"signatures":)" + signatures + "}}}}");
    return audited.audit();
  };
  Run run = sign("[]");
  CHECK(run.exit == 1);
  CHECK(has(run.out,
            "1 package has a missing registry signature but the registry is providing "
            "signing keys:\n\nproven@1.0.0 ("));
  run = sign(R"([{"keyid":"SHA256:none","sig":"MEUC"}])");
  CHECK(run.exit == 1);
  CHECK(has(run.out, "1 package has an invalid registry signature:\n\nproven@1.0.0 ("));
  CHECK(has(run.out, "EMISSINGSIGNATUREKEY: "));
}

TEST_CASE("answers about attestations that are none are errors") {
  Audited audited;
  audited.attest(audited.attestation(audited.digest));
  const std::string url = R"("url":"/-/npm/v1/attestations/*")";
  auto answered = [&](const std::string& how) {
    audited.bench.fault("{" + url + "," + how + R"(,"first":1,"count":1})");
    return audited.audit();
  };
  const Run missing = answered(R"("status":404)");
  CHECK(missing.exit == 1);
  CHECK(has(missing.err, "error E404: "));
  for (const char* body : {"{}", R"({\"attestations\":[]})", R"({\"attestations\":[{}]})",
                           R"({\"attestations\":[{\"bundle\":{\"dsseEnvelope\":7}}]})"}) {
    const Run run = answered(R"("status":200,"body":")" + std::string(body) + "\"");
    CHECK(run.exit == 1);
    CHECK(has(run.out, "EATTESTATIONVERIFY: proven@1.0.0 "));
  }
}
