#include "pkg/store/integrity.hpp"

#include <algorithm>
#include <optional>

#include "pkg/store/crypto_api.hpp"

namespace gyre::pkg {
namespace {

struct AlgorithmInfo {
  HashAlgorithm algorithm;
  std::string_view name;
  uint8_t size;
};
constexpr AlgorithmInfo kAlgorithms[] = {
    {HashAlgorithm::kSha1, "sha1", 20},
    {HashAlgorithm::kSha256, "sha256", 32},
    {HashAlgorithm::kSha384, "sha384", 48},
    {HashAlgorithm::kSha512, "sha512", 64},
};

const AlgorithmInfo& info_of(HashAlgorithm algorithm) {
  return kAlgorithms[static_cast<size_t>(algorithm)];
}

const EVP_MD* evp_of(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::kSha1:
      return crypto().EVP_sha1();
    case HashAlgorithm::kSha256:
      return crypto().EVP_sha256();
    case HashAlgorithm::kSha384:
      return crypto().EVP_sha384();
    case HashAlgorithm::kSha512:
      return crypto().EVP_sha512();
  }
  GYRE_UNREACHABLE();
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<Digest> parse_one(std::string_view token) {
  const size_t dash = token.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view name = token.substr(0, dash);
  std::string_view encoded = token.substr(dash + 1);
  encoded = encoded.substr(0, encoded.find('?'));
  for (const AlgorithmInfo& info : kAlgorithms) {
    if (info.name != name) continue;
    auto decoded = base64_decode(encoded);
    if (!decoded || decoded->size() != info.size) return std::nullopt;
    Digest digest{info.algorithm, info.size, {}};
    std::copy(decoded->begin(), decoded->end(), digest.bytes.begin());
    return digest;
  }
  return std::nullopt;
}

}  // namespace

std::string_view hash_name(HashAlgorithm algorithm) { return info_of(algorithm).name; }

std::string Digest::to_sri() const {
  return std::string(hash_name(algorithm)) + "-" + base64_encode({bytes.data(), size});
}
std::string Digest::to_hex() const { return hex_encode({bytes.data(), size}); }

void Hasher::Free::operator()(void* context) const {
  crypto().EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context));
}

Hasher::Hasher(HashAlgorithm algorithm)
    : algorithm_(algorithm), context_(crypto().EVP_MD_CTX_new()) {
  GYRE_CHECK(context_ != nullptr);
  reset();
}
void Hasher::reset() {
  auto* context = static_cast<EVP_MD_CTX*>(context_.get());
  GYRE_CHECK(crypto().EVP_DigestInit_ex(context, evp_of(algorithm_), nullptr) == 1);
}
void Hasher::update(ByteView bytes) {
  auto* context = static_cast<EVP_MD_CTX*>(context_.get());
  GYRE_CHECK(crypto().EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
}
Digest Hasher::finish() {
  Digest digest{algorithm_, info_of(algorithm_).size, {}};
  auto* context = static_cast<EVP_MD_CTX*>(context_.get());
  GYRE_CHECK(crypto().EVP_DigestFinal_ex(context, digest.bytes.data(), nullptr) == 1);
  return digest;
}

Digest hash_of(HashAlgorithm algorithm, ByteView bytes) {
  Hasher hasher(algorithm);
  hasher.update(bytes);
  return hasher.finish();
}

Result<Integrity> Integrity::parse(std::string_view sri) {
  Integrity integrity;
  size_t at = 0;
  while (at < sri.size()) {
    const size_t end = std::min(sri.find_first_of(" \t\r\n", at), sri.size());
    if (end > at) {
      if (auto digest = parse_one(sri.substr(at, end - at))) integrity.digests_.push_back(*digest);
    }
    at = end + 1;
  }
  if (integrity.digests_.empty()) {
    return Error(Code::EINTEGRITY, "no usable hash in the integrity value \"" +
                                       std::string(sri.substr(0, 200)) + "\"");
  }
  return integrity;
}

Result<Integrity> Integrity::from_shasum(std::string_view hex) {
  Digest digest{HashAlgorithm::kSha1, 20, {}};
  bool valid = hex.size() == 40;
  for (size_t i = 0; valid && i < 20; ++i) {
    const int high = hex_value(hex[2 * i]);
    const int low = hex_value(hex[2 * i + 1]);
    valid = high >= 0 && low >= 0;
    if (valid) digest.bytes[i] = static_cast<uint8_t>(high * 16 + low);
  }
  if (!valid) {
    return Error(Code::EINTEGRITY,
                 "\"" + std::string(hex.substr(0, 200)) + "\" is not a SHA-1 checksum");
  }
  Integrity integrity;
  integrity.digests_.push_back(digest);
  return integrity;
}

HashAlgorithm Integrity::strongest() const {
  GYRE_CHECK(!empty());
  return std::max_element(
             digests_.begin(), digests_.end(),
             [](const Digest& a, const Digest& b) { return a.algorithm < b.algorithm; })
      ->algorithm;
}

bool Integrity::matches(const Digest& digest) const {
  return std::find(digests_.begin(), digests_.end(), digest) != digests_.end();
}

std::string Integrity::to_string() const {
  std::string text;
  if (empty()) return text;
  const HashAlgorithm best = strongest();
  for (const Digest& digest : digests_) {
    if (digest.algorithm != best) continue;
    if (!text.empty()) text += ' ';
    text += digest.to_sri();
  }
  return text;
}

const Digest& Integrity::key() const {
  const HashAlgorithm best = strongest();
  return *std::find_if(digests_.begin(), digests_.end(),
                       [best](const Digest& digest) { return digest.algorithm == best; });
}

std::string base64_encode(ByteView bytes) {
  static constexpr char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    const uint32_t group = static_cast<uint32_t>(bytes[i]) << 16 |
                           (left > 1 ? static_cast<uint32_t>(bytes[i + 1]) << 8 : 0u) |
                           (left > 2 ? static_cast<uint32_t>(bytes[i + 2]) : 0u);
    text += kAlphabet[group >> 18 & 63];
    text += kAlphabet[group >> 12 & 63];
    text += left > 1 ? kAlphabet[group >> 6 & 63] : '=';
    text += left > 2 ? kAlphabet[group & 63] : '=';
  }
  return text;
}

Result<std::vector<uint8_t>> base64_decode(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::vector<uint8_t> bytes;
  bytes.reserve(text.size() * 3 / 4);
  uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = base64_value(c);
    if (value < 0) return Error(Code::EINTEGRITY, "not valid base64");
    group = group << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<uint8_t>(group >> bits & 0xff));
    }
  }
  return bytes;
}

std::string hex_encode(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace gyre::pkg
