// PublicKey: verifies signatures with a key out of a registry's list, a trust root or a
// certificate. OpenSSL behind it. Values; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace gyre::pkg {

class PublicKey {
 public:
  // Base64 of a SubjectPublicKeyInfo; nothing if it is none.
  static std::optional<PublicKey> from_spki(std::string_view base64);
  // The same as bytes, and PKCS #1's RSAPublicKey, which some logs have.
  static std::optional<PublicKey> from_der(std::string_view der);
  static std::optional<PublicKey> from_rsa_der(std::string_view der);
  // Of "-----BEGIN PUBLIC KEY-----" or "-----BEGIN CERTIFICATE-----".
  static std::optional<PublicKey> from_pem(std::string_view pem);
  // Takes `key` over; it is not null.
  static PublicKey own(evp_pkey_st* key) { return PublicKey(key); }

  // `signature` is base64: DER for ECDSA. SHA-256 over `message`; Ed25519 keys need no digest.
  bool verifies(std::string_view message, std::string_view signature) const;
  // The signature as bytes.
  bool verifies_bytes(std::string_view message, std::string_view signature) const;
  // SubjectPublicKeyInfo in DER: equal for equal keys.
  std::string der() const;

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  explicit PublicKey(evp_pkey_st* key) : key_(key, Free()) {}
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace gyre::pkg
