#include "registry-mock/text.hpp"

#include <openssl/evp.h>
#include <strings.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

#include "runtime/io/digest.hpp"

namespace gyre::registry_mock {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

std::string digest_of(const char* name, std::string_view bytes) {
  auto digest = io::digest_once(name, as_bytes(bytes), std::nullopt);
  return digest ? std::string(digest->text()) : std::string();
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (size_t at = 0;;) {
    const size_t end = text.find(separator, at);
    parts.push_back(text.substr(at, end == text.npos ? end : end - at));
    if (end == text.npos) return parts;
    at = end + 1;
  }
}

int compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

int compare_identifiers(std::string_view a, std::string_view b) {
  const bool a_is_number = is_number(a), b_is_number = is_number(b);
  if (a_is_number && b_is_number) return compare_numbers(a, b);
  if (a_is_number != b_is_number) return a_is_number ? -1 : 1;
  return a.compare(b);
}

int compare_lists(std::string_view a, std::string_view b) {
  const auto left = split(a, '.'), right = split(b, '.');
  for (size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (const int order = compare_identifiers(left[i], right[i])) return order;
  }
  return left.size() == right.size() ? 0 : left.size() < right.size() ? -1 : 1;
}

// "1.2.3-pre+build" → "1.2.3", "pre".
std::pair<std::string_view, std::string_view> halves(std::string_view version) {
  version = version.substr(0, version.find('+'));
  const size_t dash = version.find('-');
  if (dash == version.npos) return {version, {}};
  return {version.substr(0, dash), version.substr(dash + 1)};
}

}  // namespace

std::string to_base64(ByteView bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(size));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3 + 1, '\0');
  const int size = ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  bytes.resize(static_cast<size_t>(size) - padding);
  return bytes;
}

std::string to_hex(ByteView bytes) {
  std::string text;
  for (const uint8_t byte : bytes) {
    text += kHexDigits[byte >> 4];
    text += kHexDigits[byte & 15];
  }
  return text;
}

std::string sha1_hex(std::string_view bytes) { return to_hex(as_bytes(digest_of("sha1", bytes))); }

std::string sha512_integrity(std::string_view bytes) {
  return "sha512-" + to_base64(as_bytes(digest_of("sha512", bytes)));
}

std::string percent_decode(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_code = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                         hex_value(text[i + 2]) >= 0;
    if (is_code) {
      result += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string percent_encode(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '-' || c == '_' || c == '.' || c == '~' || c == '@') {
      result += c;
    } else {
      result += '%';
      result += kHexDigits[byte >> 4];
      result += kHexDigits[byte & 15];
    }
  }
  return result;
}

std::optional<std::string> query_value(std::string_view query, std::string_view key) {
  for (const std::string_view part : split(query, '&')) {
    const size_t equals = part.find('=');
    if (percent_decode(part.substr(0, equals)) != key) continue;
    std::string value(equals == part.npos ? std::string_view() : part.substr(equals + 1));
    std::replace(value.begin(), value.end(), '+', ' ');
    return percent_decode(value);
  }
  return std::nullopt;
}

std::string iso_time(uint64_t milliseconds) {
  const auto seconds = static_cast<std::time_t>(milliseconds / 1000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char day[32], text[48];
  std::strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text, sizeof text, "%s.%03uZ", day, static_cast<unsigned>(milliseconds % 1000));
  return text;
}

std::optional<uint64_t> parse_iso_time(const std::string& text) {
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%d", &parts);
  if (rest == nullptr) return std::nullopt;
  unsigned milliseconds = 0;
  if (*rest == 'T') {
    rest = ::strptime(rest, "T%H:%M:%S", &parts);
    if (rest == nullptr) return std::nullopt;
    if (*rest == '.') std::sscanf(rest, ".%3u", &milliseconds);
  }
  const std::time_t seconds = ::timegm(&parts);
  if (seconds < 0) return std::nullopt;
  return static_cast<uint64_t>(seconds) * 1000 + milliseconds;
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (::deflateInit2(&stream, 6, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string output(::deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(output.data());
  stream.avail_out = static_cast<uInt>(output.size());
  ::deflate(&stream, Z_FINISH);
  output.resize(stream.total_out);
  ::deflateEnd(&stream);
  return output;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool matches_pattern(std::string_view pattern, std::string_view text) {
  const size_t star = pattern.find('*');
  if (star == pattern.npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  for (size_t at = star; at <= text.size(); ++at) {
    if (matches_pattern(pattern.substr(star + 1), text.substr(at))) return true;
  }
  return false;
}

bool VersionLess::operator()(std::string_view a, std::string_view b) const {
  const auto [core_a, pre_a] = halves(a);
  const auto [core_b, pre_b] = halves(b);
  if (const int order = compare_lists(core_a, core_b)) return order < 0;
  if (pre_a.empty() != pre_b.empty()) return pre_b.empty();
  if (const int order = compare_lists(pre_a, pre_b)) return order < 0;
  return a < b;  // build metadata has no order; keys must still differ
}

bool is_version(std::string_view text) {
  const auto parts = split(halves(text).first, '.');
  return parts.size() == 3 && std::all_of(parts.begin(), parts.end(), is_number);
}

bool is_prerelease(std::string_view version) { return !halves(version).second.empty(); }

}  // namespace gyre::registry_mock
