#include "pkg/audit/trust_root.hpp"

#include "pkg/audit/sigstore_root.hpp"
#include "pkg/files.hpp"
#include "pkg/manifest/json_members.hpp"
#include "pkg/manifest/json_text_checks.hpp"
#include "pkg/store/integrity.hpp"

namespace gyre::pkg {
namespace {

const OrderedJson& list_at(const OrderedJson& json, const char* key) {
  static const OrderedJson none = OrderedJson::array();
  const OrderedJson& found = member(json, key);
  return found.is_array() ? found : none;
}

Error refusal(const std::string& what) {
  return Error::with_code_name("ETRUSTROOT", "it is no trust root: " + what)
      .with_hint("name a file of PEM certificates, or Sigstore's trusted_root.json");
}

// "validFor": the start must be there, the end need not.
Result<Period> read_period(const OrderedJson& json) {
  const OrderedJson& range = member(json, "validFor");
  const auto from = parse_utc_time(text_at(range, "start"));
  if (!from) return refusal("it does not say from when one of its keys is valid");
  Period period{*from, INT64_MAX};
  if (member(range, "end").is_null()) return period;
  const auto until = parse_utc_time(text_at(range, "end"));
  if (!until) return refusal("it does not say until when one of its keys is valid");
  period.until = *until;
  return period;
}

Status read_authorities(const OrderedJson& list, std::vector<Authority>& authorities) {
  for (const OrderedJson& entry : list) {
    Authority authority;
    GYRE_ASSIGN(authority.in_use, read_period(entry));
    for (const OrderedJson& one : list_at(member(entry, "certChain"), "certificates")) {
      auto der = base64_decode(text_at(one, "rawBytes"));
      auto certificate = der ? Certificate::from_der(as_text(*der)) : std::nullopt;
      if (!certificate) return refusal("one of its certificates cannot be read");
      authority.certificates.push_back(std::move(*certificate));
    }
    if (!authority.certificates.empty()) authorities.push_back(std::move(authority));
  }
  return ok();
}

Status read_logs(const OrderedJson& list, std::vector<Log>& logs) {
  for (const OrderedJson& entry : list) {
    const OrderedJson& json = member(entry, "publicKey");
    GYRE_ASSIGN(const Period in_use, read_period(json));
    auto der = base64_decode(text_at(json, "rawBytes"));
    auto id = base64_decode(text_at(member(entry, "logId"), "keyId"));
    auto checkpoint_id = base64_decode(text_at(member(entry, "checkpointKeyId"), "keyId"));
    const std::string kind = text_at(json, "keyDetails");
    auto key = !der                            ? std::nullopt
               : kind.starts_with("PKCS1_RSA") ? PublicKey::from_rsa_der(as_text(*der))
                                               : PublicKey::from_der(as_text(*der));
    // Logs whose keys are of a kind we cannot use vouch for nothing.
    if (!key || !id || id->empty()) continue;
    Log log{std::string(as_text(*id)), std::string(as_text(*id)), text_at(entry, "baseUrl"),
            std::move(*key), in_use};
    if (checkpoint_id && !checkpoint_id->empty()) log.checkpoint_id = as_text(*checkpoint_id);
    logs.push_back(std::move(log));
  }
  return ok();
}

}  // namespace

Status TrustRoot::read_pem(const std::string& text) {
  is_certificates_only_ = true;
  authorities_.push_back({Certificate::read_pem(text), {}});
  return authorities_[0].certificates.empty() ? Status(refusal("it has no certificate")) : ok();
}

Status TrustRoot::read_document(const OrderedJson& document) {
  if (!document.is_object()) return refusal("it is no JSON");
  GYRE_TRY(read_authorities(list_at(document, "certificateAuthorities"), authorities_));
  GYRE_TRY(read_authorities(list_at(document, "timestampAuthorities"), timestamp_authorities_));
  GYRE_TRY(read_logs(list_at(document, "tlogs"), logs_));
  GYRE_TRY(read_logs(list_at(document, "ctlogs"), certificate_logs_));
  return authorities_.empty() ? Status(refusal("it has no certificate authority")) : ok();
}

Result<TrustRoot> TrustRoot::parse(const std::string& text) {
  TrustRoot root;
  const size_t brace = text.find('{');
  if (brace == std::string::npos || text.find_first_not_of(" \t\r\n") != brace) {
    GYRE_TRY(root.read_pem(text));
    return root;
  }
  if (nests_too_deeply(text)) return refusal("it nests too deeply");
  GYRE_TRY(root.read_document(OrderedJson::parse(text, nullptr, false)));
  return root;
}

Result<TrustRoot> TrustRoot::read(const std::string& path) {
  GYRE_ASSIGN(const std::string text, read_file(path));
  auto root = parse(text);
  if (root) return root;
  return Error::with_code_name(root.error().code(), path + ": " + root.error().message())
      .with_hint(root.error().hint());
}

Result<TrustRoot> TrustRoot::built_in() { return parse(std::string(sigstore_root())); }

}  // namespace gyre::pkg
