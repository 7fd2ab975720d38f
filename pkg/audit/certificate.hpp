// Certificate: an X.509 certificate out of a bundle or a trust root, and what verification asks of
// it. OpenSSL behind it. Values, never empty; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pkg/audit/public_key.hpp"

struct x509_st;

namespace gyre::pkg {

class Certificate {
 public:
  // Nothing if `der` is no certificate, or has bytes after it.
  static std::optional<Certificate> from_der(std::string_view der);
  // All of a text of PEM blocks, up to the first that cannot be read.
  static std::vector<Certificate> read_pem(std::string_view pem);

  bool operator==(const Certificate& other) const;
  std::optional<PublicKey> key() const;
  bool is_self_issued() const;
  // Extended key usage: code signing.
  bool may_sign_code() const;
  // The URI it was issued to, else the mail address; "" if there is neither.
  std::string subject() const;
  // The value of an extension ("1.3.6.1…") as bytes, and as the UTF8String it holds; "" if absent.
  std::string extension(const char* oid) const;
  std::string text_extension(const char* oid) const;

  x509_st* get() const { return certificate_.get(); }
  // Takes `certificate` over; it is not null.
  static Certificate own(x509_st* certificate);

 private:
  explicit Certificate(std::shared_ptr<x509_st> one) : certificate_(std::move(one)) {}
  std::shared_ptr<x509_st> certificate_;
};

}  // namespace gyre::pkg
