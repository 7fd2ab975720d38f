#include "runtime/io/digest.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <climits>
#include <set>

namespace gyre::io {
namespace {

Error openssl_error(const char* what) {
  char text[256] = "";
  if (unsigned long code = ERR_get_error()) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return Error(Code::ERR_CRYPTO_OPERATION_FAILED,
               std::string(what) + (text[0] ? std::string(": ") + text : std::string(" failed")));
}

Error invalid_digest(const std::string& name) {
  ERR_clear_error();
  return Error(Code::ERR_CRYPTO_INVALID_DIGEST, "Invalid digest: " + name);
}

// OpenSSL's legacy names ("RSA-SHA256") are signatures' names for plain digests.
const EVP_MD* find_digest(const std::string& name) { return EVP_get_digestbyname(name.c_str()); }

// OpenSSL wants a non-null pointer even for no bytes.
const uint8_t* data_or_empty(ByteView bytes) {
  static const uint8_t kNothing = 0;
  return bytes.empty() ? &kNothing : bytes.data();
}

struct KdfFree {
  void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};

Result<Buffer> derive(const char* name, const OSSL_PARAM* params, size_t length) {
  EVP_KDF* kdf = EVP_KDF_fetch(nullptr, name, nullptr);
  if (kdf == nullptr) return openssl_error(name);
  std::unique_ptr<EVP_KDF_CTX, KdfFree> context(EVP_KDF_CTX_new(kdf));
  EVP_KDF_free(kdf);
  Buffer out(length);
  if (length == 0) return out;
  if (EVP_KDF_derive(context.get(), out.data(), length, params) <= 0) return openssl_error(name);
  return out;
}

OSSL_PARAM octets(const char* key, ByteView bytes) {
  return OSSL_PARAM_construct_octet_string(key, const_cast<uint8_t*>(data_or_empty(bytes)),
                                           bytes.size());
}

OSSL_PARAM text(const char* key, const char* value) {
  return OSSL_PARAM_construct_utf8_string(key, const_cast<char*>(value), 0);
}

}  // namespace

void Digest::Free::operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
void Hmac::Free::operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }

Status Digest::check_length(EVP_MD_CTX* context, std::optional<size_t>& length) {
  const EVP_MD* md = EVP_MD_CTX_get0_md(context);
  auto natural = static_cast<size_t>(EVP_MD_get_size(md));
  if (!length || *length == natural) {
    length.reset();
    return ok();
  }
  if (!(EVP_MD_get_flags(md) & EVP_MD_FLAG_XOF)) {
    return Error(Code::ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH);
  }
  return ok();
}

Result<Digest> Digest::create(const std::string& name, std::optional<size_t> output_length) {
  const EVP_MD* md = find_digest(name);
  if (md == nullptr) return Error(Code::ERR_CRYPTO_INVALID_DIGEST, "Digest method not supported");
  Context context(EVP_MD_CTX_new());
  if (!context || EVP_DigestInit_ex(context.get(), md, nullptr) != 1) {
    return openssl_error("Digest method not supported");
  }
  GYRE_TRY(check_length(context.get(), output_length));
  return Digest(std::move(context), output_length);
}

Status Digest::update(ByteView bytes) {
  if (EVP_DigestUpdate(context_.get(), data_or_empty(bytes), bytes.size()) != 1) {
    return openssl_error("Hash update failed");
  }
  return ok();
}

Result<Buffer> Digest::finish() {
  if (output_length_) {
    Buffer out(*output_length_);
    if (*output_length_ > 0 &&
        EVP_DigestFinalXOF(context_.get(), out.data(), *output_length_) != 1) {
      return openssl_error("digest");
    }
    return out;
  }
  Buffer out(EVP_MAX_MD_SIZE);
  unsigned length = 0;
  if (EVP_DigestFinal_ex(context_.get(), out.data(), &length) != 1) return openssl_error("digest");
  out.truncate(length);
  return out;
}

Result<Digest> Digest::copy(std::optional<size_t> output_length) const {
  Context context(EVP_MD_CTX_new());
  if (!context || EVP_MD_CTX_copy(context.get(), context_.get()) != 1) return openssl_error("copy");
  if (!output_length) output_length = output_length_;
  GYRE_TRY(check_length(context.get(), output_length));
  return Digest(std::move(context), output_length);
}

Result<Hmac> Hmac::create(const std::string& digest, ByteView key) {
  if (find_digest(digest) == nullptr) return invalid_digest(digest);
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  if (mac == nullptr) return openssl_error("HMAC");
  Context context(EVP_MAC_CTX_new(mac));
  EVP_MAC_free(mac);
  OSSL_PARAM params[] = {text(OSSL_MAC_PARAM_DIGEST, digest.c_str()), OSSL_PARAM_construct_end()};
  if (!context || EVP_MAC_init(context.get(), data_or_empty(key), key.size(), params) != 1) {
    return openssl_error("HMAC");
  }
  return Hmac(std::move(context));
}

