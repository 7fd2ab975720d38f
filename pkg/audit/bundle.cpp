#include "pkg/audit/bundle.hpp"

#include "pkg/manifest/json_members.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/store/integrity.hpp"

namespace gyre::pkg {
namespace {

// Far above what any signer makes: each item costs a signature check or a hash.
constexpr size_t kMaxItems = 16;
constexpr size_t kMaxHashes = 64;  // a tree of 2^64 entries
constexpr size_t kMaxSmall = 65'536;

bool is_given(const OrderedJson& json) { return !json.is_null(); }

// A base64 member as bytes; absent or empty is an error.
Result<std::string> bytes_at(const OrderedJson& json, const char* key, size_t limit) {
  auto bytes = base64_decode(text_at(json, key));
  if (!bytes || bytes->empty()) return bundle_error(std::string("its ") + key + " is no base64");
  if (bytes->size() > limit) return bundle_error(std::string("its ") + key + " is too large");
  return std::string(as_text(*bytes));
}

// Unsigned numbers come as text or as numbers; what is zero may be left out.
Result<uint64_t> number_at(const OrderedJson& json, const char* key) {
  const OrderedJson& value = member(json, key);
  if (value.is_null()) return uint64_t{0};
  if (value.is_number_unsigned()) return value.get<uint64_t>();
  const std::string text = text_at(json, key);
  if (text.empty() || text.size() > 18 ||
      text.find_first_not_of("0123456789") != std::string::npos) {
    return bundle_error(std::string("its ") + key + " is no number");
  }
  return std::strtoull(text.c_str(), nullptr, 10);
}

// 1, 2 or 3 for the formats there are.
Result<int> format_of(const OrderedJson& json) {
  const std::string type = text_at(json, "mediaType");
  const std::string start = "application/vnd.dev.sigstore.bundle";
  for (int minor = 1; minor <= 3; ++minor) {
    const std::string version = "0." + std::to_string(minor);
    if (type == start + "+json;version=" + version || type == start + ".v" + version + "+json")
      return minor;
  }
  return bundle_error("its bundle is of a kind that is not known: " + printable_text(type, 100));
}

Result<Certificate> certificate_at(const OrderedJson& json) {
  GYRE_ASSIGN(const std::string der, bytes_at(json, "rawBytes", kMaxSmall));
  auto certificate = Certificate::from_der(der);
  if (!certificate) return bundle_error("its certificate cannot be read");
  return std::move(*certificate);
}

Status read_signer(const OrderedJson& material, int format, Bundle& bundle) {
  const OrderedJson& single = member(material, "certificate");
  const OrderedJson& chain = member(material, "x509CertificateChain");
  const OrderedJson& key = member(material, "publicKey");
  if (is_given(single) + is_given(chain) + is_given(key) != 1)
    return bundle_error("it has neither a key nor a certificate, or several");
  if (is_given(key)) return ok();
  if (is_given(single)) {
    GYRE_ASSIGN(Certificate certificate, certificate_at(single));
    bundle.certificates.push_back(std::move(certificate));
    return ok();
  }
  const OrderedJson& list = member(chain, "certificates");
  if (format >= 3 || !list.is_array() || list.empty() || list.size() > kMaxItems)
    return bundle_error("it has no certificate, or too many");
  for (const OrderedJson& entry : list) {
    GYRE_ASSIGN(Certificate certificate, certificate_at(entry));
    bundle.certificates.push_back(std::move(certificate));
  }
  return ok();
}

Result<InclusionProof> read_proof(const OrderedJson& json) {
  InclusionProof proof;
  GYRE_ASSIGN(proof.index, number_at(json, "logIndex"));
  proof.checkpoint = text_at(member(json, "checkpoint"), "envelope");
  const OrderedJson& hashes = member(json, "hashes");
  const size_t count = hashes.is_array() ? hashes.size() : 0;
  if (count > kMaxHashes || proof.checkpoint.size() > kMaxSmall)
    return bundle_error("the log's proof is too large");
  for (size_t i = 0; i < count; ++i) {
    auto hash = base64_decode(hashes[i].is_string() ? hashes[i].get<std::string>() : "");
    if (!hash || hash->size() != 32) return bundle_error("the log's proof has a broken hash");
    proof.hashes.emplace_back(as_text(*hash));
  }
  return proof;
}

Result<LogEntry> read_entry(const OrderedJson& json, int format) {
  LogEntry entry;
  GYRE_ASSIGN(entry.log_id, bytes_at(member(json, "logId"), "keyId", kMaxSmall));
  GYRE_ASSIGN(entry.index, number_at(json, "logIndex"));
  GYRE_ASSIGN(entry.integrated_time, number_at(json, "integratedTime"));
  GYRE_ASSIGN(entry.body, bytes_at(json, "canonicalizedBody", SIZE_MAX));
  entry.kind = text_at(member(json, "kindVersion"), "kind");
  entry.version = text_at(member(json, "kindVersion"), "version");
  const OrderedJson& promise = member(json, "inclusionPromise");
  if (is_given(promise)) {
    GYRE_ASSIGN(entry.promise, bytes_at(promise, "signedEntryTimestamp", kMaxSmall));
  }
  const OrderedJson& proof = member(json, "inclusionProof");
  if (is_given(proof)) {
    GYRE_ASSIGN(entry.proof, read_proof(proof));
    // The first format had proofs without checkpoints, which prove nothing.
    if (entry.proof->checkpoint.empty()) entry.proof.reset();
  }
  if (format == 1 && !entry.promise) return bundle_error("the log did not promise to hold it");
  if (format >= 2 && !entry.proof) return bundle_error("there is no proof that the log holds it");
  return entry;
}

Status read_witnesses(const OrderedJson& material, int format, Bundle& bundle) {
  const OrderedJson& entries = member(material, "tlogEntries");
  const OrderedJson& times =
      member(member(material, "timestampVerificationData"), "rfc3161Timestamps");
  if ((entries.is_array() && entries.size() > kMaxItems) ||
      (times.is_array() && times.size() > kMaxItems))
    return bundle_error("it has too many log entries or timestamps");
  for (size_t i = 0; entries.is_array() && i < entries.size(); ++i) {
    GYRE_ASSIGN(LogEntry entry, read_entry(entries[i], format));
    bundle.entries.push_back(std::move(entry));
  }
  for (size_t i = 0; times.is_array() && i < times.size(); ++i) {
    GYRE_ASSIGN(std::string time, bytes_at(times[i], "signedTimestamp", kMaxSmall));
    bundle.timestamps.push_back(std::move(time));
  }
  return ok();
}

Status read_envelope(const OrderedJson& envelope, Bundle& bundle) {
  GYRE_ASSIGN(bundle.payload, bytes_at(envelope, "payload", SIZE_MAX));
  bundle.payload_type = text_at(envelope, "payloadType");
  const OrderedJson& signatures = member(envelope, "signatures");
  if (!signatures.is_array() || signatures.size() != 1)
    return bundle_error("its statement has no signature, or several");
  GYRE_ASSIGN(bundle.signature, bytes_at(signatures[0], "sig", kMaxSmall));
  bundle.key_id = text_at(signatures[0], "keyid");
  bundle.signed_text = "DSSEv1 " + std::to_string(bundle.payload_type.size()) + " " +
                       bundle.payload_type + " " + std::to_string(bundle.payload.size()) + " " +
                       bundle.payload;
  return ok();
}

}  // namespace

Error bundle_error(const std::string& what) {
  return Error::with_code_name("EATTESTATIONVERIFY", what);
}

Result<Bundle> read_bundle(const OrderedJson& json) {
  Bundle bundle;
  GYRE_ASSIGN(const int format, format_of(json));
  GYRE_TRY(read_envelope(member(json, "dsseEnvelope"), bundle));
  const OrderedJson& material = member(json, "verificationMaterial");
  GYRE_TRY(read_signer(material, format, bundle));
  GYRE_TRY(read_witnesses(material, format, bundle));
  return bundle;
}

}  // namespace gyre::pkg
