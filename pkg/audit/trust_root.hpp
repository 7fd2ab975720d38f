// TrustRoot: whose certificates and whose transparency logs attestations may rest on, as a file
// names them: certificates in PEM, or Sigstore's trusted_root.json, which has the logs' keys as
// well. Everything is checked offline. Values after reading; any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pkg/audit/public_key.hpp"
#include "pkg/manifest/manifest.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// What an attestation says was signed, for the log's entry about it.
struct SignedEnvelope {
  std::string payload;    // decoded
  std::string signature;  // base64
};

class TrustRoot {
 public:
  // ETRUSTROOT: neither of the two forms, or no authority in it. The system's error.
  static Result<TrustRoot> read(const std::string& path);

  // Whether `certificate` (base64 DER) was issued, through `others`, by an authority of ours, and
  // was valid at `time`. The Error says why not.
  Status check_chain(const std::string& certificate, const std::vector<std::string>& others,
                     int64_t time) const;
  // Whether a log of ours promised to hold `entry` (a bundle's tlogEntries item), and the entry is
  // about `envelope`. Only where knows_logs().
  Status check_log(const OrderedJson& entry, const SignedEnvelope& envelope) const;
  bool knows_logs() const { return !logs_.empty(); }

 private:
  struct Authority {
    std::vector<std::shared_ptr<void>> certificates;
    int64_t from = INT64_MIN, until = INT64_MAX;
  };
  Status read_pem(const std::string& text);
  Status read_document(const OrderedJson& document);

  std::vector<Authority> authorities_;
  std::map<std::string, PublicKey> logs_;  // by the base64 of their identifier
};

}  // namespace gyre::pkg
