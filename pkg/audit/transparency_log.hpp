// Whether a transparency log of a trust root holds an entry (its signed promise, its Merkle proof
// under a signed checkpoint), and whether the entry is about a bundle. Pure; any thread. Errors:
// EATTESTATIONVERIFY.
#pragma once

#include <vector>

#include "pkg/audit/bundle.hpp"
#include "pkg/audit/trust_root.hpp"

namespace gyre::pkg {

// Both promise and proof must hold where there are both; one of them must be there.
Status check_logged(const LogEntry& entry, const std::vector<Log>& logs);

// The root of the tree of `size` entries in which the one with `body` is at proof.index (RFC 6962);
// nothing if the proof is not for such a tree.
std::optional<std::string> merkle_root(const std::string& body, const InclusionProof& proof,
                                       uint64_t size);

// Entries of the kinds dsse (0.0.1, 0.0.2), intoto (0.0.2) and hashedrekord (0.0.1, 0.0.2): the
// bundle's signature, what was signed, and `signer`, where the entry has it.
Status check_log_body(const LogEntry& entry, const Bundle& bundle, const PublicKey& signer);

}  // namespace gyre::pkg