Status Hmac::update(ByteView bytes) {
  if (EVP_MAC_update(context_.get(), data_or_empty(bytes), bytes.size()) != 1) {
    return openssl_error("HMAC update");
  }
  return ok();
}

Result<Buffer> Hmac::finish() {
  Buffer out(EVP_MAX_MD_SIZE);
  size_t length = 0;
  if (EVP_MAC_final(context_.get(), out.data(), &length, out.size()) != 1) {
    return openssl_error("HMAC");
  }
  out.truncate(length);
  return out;
}

Result<Buffer> digest_once(const std::string& name, ByteView bytes,
                           std::optional<size_t> output_length) {
  GYRE_ASSIGN(Digest digest, Digest::create(name, output_length));
  GYRE_TRY(digest.update(bytes));
  return digest.finish();
}

Status random_bytes(MutableBytes to) {
  // RAND_bytes takes an int.
  while (!to.empty()) {
    size_t part = std::min<size_t>(to.size(), INT_MAX);
    if (RAND_bytes(to.data(), static_cast<int>(part)) != 1) return openssl_error("random bytes");
    to = to.subspan(part);
  }
  return ok();
}

bool constant_time_equal(ByteView a, ByteView b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<Buffer> pbkdf2(ByteView password, ByteView salt, uint32_t iterations, size_t length,
                      const std::string& digest) {
  const EVP_MD* md = find_digest(digest);
  if (md == nullptr) return invalid_digest(digest);
  Buffer out(length);
  if (length == 0) return out;
  if (PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(data_or_empty(password)),
                        static_cast<int>(password.size()), data_or_empty(salt),
                        static_cast<int>(salt.size()), static_cast<int>(iterations), md,
                        static_cast<int>(length), out.data()) != 1) {
    return openssl_error("PBKDF2");
  }
  return out;
}

Status check_scrypt(const ScryptParameters& p) {
  if (EVP_PBE_scrypt(nullptr, 0, nullptr, 0, p.cost, p.block_size, p.parallelization, p.max_memory,
                     nullptr, 0) == 1) {
    return ok();
  }
  unsigned long code = ERR_peek_last_error();
  const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  std::string message = "Invalid scrypt params";
  if (reason != nullptr) message += std::string(": ") + reason;
  ERR_clear_error();
  return Error(Code::ERR_CRYPTO_INVALID_SCRYPT_PARAMS, message);
}

Result<Buffer> scrypt(ByteView password, ByteView salt, const ScryptParameters& p, size_t length) {
  Buffer out(length);
  if (length == 0) return out;
  if (EVP_PBE_scrypt(reinterpret_cast<const char*>(data_or_empty(password)), password.size(),
                     data_or_empty(salt), salt.size(), p.cost, p.block_size, p.parallelization,
                     p.max_memory, out.data(), length) != 1) {
    return openssl_error("scrypt");
  }
  return out;
}

Result<Buffer> hkdf(const std::string& digest, ByteView key, ByteView salt, ByteView info,
                    size_t length) {
  const EVP_MD* md = find_digest(digest);
  if (md == nullptr) return invalid_digest(digest);
  if (length > static_cast<size_t>(EVP_MD_get_size(md)) * 255) {
    return Error(Code::ERR_CRYPTO_INVALID_KEYLEN);
  }
  OSSL_PARAM params[] = {text(OSSL_KDF_PARAM_DIGEST, digest.c_str()),
                         octets(OSSL_KDF_PARAM_KEY, key), octets(OSSL_KDF_PARAM_SALT, salt),
                         octets(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
  return derive("HKDF", params, length);
}

// Other names of a digest too; those that no loaded provider computes are left out.
std::vector<std::string> digest_names() {
  std::set<std::string> names;
  EVP_MD_do_all_sorted(
      [](const EVP_MD*, const char* from, const char*, void* set) {
        const EVP_MD* md = from != nullptr ? EVP_get_digestbyname(from) : nullptr;
        EVP_MD* usable =
            md != nullptr ? EVP_MD_fetch(nullptr, EVP_MD_get0_name(md), nullptr) : nullptr;
        if (usable != nullptr) static_cast<std::set<std::string>*>(set)->insert(from);
        EVP_MD_free(usable);
      },
      &names);
  return {names.begin(), names.end()};
}

const char* openssl_version() { return OpenSSL_version(OPENSSL_VERSION_STRING); }

}  // namespace gyre::io
