// check_log_body of transparency_log.hpp.
#include "pkg/audit/transparency_log.hpp"
#include "pkg/manifest/json_members.hpp"
#include "pkg/manifest/json_text_checks.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/store/integrity.hpp"

namespace gyre::pkg {
namespace {

// What an entry says of what it is about, as far as it does.
struct Facts {
  std::string signature, digest;     // bytes
  bool is_over_signed_text = false;  // the digest: else it is the payload's
  std::optional<PublicKey> signer;
};

std::string decoded(const std::string& base64) {
  auto bytes = base64_decode(base64);
  return bytes ? std::string(as_text(*bytes)) : std::string();
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::strtol(hex.substr(i, 2).c_str(), nullptr, 16));
  return bytes;
}

// The only item of a list; null if there are others.
const OrderedJson& only_item(const OrderedJson& list) {
  static const OrderedJson none;
  return list.is_array() && list.size() == 1 ? list[0] : none;
}

// Of the newer form: {"x509Certificate": {"rawBytes"}} or {"publicKey": {"rawBytes"}}.
std::optional<PublicKey> verifier_of(const OrderedJson& json) {
  const std::string certificate = decoded(text_at(member(json, "x509Certificate"), "rawBytes"));
  if (certificate.empty())
    return PublicKey::from_der(decoded(text_at(member(json, "publicKey"), "rawBytes")));
  auto read = Certificate::from_der(certificate);
  return read ? read->key() : std::nullopt;
}

Facts dsse_1(const OrderedJson& spec) {
  const OrderedJson& signature = only_item(member(spec, "signatures"));
  return {decoded(text_at(signature, "signature")),
          from_hex(text_at(member(spec, "payloadHash"), "value")), false,
          PublicKey::from_pem(decoded(text_at(signature, "verifier")))};
}

Facts dsse_2(const OrderedJson& all) {
  const OrderedJson& spec = member(all, "dsseV002");
  const OrderedJson& signature = only_item(member(spec, "signatures"));
  return {decoded(text_at(signature, "content")),
          decoded(text_at(member(spec, "payloadHash"), "digest")), false,
          verifier_of(member(signature, "verifier"))};
}

Facts intoto_2(const OrderedJson& spec) {
  const OrderedJson& content = member(spec, "content");
  const OrderedJson& signature = only_item(member(member(content, "envelope"), "signatures"));
  // The signature is encoded twice there.
  return {decoded(decoded(text_at(signature, "sig"))),
          from_hex(text_at(member(content, "payloadHash"), "value")), false,
          PublicKey::from_pem(decoded(text_at(signature, "publicKey")))};
}

Facts hashedrekord_1(const OrderedJson& spec) {
  const OrderedJson& signature = member(spec, "signature");
  return {decoded(text_at(signature, "content")),
          from_hex(text_at(member(member(spec, "data"), "hash"), "value")), true,
          PublicKey::from_pem(decoded(text_at(member(signature, "publicKey"), "content")))};
}

Facts hashedrekord_2(const OrderedJson& all) {
  const OrderedJson& spec = member(all, "hashedRekordV002");
  const OrderedJson& signature = member(spec, "signature");
  return {decoded(text_at(signature, "content")), decoded(text_at(member(spec, "data"), "digest")),
          true, verifier_of(member(signature, "verifier"))};
}

std::optional<Facts> facts_of(const std::string& kind, const std::string& version,
                              const OrderedJson& spec) {
  const std::string name = kind + " " + version;
  if (name == "dsse 0.0.1") return dsse_1(spec);
  if (name == "dsse 0.0.2") return dsse_2(spec);
  if (name == "intoto 0.0.2") return intoto_2(spec);
  if (name == "hashedrekord 0.0.1") return hashedrekord_1(spec);
  if (name == "hashedrekord 0.0.2") return hashedrekord_2(spec);
  return std::nullopt;
}

std::string sha256(const std::string& text) {
  const Digest digest = hash_of(HashAlgorithm::kSha256, as_bytes(text));
  return {reinterpret_cast<const char*>(digest.bytes.data()), digest.size};
}

}  // namespace

Status check_log_body(const LogEntry& entry, const Bundle& bundle, const PublicKey& signer) {
  if (nests_too_deeply(entry.body)) return bundle_error("the log's entry nests too deeply");
  const OrderedJson body = OrderedJson::parse(entry.body, nullptr, false);
  const std::string kind = text_at(body, "kind"), version = text_at(body, "apiVersion");
  if (kind != entry.kind || version != entry.version)
    return bundle_error("the log's entry is of another kind than it says");
  const auto facts = facts_of(kind, version, member(body, "spec"));
  if (!facts) {
    return bundle_error("the log's entry is of a kind that is not known: " +
                        printable_text(kind + " " + version, 100));
  }
  const std::string expected =
      sha256(facts->is_over_signed_text ? bundle.signed_text : bundle.payload);
  if (facts->digest != expected || facts->signature != bundle.signature)
    return bundle_error("the log's entry is about something else");
  if (facts->signer && facts->signer->der() != signer.der())
    return bundle_error("the log's entry names another signer");
  return ok();
}

}  // namespace gyre::pkg
