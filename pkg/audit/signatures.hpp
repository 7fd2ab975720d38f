// Registry signatures and attestations of installed packages: asks the registry for its keys, the
// packages' signatures and attestations and has each judged (attestation.hpp). Blocking; one
// thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "pkg/audit/attestation.hpp"
#include "pkg/audit/trust_root.hpp"
#include "pkg/registry/request.hpp"
#include "pkg/tree/edges.hpp"
#include "pkg/tree/node.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// One package that is not as it should be.
struct SignatureProblem {
  std::string code, message;
  std::string name, version, location, registry, resolved, integrity;
  std::string key_id, signature, predicate_type;
  EdgeKind kind = EdgeKind::kProd;
};

struct SignatureReport {
  size_t audited = 0;                               // packages of registries that have keys
  size_t verified = 0;                              // whose signatures hold
  size_t attested = 0;                              // whose attestations hold
  std::vector<SignatureProblem> invalid, missing;   // by name
  OrderedJson attestations = OrderedJson::array();  // of verified packages
};

// EAUDITNOTHING when nothing is installed that could be checked; network errors.
Result<SignatureReport> audit_signatures(RegistryApi& api, const Tree& installed,
                                         const std::set<std::string>& only, const TrustRoot& root);

}  // namespace gyre::pkg
