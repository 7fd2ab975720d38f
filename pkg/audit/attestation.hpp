// Registry signatures and attestations, one at a time. A signature is the registry's ECDSA over
// "name@version:integrity"; an attestation is a Sigstore bundle around a statement about the
// archive's SHA-512, signed with the registry's key it names or with the key of the certificate it
// carries, and held by a transparency log. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pkg/audit/bundle.hpp"
#include "pkg/audit/provenance.hpp"
#include "pkg/audit/public_key.hpp"
#include "pkg/audit/trust_root.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct RegistryKey {
  std::string id;
  int64_t expires = INT64_MAX;  // seconds since the epoch
  std::string expires_text;
  std::optional<PublicKey> key;  // nothing: of a kind we cannot use
};
// What `-/npm/v1/keys` answers.
std::vector<RegistryKey> read_registry_keys(const OrderedJson& answer);

// `id` is "name@version", `published` seconds since the epoch. EMISSINGSIGNATUREKEY,
// EEXPIREDSIGNATUREKEY, EINTEGRITYSIGNATURE.
Status check_signature(const std::string& id, const std::string& integrity,
                       const OrderedJson& signature, int64_t published,
                       const std::vector<RegistryKey>& keys);

struct VerifiedBundle {
  std::vector<int64_t> times;  // when it was signed, as logs and timestamp authorities say
  Identity identity;           // of a certificate
};

// Sigstore's rules: times, the certificate's chain and its promises by logs of certificates, log
// entries, the signature. `key` (may be null) is for bundles without certificate. With a root of
// certificates only, the chain and the signature alone. EATTESTATIONVERIFY.
Result<VerifiedBundle> verify_bundle(const Bundle& bundle, const TrustRoot& root,
                                     const PublicKey* key);

struct VerifiedAttestation {
  std::string predicate_type;
  std::string key_id;  // of the registry's key that signed; else
  Identity identity;   // of the certificate
};

// `attestation` is an item of what `-/npm/v1/attestations/<id>` answers. EATTESTATIONVERIFY,
// EATTESTATIONSUBJECT (about another package), EMISSINGSIGNATUREKEY, EEXPIREDSIGNATUREKEY.
Result<VerifiedAttestation> check_attestation(const std::string& id, const std::string& integrity,
                                              const OrderedJson& attestation,
                                              const std::vector<RegistryKey>& keys,
                                              const TrustRoot& root);

}  // namespace gyre::pkg
