#include "pkg/audit/trust_root.hpp"

#include <ctime>

#include "pkg/files.hpp"
#include "pkg/manifest/json_members.hpp"
#include "pkg/manifest/json_text_checks.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/store/crypto_api.hpp"
#include "pkg/store/integrity.hpp"

namespace gyre::pkg {
namespace {

using Certificate = std::shared_ptr<void>;

struct StoreFree {
  void operator()(X509_STORE* store) const { crypto().X509_STORE_free(store); }
};
struct ContextFree {
  void operator()(X509_STORE_CTX* context) const { crypto().X509_STORE_CTX_free(context); }
};
// Holds no certificates of its own.
struct StackFree {
  void operator()(OPENSSL_STACK* stack) const { crypto().OPENSSL_sk_free(stack); }
};

X509* raw(const Certificate& certificate) { return static_cast<X509*>(certificate.get()); }

Certificate own(X509* certificate) {
  return Certificate(certificate, [](void* one) { crypto().X509_free(static_cast<X509*>(one)); });
}

// Null where `base64` is no certificate.
Certificate certificate_of(const std::string& base64) {
  auto bytes = base64_decode(base64);
  if (!bytes || bytes->empty()) return nullptr;
  const unsigned char* at = bytes->data();
  X509* certificate = crypto().d2i_X509(nullptr, &at, static_cast<long>(bytes->size()));
  return certificate == nullptr ? nullptr : own(certificate);
}

const OrderedJson& list_at(const OrderedJson& json, const char* key) {
  static const OrderedJson none = OrderedJson::array();
  const OrderedJson& found = member(json, key);
  return found.is_array() ? found : none;
}

int64_t time_at(const OrderedJson& range, const char* key, int64_t fallback) {
  const std::string text = text_at(range, key);
  std::tm parts{};
  if (text.empty()) return fallback;
  // What cannot be read ends the trust: better refused than trusted.
  if (::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return -fallback;
  return ::timegm(&parts);
}

Error no_root(const std::string& path, const std::string& what) {
  return Error::with_code_name("ETRUSTROOT", path + " is no trust root: " + what)
      .with_hint("name a file of PEM certificates, or Sigstore's trusted_root.json");
}

Error refusal(const std::string& what) { return Error::with_code_name("ETRUSTROOT", what); }

// What a log signs as its promise to hold an entry: these members, in this order, without spaces.
std::string promise_text(const OrderedJson& entry, const std::string& log_id) {
  auto log = base64_decode(log_id);
  std::string hex;
  constexpr char kDigits[] = "0123456789abcdef";
  for (const uint8_t byte : *log) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  auto number = [&entry](const char* key) {
    const std::string text = text_at(entry, key);
    const bool is_number = !text.empty() && text.size() < 20 &&
                           text.find_first_not_of("0123456789") == std::string::npos;
    return is_number ? text : std::string("0");
  };
  return R"({"body":")" + text_at(entry, "canonicalizedBody") + R"(","integratedTime":)" +
         number("integratedTime") + R"(,"logID":")" + hex + R"(","logIndex":)" +
         number("logIndex") + "}";
}

// Entries of both kinds that bundles have: "dsse" and the older "intoto".
bool is_about(const OrderedJson& body, const SignedEnvelope& envelope) {
  const OrderedJson& spec = member(body, "spec");
  const std::string payload = hash_of(HashAlgorithm::kSha256, as_bytes(envelope.payload)).to_hex();
  const std::string kind = text_at(body, "kind");
  if (kind == "dsse") {
    if (text_at(member(spec, "payloadHash"), "value") != payload) return false;
    const OrderedJson& signatures = list_at(spec, "signatures");
    return signatures.size() == 1 && text_at(signatures[0], "signature") == envelope.signature;
  }
  if (kind != "intoto") return false;
  const OrderedJson& content = member(spec, "content");
  if (text_at(member(content, "payloadHash"), "value") != payload) return false;
  const OrderedJson& signatures = list_at(member(content, "envelope"), "signatures");
  // Encoded twice there.
  return signatures.size() == 1 &&
         text_at(signatures[0], "sig") == base64_encode(as_bytes(envelope.signature));
}

}  // namespace

Status TrustRoot::read_pem(const std::string& text) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(
      crypto().BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), crypto().BIO_free);
  Authority authority;
  while (memory) {
    X509* certificate = crypto().PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr);
    if (certificate == nullptr) break;
    authority.certificates.push_back(own(certificate));
  }
  if (authority.certificates.empty()) return refusal("it has no certificate");
  authorities_.push_back(std::move(authority));
  return ok();
}

