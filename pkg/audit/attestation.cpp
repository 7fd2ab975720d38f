// read_registry_keys, check_signature, check_attestation and verify_bundle of attestation.hpp.
#include "pkg/audit/attestation.hpp"

#include <algorithm>

#include "pkg/audit/certificate_log.hpp"
#include "pkg/audit/timestamp.hpp"
#include "pkg/audit/transparency_log.hpp"
#include "pkg/manifest/json_members.hpp"
#include "pkg/manifest/json_text_checks.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/store/integrity.hpp"

namespace gyre::pkg {
namespace {

constexpr const char* kStatementType = "application/vnd.in-toto+json";

const OrderedJson& first_item(const OrderedJson& list) {
  static const OrderedJson none;
  return list.is_array() && !list.empty() ? list[0] : none;
}

const RegistryKey* find_key(const std::vector<RegistryKey>& keys, const std::string& id) {
  for (const RegistryKey& key : keys) {
    if (key.id == id) return &key;
  }
  return nullptr;
}

Error problem(const char* code, const std::string& id, const std::string& what) {
  return Error::with_code_name(code, printable_text(id, 300) + " has " + what);
}

Error missing_key(const std::string& id, const char* what, const std::string& key_id) {
  return problem("EMISSINGSIGNATUREKEY", id,
                 std::string(what) + " with keyid " + printable_text(key_id, 100) +
                     " but no corresponding public key can be found");
}

Error expired_key(const std::string& id, const char* what, const RegistryKey& key) {
  return problem("EEXPIREDSIGNATUREKEY", id,
                 std::string(what) + " with keyid " + printable_text(key.id, 100) +
                     " but the corresponding public key has expired " +
                     printable_text(key.expires_text, 40));
}

// "pkg:npm/%40scope/name@1.0.0"
std::string package_url(const std::string& id) {
  return "pkg:npm/" + (id.starts_with('@') ? "%40" + id.substr(1) : id);
}

Status check_subject(const std::string& id, const std::string& integrity,
                     const OrderedJson& statement) {
  auto refuse = [&id](const std::string& what) {
    return problem("EATTESTATIONSUBJECT", id, "an attestation about another package: " + what);
  };
  const OrderedJson& subject = first_item(member(statement, "subject"));
  const std::string name = text_at(subject, "name");
  if (name != package_url(id)) return refuse("what was signed is " + printable_text(name, 200));
  auto hashes = Integrity::parse(integrity);
  const bool has_sha512 = hashes && hashes->strongest() == HashAlgorithm::kSha512;
  const std::string expected = has_sha512 ? hashes->key().to_hex() : std::string();
  const std::string stated = text_at(member(subject, "digest"), "sha512");
  if (expected.empty() || stated != expected)
    return refuse("the digest that was signed is not the archive's");
  return ok();
}

// When it was signed, by all who say so and can be trusted to.
Result<std::vector<int64_t>> signing_times(const Bundle& bundle, const TrustRoot& root) {
  std::vector<int64_t> times;
  for (const LogEntry& entry : bundle.entries) {
    // Only the promise is about the time.
    if (entry.integrated_time != 0 && entry.promise)
      times.push_back(static_cast<int64_t>(entry.integrated_time));
  }
  for (size_t i = 0; i < bundle.timestamps.size() && !root.is_certificates_only(); ++i) {
    if (std::count(bundle.timestamps.begin(), bundle.timestamps.end(), bundle.timestamps[i]) > 1)
      return bundle_error("it has one timestamp twice");
    GYRE_ASSIGN(const int64_t time, check_timestamp(bundle.timestamps[i], bundle.signature,
                                                    root.timestamp_authorities()));
    times.push_back(time);
  }
  if (times.empty()) return bundle_error("nothing shows when it was signed");
  return times;
}

Status check_certificate(const Bundle& bundle, const TrustRoot& root,
                         const std::vector<int64_t>& times) {
  const Certificate& leaf = bundle.certificates[0];
  const std::vector<Certificate> others(bundle.certificates.begin() + 1, bundle.certificates.end());
  if (root.is_certificates_only()) {
    for (const int64_t time : times) {
      GYRE_TRY(find_issuer(root.authorities(), leaf, others, time));
    }
    return ok();
  }
  if (!leaf.may_sign_code()) return bundle_error("its certificate is not for signing code");
  for (const int64_t time : times) {
    GYRE_ASSIGN(const Certificate issuer, find_issuer(root.authorities(), leaf, others, time));
    GYRE_TRY(check_certificate_logged(leaf, issuer, root.certificate_logs()));
  }
  return ok();
}

Status check_entries(const Bundle& bundle, const TrustRoot& root, const PublicKey& signer) {
  if (bundle.entries.empty()) return bundle_error("it is in no log");
  const std::vector<LogEntry>& all = bundle.entries;
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (all[i].log_id == all[j].log_id && all[i].index == all[j].index)
        return bundle_error("it names one entry of a log twice");
    }
    GYRE_TRY(check_logged(all[i], root.logs()));
    GYRE_TRY(check_log_body(all[i], bundle, signer));
  }
  return ok();
}

}  // namespace

