// Bundle: a Sigstore bundle (format 0.1 to 0.3) around a DSSE envelope, decoded and with its shape
// checked, nothing verified. Values; pure. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pkg/audit/certificate.hpp"
#include "pkg/manifest/manifest.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// Where a log's entry is in its Merkle tree.
struct InclusionProof {
  uint64_t index = 0;
  std::vector<std::string> hashes;
  std::string checkpoint;  // a signed note
};

// What a transparency log says it holds.
struct LogEntry {
  std::string log_id;
  uint64_t index = 0;
  uint64_t integrated_time = 0;  // seconds since the epoch; 0: not said
  std::string kind, version;
  std::string body;
  std::optional<std::string> promise;  // the signature on it
  std::optional<InclusionProof> proof;
};

// Text members are bytes unless said otherwise.
struct Bundle {
  std::string payload, payload_type;
  std::string signed_text;  // DSSE's encoding of the two: what `signature` is over
  std::string signature;
  std::string key_id;                     // of a key known to the verifier; may be empty
  std::vector<Certificate> certificates;  // the signer's first; none: signed with such a key
  std::vector<LogEntry> entries;
  std::vector<std::string> timestamps;  // RFC 3161 responses in DER
};

// EATTESTATIONVERIFY: what is wrong with the form.
Result<Bundle> read_bundle(const OrderedJson& json);

// The error of everything that is said of a bundle.
Error bundle_error(const std::string& what);

}  // namespace gyre::pkg
