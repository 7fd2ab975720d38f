// SigningKey: the registry's ECDSA P-256 key, as the public registry signs: over
// "name@version:integrity". Made when first needed, or read from a PEM file of the fixtures.
// Loop's thread only.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "runtime/base/json.hpp"
#include "runtime/base/result.hpp"

struct evp_pkey_st;

namespace gyre::registry_mock {

class SigningKey {
 public:
  // `path`: PEM of a private key; need not exist.
  explicit SigningKey(std::string path) : path_(std::move(path)) {}
  ~SigningKey();

  // dist.signatures for a text; the same text gets the same signature again.
  Result<json::Array> signatures_of(const std::string& text);
  // The answer to /-/npm/v1/keys.
  Result<json::Value> public_keys();

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  Status load();
  Result<std::string> sign(const std::string& text);
  std::string path_, key_id_, public_der_;
  std::unique_ptr<evp_pkey_st, Free> key_;
  std::map<std::string, std::string> signatures_;
};

}  // namespace gyre::registry_mock
