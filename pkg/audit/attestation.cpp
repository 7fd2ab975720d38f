// read_registry_keys, check_signature and check_attestation of signatures.hpp.
#include <ctime>

#include "pkg/audit/signatures.hpp"
#include "pkg/manifest/json_members.hpp"
#include "pkg/manifest/json_text_checks.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/store/integrity.hpp"

namespace gyre::pkg {
namespace {

const OrderedJson& first_item(const OrderedJson& list) {
  static const OrderedJson none;
  return list.is_array() && !list.empty() ? list[0] : none;
}

int64_t parse_time(const std::string& text, int64_t fallback) {
  std::tm parts{};
  if (::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return fallback;
  return ::timegm(&parts);
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

Error bad_attestation(const std::string& id, const std::string& what) {
  return problem("EATTESTATIONVERIFY", id, "an attestation that does not hold: " + what);
}

// DSSE's "pre-authentication encoding": what is signed.
std::string signed_text(const std::string& type, const std::string& payload) {
  return "DSSEv1 " + std::to_string(type.size()) + " " + type + " " +
         std::to_string(payload.size()) + " " + payload;
}

// "pkg:npm/%40scope/name@1.0.0"
std::string package_url(const std::string& id) {
  return "pkg:npm/" + (id.starts_with('@') ? "%40" + id.substr(1) : id);
}

Status check_statement(const std::string& id, const std::string& integrity,
                       const std::string& payload) {
  if (nests_too_deeply(payload)) return bad_attestation(id, "its statement nests too deeply");
  const OrderedJson statement = OrderedJson::parse(payload, nullptr, false);
  const OrderedJson& subject = first_item(member(statement, "subject"));
  if (text_at(subject, "name") != package_url(id)) {
    return bad_attestation(id, "it is about " + printable_text(text_at(subject, "name"), 200));
  }
  auto hashes = Integrity::parse(integrity);
  const bool has_sha512 = hashes && hashes->strongest() == HashAlgorithm::kSha512;
  const std::string expected = has_sha512 ? hashes->key().to_hex() : std::string();
  const std::string stated = text_at(member(subject, "digest"), "sha512");
  if (expected.empty() || stated != expected) {
    return bad_attestation(id, "its digest is not the archive's");
  }
  return ok();
}

struct Signer {
  PublicKey key;
  std::string what;
};

// Certificates of the bundle, the signer's first.
std::vector<std::string> certificates_of(const OrderedJson& material) {
  std::vector<std::string> all;
  const std::string single = text_at(member(material, "certificate"), "rawBytes");
  if (!single.empty()) all.push_back(single);
  const OrderedJson& chain = member(member(material, "x509CertificateChain"), "certificates");
  if (!chain.is_array()) return all;
  for (const OrderedJson& entry : chain) all.push_back(text_at(entry, "rawBytes"));
  return all;
}

Result<Signer> certified_signer(const std::string& id, const OrderedJson& material, int64_t time,
                                const TrustRoot* root) {
  std::vector<std::string> certificates = certificates_of(material);
  if (certificates.empty()) certificates.emplace_back();
  auto key = PublicKey::from_certificate(certificates[0]);
  if (!key) return bad_attestation(id, "it has neither a key nor a certificate");
  if (time == 0) return bad_attestation(id, "it does not say when it was signed");
  if (!key->is_valid_at(time)) {
    return bad_attestation(id, "its certificate was not valid when it was signed");
  }
  if (root != nullptr) {
    const std::vector<std::string> others(certificates.begin() + 1, certificates.end());
    const Status chained = root->check_chain(certificates[0], others, time);
    if (!chained) return bad_attestation(id, chained.error().message());
  }
  return Signer{std::move(*key), "the certificate's key"};
}

Result<Signer> signer_of(const std::string& id, const OrderedJson& bundle,
                         const std::string& key_id, const std::vector<RegistryKey>& keys,
                         const TrustRoot* root) {
  const OrderedJson& material = member(bundle, "verificationMaterial");
  const std::string logged = text_at(first_item(member(material, "tlogEntries")), "integratedTime");
  const int64_t time = logged.empty() ? 0 : std::strtoll(logged.c_str(), nullptr, 10);
  if (!key_id.empty()) {
    const RegistryKey* key = find_key(keys, key_id);
    if (key == nullptr || !key->key) {
      return bad_attestation(id, "no public key is known for " + printable_text(key_id, 100));
    }
    if (time != 0 && time >= key->expires) {
      return bad_attestation(id, "its key had expired on " + printable_text(key->expires_text, 40));
    }
    return Signer{*key->key, "the registry's key"};
  }
  return certified_signer(id, material, time, root);
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
    if (!key.expires_text.empty()) key.expires = parse_time(key.expires_text, INT64_MIN);
    key.key = PublicKey::from_spki(text_at(entry, "key"));
    if (!key.id.empty()) keys.push_back(std::move(key));
  }
  return keys;
}

Status check_signature(const std::string& id, const std::string& integrity,
                       const OrderedJson& signature, int64_t published,
                       const std::vector<RegistryKey>& keys) {
  const std::string key_id = text_at(signature, "keyid");
  const std::string shown = printable_text(key_id, 100);
  const RegistryKey* key = find_key(keys, key_id);
  if (key == nullptr || !key->key) {
    return problem("EMISSINGSIGNATUREKEY", id,
                   "a registry signature with keyid " + shown +
                       " but no corresponding public key can be found");
  }
  if (published >= key->expires) {
    return problem("EEXPIREDSIGNATUREKEY", id,
                   "a registry signature with keyid " + shown +
                       " but the corresponding public key has expired " +
                       printable_text(key->expires_text, 40));
  }
  if (key->key->verifies(id + ":" + integrity, text_at(signature, "sig"))) return ok();
  return problem("EINTEGRITYSIGNATURE", id, "an invalid registry signature with keyid " + shown);
}

Status check_attestation(const std::string& id, const std::string& integrity,
                         const OrderedJson& attestation, const std::vector<RegistryKey>& keys,
                         const TrustRoot* root) {
  const OrderedJson& bundle = member(attestation, "bundle");
  const OrderedJson& envelope = member(bundle, "dsseEnvelope");
  auto payload = base64_decode(text_at(envelope, "payload"));
  if (!payload || payload->empty()) return bad_attestation(id, "it has no statement");
  const std::string text(payload->begin(), payload->end());
  GYRE_TRY(check_statement(id, integrity, text));
  const OrderedJson& signature = first_item(member(envelope, "signatures"));
  GYRE_ASSIGN(const Signer signer, signer_of(id, bundle, text_at(signature, "keyid"), keys, root));
  const std::string message = signed_text(text_at(envelope, "payloadType"), text);
  if (!signer.key.verifies(message, text_at(signature, "sig")))
    return bad_attestation(id, signer.what + " did not sign it");
  if (root == nullptr || !root->knows_logs()) return ok();
  const OrderedJson& entry =
      first_item(member(member(bundle, "verificationMaterial"), "tlogEntries"));
  const Status logged = root->check_log(entry, {text, text_at(signature, "sig")});
  return logged ? ok() : Status(bad_attestation(id, logged.error().message()));
}

}  // namespace gyre::pkg
