// Registry signatures and attestations of installed packages. A signature is the registry's ECDSA
// over "name@version:integrity"; an attestation is a DSSE envelope about the archive's SHA-512,
// checked with the registry's key it names or with the key of the certificate it carries. The chain
// of that certificate and the transparency log are checked where a trust root is given, which is
// never fetched.
// Asks the registry; blocking; one thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "pkg/audit/public_key.hpp"
#include "pkg/audit/trust_root.hpp"
#include "pkg/registry/request.hpp"
#include "pkg/tree/edges.hpp"
#include "pkg/tree/node.hpp"
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

// One package that is not as it should be.
struct SignatureProblem {
  std::string code, message;
  std::string name, version, location, registry, resolved, integrity;
  std::string key_id, signature, predicate_type;
  EdgeKind kind = EdgeKind::kProd;
};

struct SignatureReport {
  size_t audited = 0;  // packages of registries that have keys
  size_t verified = 0, attested = 0;
  std::vector<SignatureProblem> invalid, missing;   // by name
  OrderedJson attestations = OrderedJson::array();  // of verified packages
};

// `root` may be null. EAUDITNOTHING when nothing is installed that could be checked; network
// errors.
Result<SignatureReport> audit_signatures(RegistryApi& api, const Tree& installed,
                                         const std::set<std::string>& only, const TrustRoot* root);

// The two checks by themselves. `id` is "name@version"; the error says what is wrong.
Status check_signature(const std::string& id, const std::string& integrity,
                       const OrderedJson& signature, int64_t published,
                       const std::vector<RegistryKey>& keys);
Status check_attestation(const std::string& id, const std::string& integrity,
                         const OrderedJson& attestation, const std::vector<RegistryKey>& keys,
                         const TrustRoot* root);

}  // namespace gyre::pkg
