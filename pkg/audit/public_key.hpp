// PublicKey: verifies signatures with a key out of a registry's list or a certificate. OpenSSL
// behind it. Values; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gyre::pkg {

class PublicKey {
 public:
  // Base64 of a SubjectPublicKeyInfo; nothing if it is none.
  static std::optional<PublicKey> from_spki(std::string_view base64);
  // Base64 of an X.509 certificate.
  static std::optional<PublicKey> from_certificate(std::string_view base64);

  // `signature` is base64: DER for ECDSA. SHA-256 over `message`; Ed25519 keys need no digest.
  bool verifies(std::string_view message, std::string_view signature) const;
  // Of a certificate, in seconds since the epoch; everything for a bare key.
  bool is_valid_at(int64_t time) const { return time >= not_before_ && time <= not_after_; }

 private:
  struct Free {
    void operator()(void* key) const;
  };
  explicit PublicKey(void* key) : key_(key, Free()) {}
  std::shared_ptr<void> key_;
  int64_t not_before_ = INT64_MIN, not_after_ = INT64_MAX;
};

}  // namespace gyre::pkg
