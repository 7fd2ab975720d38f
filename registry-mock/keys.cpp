#include "registry-mock/keys.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>

#include "registry-mock/text.hpp"
#include "runtime/io/digest.hpp"

namespace gyre::registry_mock {
namespace {

Error failure(const char* what) {
  return Error(Code::ERR_CRYPTO_OPERATION_FAILED, std::string("signing key: ") + what);
}

struct ContextFree {
  void operator()(EVP_MD_CTX* context) const { ::EVP_MD_CTX_free(context); }
};

}  // namespace

SigningKey::~SigningKey() = default;

void SigningKey::Free::operator()(evp_pkey_st* key) const { ::EVP_PKEY_free(key); }

Status SigningKey::load() {
  if (key_) return ok();
  if (std::FILE* file = std::fopen(path_.c_str(), "re")) {
    key_.reset(::PEM_read_PrivateKey(file, nullptr, nullptr, nullptr));
    std::fclose(file);
    if (!key_) return failure("the PEM file cannot be read");
  } else {
    key_.reset(::EVP_EC_gen("P-256"));
  }
  unsigned char* der = nullptr;
  const int size = key_ ? ::i2d_PUBKEY(key_.get(), &der) : -1;
  if (size <= 0) return failure("no key could be made");
  public_der_.assign(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  ::OPENSSL_free(der);
  GYRE_ASSIGN(const Buffer digest, io::digest_once("sha256", as_bytes(public_der_), std::nullopt));
  key_id_ = "SHA256:" + to_base64(digest.view());
  return ok();
}

Result<std::string> SigningKey::sign(const std::string& text) {
  const std::unique_ptr<EVP_MD_CTX, ContextFree> context(::EVP_MD_CTX_new());
  size_t size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  if (::EVP_DigestSignInit(context.get(), nullptr, ::EVP_sha256(), nullptr, key_.get()) != 1 ||
      ::EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) {
    return failure("it cannot sign");
  }
  std::string signature(size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  if (::EVP_DigestSign(context.get(), out, &size, bytes, text.size()) != 1) {
    return failure("it cannot sign");
  }
  signature.resize(size);
  return to_base64(as_bytes(signature));
}

Result<json::Array> SigningKey::signatures_of(const std::string& text) {
  GYRE_TRY(load());
  auto known = signatures_.find(text);
  if (known == signatures_.end()) {
    GYRE_ASSIGN(std::string signature, sign(text));
    known = signatures_.emplace(text, std::move(signature)).first;
  }
  json::Object item;
  item.set("keyid", key_id_);
  item.set("sig", known->second);
  json::Array list;
  list.emplace_back(std::move(item));
  return list;
}

Result<json::Value> SigningKey::public_keys() {
  GYRE_TRY(load());
  json::Object key;
  key.set("expires", json::Value());
  key.set("keyid", key_id_);
  key.set("keytype", "ecdsa-sha2-nistp256");
  key.set("scheme", "ecdsa-sha2-nistp256");
  key.set("key", to_base64(as_bytes(public_der_)));
  json::Array keys;
  keys.emplace_back(std::move(key));
  json::Object answer;
  answer.set("keys", json::Value(std::move(keys)));
  return json::Value(std::move(answer));
}

}  // namespace gyre::registry_mock
