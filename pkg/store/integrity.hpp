// Subresource integrity ("sha512-<base64> sha1-<base64>") and the hashes behind it. Values; any
// thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/bytes.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// Weakest first: the order decides which hash of several is trusted.
enum class HashAlgorithm : uint8_t { kSha1, kSha256, kSha384, kSha512 };
std::string_view hash_name(HashAlgorithm algorithm);

struct Digest {
  HashAlgorithm algorithm = HashAlgorithm::kSha512;
  uint8_t size = 0;
  std::array<uint8_t, 64> bytes{};

  bool operator==(const Digest&) const = default;
  std::string to_sri() const;
  std::string to_hex() const;
};

// Streaming hash; reset() starts over.
class Hasher {
 public:
  explicit Hasher(HashAlgorithm algorithm);
  void update(ByteView bytes);
  Digest finish();
  void reset();
  HashAlgorithm algorithm() const { return algorithm_; }

 private:
  struct Free {
    void operator()(void* context) const;
  };
  HashAlgorithm algorithm_;
  std::unique_ptr<void, Free> context_;
};

Digest hash_of(HashAlgorithm algorithm, ByteView bytes);

class Integrity {
 public:
  Integrity() = default;
  // Unknown algorithms and options ("?...") are skipped, as npm does; no usable hash is an error.
  static Result<Integrity> parse(std::string_view sri);
  // The `dist.shasum` of old registry entries: hexadecimal SHA-1.
  static Result<Integrity> from_shasum(std::string_view hex);

  bool empty() const { return digests_.empty(); }
  HashAlgorithm strongest() const;
  // Compares with the hashes of the digest's algorithm only.
  bool matches(const Digest& digest) const;
  // The hashes of the strongest algorithm, as SRI text.
  std::string to_string() const;
  // The first strongest digest: what the store names the package by.
  const Digest& key() const;

 private:
  std::vector<Digest> digests_;
};

std::string base64_encode(ByteView bytes);
// Nothing unless `text` is valid, padded or not.
Result<std::vector<uint8_t>> base64_decode(std::string_view text);
std::string hex_encode(ByteView bytes);

}  // namespace gyre::pkg
