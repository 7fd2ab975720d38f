#include "pkg/audit/certificate_log.hpp"

#include <openssl/ct.h>

#include "pkg/audit/bundle.hpp"
#include "pkg/store/crypto_api.hpp"
#include "pkg/store/integrity.hpp"

namespace gyre::pkg {
namespace {

constexpr int kMaxPromises = 16;

void append_number(std::string& text, uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    text += static_cast<char>(number >> shift);
}

// The certificate as the log saw it: without the promises. Empty if it cannot be made.
std::string precertificate(const Certificate& leaf) {
  X509* copy = crypto().X509_dup(leaf.get());
  if (copy == nullptr) return {};
  const Certificate owner = Certificate::own(copy);
  const int at = crypto().X509_get_ext_by_NID(copy, NID_ct_precert_scts, -1);
  if (at < 0) return {};
  crypto().X509_EXTENSION_free(crypto().X509_delete_ext(copy, at));
  const int size = crypto().i2d_re_X509_tbs(copy, nullptr);
  if (size <= 0) return {};
  std::string tbs(static_cast<size_t>(size), '\0');
  auto* out = reinterpret_cast<unsigned char*>(tbs.data());
  crypto().i2d_re_X509_tbs(copy, &out);
  return tbs;
}

// The hash of the issuer's key and the certificate: what a log's entry is.
std::string log_entry_of(const Certificate& leaf, const Certificate& issuer) {
  const std::string tbs = precertificate(leaf);
  const auto key = issuer.key();
  if (tbs.empty() || !key) return {};
  const Digest digest = hash_of(HashAlgorithm::kSha256, as_bytes(key->der()));
  std::string entry(reinterpret_cast<const char*>(digest.bytes.data()), digest.size);
  append_number(entry, tbs.size(), 3);
  return entry + tbs;
}

std::string_view view_of(const unsigned char* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

bool is_promised(const SCT* sct, const std::string& entry, const std::vector<Log>& logs) {
  if (crypto().SCT_get_version(sct) != SCT_VERSION_V1) return false;
  unsigned char* bytes = nullptr;
  const size_t id_size = crypto().SCT_get0_log_id(sct, &bytes);
  const std::string_view id = view_of(bytes, id_size);
  const size_t extensions_size = crypto().SCT_get0_extensions(sct, &bytes);
  const std::string_view extensions = view_of(bytes, extensions_size);
  const size_t signature_size = crypto().SCT_get0_signature(sct, &bytes);
  const std::string_view signature = view_of(bytes, signature_size);
  const uint64_t milliseconds = crypto().SCT_get_timestamp(sct);
  std::string text("\0\0", 2);  // version 1, a certificate's timestamp
  append_number(text, milliseconds, 8);
  append_number(text, 1, 2);  // of a precertificate
  text += entry;
  append_number(text, extensions.size(), 2);
  text += extensions;
  for (const Log& log : logs) {
    if (log.id == id && log.in_use.covers(static_cast<int64_t>(milliseconds / 1000)) &&
        log.key.verifies_bytes(text, signature)) {
      return true;
    }
  }
  return false;
}

}  // namespace

Status check_certificate_logged(const Certificate& leaf, const Certificate& issuer,
                                const std::vector<Log>& logs) {
  auto* list = crypto().X509_get_ext_d2i(leaf.get(), NID_ct_precert_scts, nullptr, nullptr);
  auto* stack = static_cast<OPENSSL_STACK*>(list);
  const int count = list == nullptr ? 0 : crypto().OPENSSL_sk_num(stack);
  const std::string entry = count > 0 ? log_entry_of(leaf, issuer) : std::string();
  bool is_good = count > 0 && count <= kMaxPromises && !entry.empty();
  for (int i = 0; is_good && i < count; ++i) {
    const auto* sct = static_cast<const SCT*>(crypto().OPENSSL_sk_value(stack, i));
    is_good = is_promised(sct, entry, logs);
  }
  if (list != nullptr) crypto().SCT_LIST_free(reinterpret_cast<STACK_OF(SCT)*>(list));
  if (count == 0) return bundle_error("its certificate is in no log of certificates");
  if (is_good) return ok();
  return bundle_error("the promise of a log of certificates to hold its certificate does not hold");
}

}  // namespace gyre::pkg
