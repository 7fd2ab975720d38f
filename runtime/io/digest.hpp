// Message digests, MACs, key derivation and random bytes on OpenSSL's EVP interface. No JavaScript.
// The functions may run on any thread; an object belongs to one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/bytes.hpp"
#include "runtime/base/result.hpp"

struct evp_md_ctx_st;
struct evp_mac_ctx_st;

namespace gyre::io {

// One hash under way. ERR_CRYPTO_INVALID_DIGEST for a name OpenSSL does not know.
class Digest {
 public:
  // `output_length` in bytes, for functions with extendable output (shake128, shake256) only.
  static Result<Digest> create(const std::string& name, std::optional<size_t> output_length);
  Status update(ByteView bytes);
  // Ends the hash.
  Result<Buffer> finish();
  Result<Digest> copy(std::optional<size_t> output_length) const;

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_md_ctx_st, Free>;
  Digest(Context context, std::optional<size_t> length)
      : context_(std::move(context)), output_length_(length) {}
  static Status check_length(evp_md_ctx_st* context, std::optional<size_t>& length);
  Context context_;
  std::optional<size_t> output_length_;
};

// One HMAC under way (RFC 2104).
class Hmac {
 public:
  static Result<Hmac> create(const std::string& digest, ByteView key);
  Status update(ByteView bytes);
  Result<Buffer> finish();

 private:
  struct Free {
    void operator()(evp_mac_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_mac_ctx_st, Free>;
  explicit Hmac(Context context) : context_(std::move(context)) {}
  Context context_;
};

// Hashes in one go.
Result<Buffer> digest_once(const std::string& name, ByteView bytes,
                           std::optional<size_t> output_length);
Status random_bytes(MutableBytes to);
// Same length required; takes the same time wherever they differ.
bool constant_time_equal(ByteView a, ByteView b);
// RFC 8018.
Result<Buffer> pbkdf2(ByteView password, ByteView salt, uint32_t iterations, size_t length,
                      const std::string& digest);
struct ScryptParameters {
  uint64_t cost;
  uint64_t block_size;
  uint64_t parallelization;
  uint64_t max_memory;  // bytes
};
// RFC 7914. ERR_CRYPTO_INVALID_SCRYPT_PARAMS when OpenSSL refuses the parameters.
Status check_scrypt(const ScryptParameters& parameters);
Result<Buffer> scrypt(ByteView password, ByteView salt, const ScryptParameters& parameters,
                      size_t length);
// RFC 5869.
Result<Buffer> hkdf(const std::string& digest, ByteView key, ByteView salt, ByteView info,
                    size_t length);
// Names createHash takes, sorted.
std::vector<std::string> digest_names();
// The linked library's: "3.0.17".
const char* openssl_version();

}  // namespace gyre::io