std::vector<RegistryKey> read_registry_keys(const OrderedJson& answer) {
  std::vector<RegistryKey> keys;
  const OrderedJson& list = member(answer, "keys");
  if (!list.is_array()) return keys;
  for (const OrderedJson& entry : list) {
    RegistryKey key;
    key.id = text_at(entry, "keyid");
    key.expires_text = text_at(entry, "expires");
    // A date that cannot be read ends the key: better refused than trusted.
    if (!key.expires_text.empty())
      key.expires = parse_utc_time(key.expires_text).value_or(INT64_MIN);
    key.key = PublicKey::from_spki(text_at(entry, "key"));
    if (!key.id.empty()) keys.push_back(std::move(key));
  }
  return keys;
}

Status check_signature(const std::string& id, const std::string& integrity,
                       const OrderedJson& signature, int64_t published,
                       const std::vector<RegistryKey>& keys) {
  constexpr const char* kWhat = "a registry signature";
  const std::string key_id = text_at(signature, "keyid");
  const RegistryKey* key = find_key(keys, key_id);
  if (key == nullptr || !key->key) return missing_key(id, kWhat, key_id);
  if (published >= key->expires) return expired_key(id, kWhat, *key);
  if (key->key->verifies(id + ":" + integrity, text_at(signature, "sig"))) return ok();
  return problem("EINTEGRITYSIGNATURE", id,
                 "an invalid registry signature with keyid " + printable_text(key_id, 100));
}

Result<VerifiedBundle> verify_bundle(const Bundle& bundle, const TrustRoot& root,
                                     const PublicKey* key) {
  VerifiedBundle verified;
  GYRE_ASSIGN(verified.times, signing_times(bundle, root));
  std::optional<PublicKey> signer;
  if (bundle.certificates.empty()) {
    if (key == nullptr) return bundle_error("it is signed with a key that is not known");
    signer = *key;
  } else {
    GYRE_TRY(check_certificate(bundle, root, verified.times));
    signer = bundle.certificates[0].key();
    if (!signer) return bundle_error("its certificate's key cannot be read");
    verified.identity = read_identity(bundle.certificates[0]);
  }
  // Without a log's key its word for the time is as good as the signer's.
  if (!root.is_certificates_only()) GYRE_TRY(check_entries(bundle, root, *signer));
  if (signer->verifies_bytes(bundle.signed_text, bundle.signature)) return verified;
  return bundle_error(bundle.certificates.empty() ? "the registry's key did not sign it"
                                                  : "the certificate's key did not sign it");
}

Result<VerifiedAttestation> check_attestation(const std::string& id, const std::string& integrity,
                                              const OrderedJson& attestation,
                                              const std::vector<RegistryKey>& keys,
                                              const TrustRoot& root) {
  auto refuse = [&id](const std::string& what) {
    return problem("EATTESTATIONVERIFY", id, "an attestation that does not hold: " + what);
  };
  auto bundle = read_bundle(member(attestation, "bundle"));
  if (!bundle) return refuse(bundle.error().message());
  constexpr const char* kWhat = "an attestation";
  const RegistryKey* key = nullptr;
  if (!bundle->key_id.empty()) {
    key = find_key(keys, bundle->key_id);
    if (key == nullptr || !key->key) return missing_key(id, kWhat, bundle->key_id);
  }
  if (bundle->payload_type != kStatementType) return refuse("it is no in-toto statement");
  if (nests_too_deeply(bundle->payload)) return refuse("its statement nests too deeply");
  const OrderedJson statement = OrderedJson::parse(bundle->payload, nullptr, false);
  GYRE_TRY(check_subject(id, integrity, statement));
  auto verified = verify_bundle(*bundle, root, key == nullptr ? nullptr : &*key->key);
  if (!verified) return refuse(verified.error().message());
  for (const int64_t time : verified->times) {
    if (key != nullptr && time >= key->expires) return expired_key(id, kWhat, *key);
  }
  if (const Status agree = check_claims(statement, verified->identity); !agree)
    return refuse(agree.error().message());
  return VerifiedAttestation{text_at(statement, "predicateType"), bundle->key_id,
                             std::move(verified->identity)};
}

}  // namespace gyre::pkg