Status TrustRoot::read_document(const OrderedJson& document) {
  for (const OrderedJson& entry : list_at(document, "certificateAuthorities")) {
    Authority authority;
    authority.from = time_at(member(entry, "validFor"), "start", INT64_MIN + 1);
    authority.until = time_at(member(entry, "validFor"), "end", INT64_MAX);
    for (const OrderedJson& one : list_at(member(entry, "certChain"), "certificates")) {
      Certificate certificate = certificate_of(text_at(one, "rawBytes"));
      if (certificate == nullptr) return refusal("one of its certificates cannot be read");
      authority.certificates.push_back(std::move(certificate));
    }
    if (!authority.certificates.empty()) authorities_.push_back(std::move(authority));
  }
  for (const OrderedJson& entry : list_at(document, "tlogs")) {
    auto key = PublicKey::from_spki(text_at(member(entry, "publicKey"), "rawBytes"));
    const std::string id = text_at(member(entry, "logId"), "keyId");
    // Logs whose keys are of a kind we cannot use vouch for nothing.
    if (key && base64_decode(id)) logs_.emplace(id, std::move(*key));
  }
  return authorities_.empty() ? Status(refusal("it has no certificate authority")) : ok();
}

Result<TrustRoot> TrustRoot::read(const std::string& path) {
  GYRE_ASSIGN(const std::string text, read_file(path));
  TrustRoot root;
  const bool is_document =
      text.find_first_not_of(" \t\r\n") == text.find('{') && text.find('{') != std::string::npos;
  Status status;
  if (is_document && nests_too_deeply(text)) return no_root(path, "it nests too deeply");
  if (is_document) {
    const OrderedJson document = OrderedJson::parse(text, nullptr, false);
    if (!document.is_object()) return no_root(path, "it is no JSON");
    status = root.read_document(document);
  } else {
    status = root.read_pem(text);
  }
  if (!status) return no_root(path, status.error().message());
  return root;
}

Status TrustRoot::check_chain(const std::string& certificate,
                              const std::vector<std::string>& others, int64_t time) const {
  const Certificate leaf = certificate_of(certificate);
  if (leaf == nullptr) return refusal("its certificate cannot be read");
  std::vector<Certificate> between;
  const std::unique_ptr<OPENSSL_STACK, StackFree> stack(crypto().OPENSSL_sk_new_null());
  for (const std::string& other : others) {
    between.push_back(certificate_of(other));
    if (between.back() != nullptr) crypto().OPENSSL_sk_push(stack.get(), raw(between.back()));
  }
  std::string reason = "no certificate authority of the trust root was in use at that time";
  for (const Authority& authority : authorities_) {
    if (time < authority.from || time > authority.until) continue;
    const std::unique_ptr<X509_STORE, StoreFree> store(crypto().X509_STORE_new());
    for (const Certificate& one : authority.certificates)
      crypto().X509_STORE_add_cert(store.get(), raw(one));
    const std::unique_ptr<X509_STORE_CTX, ContextFree> context(crypto().X509_STORE_CTX_new());
    crypto().X509_STORE_CTX_init(context.get(), store.get(), raw(leaf),
                                 reinterpret_cast<STACK_OF(X509)*>(stack.get()));
    X509_VERIFY_PARAM* parameters = crypto().X509_STORE_CTX_get0_param(context.get());
    crypto().X509_VERIFY_PARAM_set_time(parameters, static_cast<time_t>(time));
    crypto().X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
    if (crypto().X509_verify_cert(context.get()) == 1) return ok();
    reason =
        crypto().X509_verify_cert_error_string(crypto().X509_STORE_CTX_get_error(context.get()));
  }
  return refusal("its certificate does not lead to the trust root: " + reason);
}

Status TrustRoot::check_log(const OrderedJson& entry, const SignedEnvelope& envelope) const {
  const std::string id = text_at(member(entry, "logId"), "keyId");
  const auto log = logs_.find(id);
  if (log == logs_.end()) return refusal("no log of the trust root holds it");
  const std::string promise = text_at(member(entry, "inclusionPromise"), "signedEntryTimestamp");
  if (!log->second.verifies(promise_text(entry, id), promise))
    return refusal("the log's promise to hold it does not hold");
  auto body = base64_decode(text_at(entry, "canonicalizedBody"));
  const std::string text = body ? std::string(body->begin(), body->end()) : std::string();
  if (nests_too_deeply(text)) return refusal("the log's entry nests too deeply");
  if (!is_about(OrderedJson::parse(text, nullptr, false), envelope))
    return refusal("the log's entry is about something else");
  return ok();
}

}  // namespace gyre::pkg
