// TrustRoot: whom attestations rest on: certificate authorities, transparency logs, logs of
// certificates, timestamp authorities, each with the time it was in use. Sigstore's own, as this
// version of gyre was built with it, or what a file names: Sigstore's trusted_root.json, or
// certificates in PEM, which know nothing of logs. Values after reading; any thread.
#pragma once

#include <string>
#include <vector>

#include "pkg/audit/certificate.hpp"
#include "pkg/audit/period.hpp"
#include "pkg/manifest/manifest.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct Authority {
  std::vector<Certificate>
      certificates;  // the issuer's (a timestamp authority: the signer's) first
  Period in_use;
};

struct Log {
  std::string id;             // bytes
  std::string checkpoint_id;  // the same, unless the log signs checkpoints under another
  std::string url;
  PublicKey key;
  Period in_use;
};

class TrustRoot {
 public:
  // ETRUSTROOT: neither of the two forms, or no authority in it. The system's error.
  static Result<TrustRoot> read(const std::string& path);
  static Result<TrustRoot> parse(const std::string& text);
  // Sigstore's public instance, which npm's registry uses.
  static Result<TrustRoot> built_in();

  const std::vector<Authority>& authorities() const { return authorities_; }
  const std::vector<Authority>& timestamp_authorities() const { return timestamp_authorities_; }
  const std::vector<Log>& logs() const { return logs_; }
  const std::vector<Log>& certificate_logs() const { return certificate_logs_; }
  // Certificates alone: logs and timestamps cannot be checked.
  bool is_certificates_only() const { return is_certificates_only_; }

 private:
  Status read_pem(const std::string& text);
  Status read_document(const OrderedJson& document);

  std::vector<Authority> authorities_, timestamp_authorities_;
  std::vector<Log> logs_, certificate_logs_;
  bool is_certificates_only_ = false;
};

// The certificate of an authority in use at `time` that issued `leaf`, perhaps through `others`,
// all of them valid then. EATTESTATIONVERIFY: there is none.
Result<Certificate> find_issuer(const std::vector<Authority>& authorities, const Certificate& leaf,
                                const std::vector<Certificate>& others, int64_t time);

}  // namespace gyre::pkg
