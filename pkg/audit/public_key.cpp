#include "pkg/audit/public_key.hpp"

#include "pkg/audit/certificate.hpp"
#include "pkg/store/crypto_api.hpp"
#include "pkg/store/integrity.hpp"

namespace gyre::pkg {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::optional<PublicKey> owned(EVP_PKEY* key) {
  if (key == nullptr) return std::nullopt;
  return PublicKey::own(key);
}

}  // namespace

void PublicKey::Free::operator()(evp_pkey_st* key) const { crypto().EVP_PKEY_free(key); }

std::optional<PublicKey> PublicKey::from_spki(std::string_view base64) {
  auto bytes = base64_decode(base64);
  return bytes ? from_der(as_text(*bytes)) : std::nullopt;
}

std::optional<PublicKey> PublicKey::from_der(std::string_view der) {
  const unsigned char* at = bytes_of(der);
  return owned(crypto().d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
}

std::optional<PublicKey> PublicKey::from_rsa_der(std::string_view der) {
  const unsigned char* at = bytes_of(der);
  return owned(crypto().d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(der.size())));
}

std::optional<PublicKey> PublicKey::from_pem(std::string_view pem) {
  const std::vector<Certificate> certificates = Certificate::read_pem(pem);
  if (!certificates.empty()) return certificates[0].key();
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(
      crypto().BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), crypto().BIO_free);
  if (!memory) return std::nullopt;
  return owned(crypto().PEM_read_bio_PUBKEY(memory.get(), nullptr, nullptr, nullptr));
}

bool PublicKey::verifies(std::string_view message, std::string_view signature) const {
  auto bytes = base64_decode(signature);
  return bytes && verifies_bytes(message, as_text(*bytes));
}

bool PublicKey::verifies_bytes(std::string_view message, std::string_view signature) const {
  if (signature.empty()) return false;
  const bool has_own_digest = crypto().EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_ED25519;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(crypto().EVP_MD_CTX_new(),
                                                                        crypto().EVP_MD_CTX_free);
  if (!context || crypto().EVP_DigestVerifyInit(context.get(), nullptr,
                                                has_own_digest ? nullptr : crypto().EVP_sha256(),
                                                nullptr, key_.get()) != 1) {
    return false;
  }
  return crypto().EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                                   bytes_of(message), message.size()) == 1;
}

std::string PublicKey::der() const {
  const int size = crypto().i2d_PUBKEY(key_.get(), nullptr);
  std::string der(size > 0 ? static_cast<size_t>(size) : 0, '\0');
  auto* at = reinterpret_cast<unsigned char*>(der.data());
  if (size > 0) crypto().i2d_PUBKEY(key_.get(), &at);
  return der;
}

}  // namespace gyre::pkg
