#include "pkg/audit/public_key.hpp"

#include <ctime>

#include "pkg/store/crypto_api.hpp"
#include "pkg/store/integrity.hpp"

namespace gyre::pkg {
namespace {

int64_t seconds_of(const ASN1_TIME* time, int64_t fallback) {
  std::tm parts{};
  if (time == nullptr || crypto().ASN1_TIME_to_tm(time, &parts) != 1) return fallback;
  return ::timegm(&parts);
}

}  // namespace

void PublicKey::Free::operator()(void* key) const {
  crypto().EVP_PKEY_free(static_cast<EVP_PKEY*>(key));
}

std::optional<PublicKey> PublicKey::from_spki(std::string_view base64) {
  auto bytes = base64_decode(base64);
  if (!bytes || bytes->empty()) return std::nullopt;
  const unsigned char* at = bytes->data();
  EVP_PKEY* key = crypto().d2i_PUBKEY(nullptr, &at, static_cast<long>(bytes->size()));
  if (key == nullptr) return std::nullopt;
  return PublicKey(key);
}

std::optional<PublicKey> PublicKey::from_certificate(std::string_view base64) {
  auto bytes = base64_decode(base64);
  if (!bytes || bytes->empty()) return std::nullopt;
  const unsigned char* at = bytes->data();
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      crypto().d2i_X509(nullptr, &at, static_cast<long>(bytes->size())), crypto().X509_free);
  if (!certificate) return std::nullopt;
  EVP_PKEY* key = crypto().X509_get_pubkey(certificate.get());
  if (key == nullptr) return std::nullopt;
  PublicKey result(key);
  result.not_before_ = seconds_of(crypto().X509_get0_notBefore(certificate.get()), INT64_MAX);
  result.not_after_ = seconds_of(crypto().X509_get0_notAfter(certificate.get()), INT64_MIN);
  return result;
}

bool PublicKey::verifies(std::string_view message, std::string_view signature) const {
  auto bytes = base64_decode(signature);
  if (!bytes || bytes->empty()) return false;
  auto* key = static_cast<EVP_PKEY*>(key_.get());
  const bool has_own_digest = crypto().EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(crypto().EVP_MD_CTX_new(),
                                                                        crypto().EVP_MD_CTX_free);
  if (!context || crypto().EVP_DigestVerifyInit(context.get(), nullptr,
                                                has_own_digest ? nullptr : crypto().EVP_sha256(),
                                                nullptr, key) != 1) {
    return false;
  }
  return crypto().EVP_DigestVerify(context.get(), bytes->data(), bytes->size(),
                                   reinterpret_cast<const unsigned char*>(message.data()),
                                   message.size()) == 1;
}

}  // namespace gyre::pkg
