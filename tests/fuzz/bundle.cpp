// Any bytes as an attestation of a registry: an error, for everything that is signed by nobody.
// With a first byte of 1 to 4 the rest is a certificate, a timestamp, a trust root or a log's
// entry.
#include <string>

#include "pkg/audit/attestation.hpp"
#include "pkg/audit/certificate_log.hpp"
#include "pkg/audit/timestamp.hpp"
#include "pkg/audit/transparency_log.hpp"
#include "pkg/manifest/json_text_checks.hpp"
#include "pkg/store/integrity.hpp"
#include "runtime/base/assert.hpp"

using namespace gyre;
using namespace gyre::pkg;

namespace {

const TrustRoot& root() {
  static const TrustRoot built_in = TrustRoot::built_in().value();
  return built_in;
}

void check_certificate(const std::string& der) {
  auto leaf = Certificate::from_der(der);
  if (!leaf) return;
  (void)read_identity(*leaf);
  (void)leaf->may_sign_code();
  (void)find_issuer(root().authorities(), *leaf, {*leaf}, 1'700'000'000);
  (void)check_certificate_logged(*leaf, root().authorities()[0].certificates[0],
                                 root().certificate_logs());
}

void check_body(const std::string& body, const PublicKey& key) {
  for (const char* kind : {"dsse", "intoto", "hashedrekord"}) {
    LogEntry entry;
    entry.kind = kind;
    entry.body = body;
    for (const char* version : {"0.0.1", "0.0.2"}) {
      entry.version = version;
      (void)check_log_body(entry, {}, key);
    }
  }
}

// Each step by itself: no fuzzer finds its way past a signature.
void check_attestation_text(const std::string& text) {
  if (nests_too_deeply(text)) return;
  const OrderedJson json = OrderedJson::parse(text, nullptr, false);
  const std::string integrity = hash_of(HashAlgorithm::kSha512, as_bytes("a")).to_sri();
  GYRE_CHECK(!check_attestation("a@1.0.0", integrity, json, {}, root()));
  auto bundle = read_bundle(json.is_object() && json.contains("bundle") ? json["bundle"] : json);
  if (!bundle) return;
  for (const LogEntry& entry : bundle->entries) {
    (void)check_logged(entry, root().logs());
    (void)check_log_body(entry, *bundle, root().logs()[0].key);
    if (entry.proof) (void)merkle_root(entry.body, *entry.proof, entry.index);
  }
  if (!nests_too_deeply(bundle->payload))
    (void)check_claims(OrderedJson::parse(bundle->payload, nullptr, false), {});
  (void)verify_bundle(*bundle, root(), nullptr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const char form = text.empty() ? '\0' : text[0];
  if (form == 1) {
    check_certificate(text.substr(1));
  } else if (form == 2) {
    (void)check_timestamp(text.substr(1), "signature", root().timestamp_authorities());
  } else if (form == 3) {
    (void)TrustRoot::parse(text.substr(1));
  } else if (form == 4) {
    check_body(text.substr(1), root().logs()[0].key);
  } else {
    check_attestation_text(text);
  }
  return 0;
}
