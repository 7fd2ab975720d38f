// Parts of the URL parser shared by its files: percent-encoding sets and host parsing. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gyre::io::url_detail {

// One bit per byte value; true means "percent-encode it". Bytes above 0x7E always are.
class EncodeSet {
 public:
  constexpr explicit EncodeSet(std::string_view extra) {
    for (unsigned c = 0; c < 0x20; ++c) add(c);
    for (unsigned c = 0x7f; c < 0x100; ++c) add(c);
    for (char c : extra) add(static_cast<uint8_t>(c));
  }
  constexpr bool has(char c) const {
    auto byte = static_cast<uint8_t>(c);
    return (bits_[byte >> 6] >> (byte & 63)) & 1;
  }

 private:
  constexpr void add(unsigned c) { bits_[c >> 6] |= uint64_t{1} << (c & 63); }
  std::array<uint64_t, 4> bits_{};
};

inline constexpr EncodeSet kC0ControlSet("");
inline constexpr EncodeSet kFragmentSet(" \"<>`");
inline constexpr EncodeSet kQuerySet(" \"#<>");
inline constexpr EncodeSet kSpecialQuerySet(" \"#<>'");
inline constexpr EncodeSet kPathSet(" \"#<>?^`{}");
inline constexpr EncodeSet kUserinfoSet(" \"#<>?^`{}/:;=@[\\]|");

void append_encoded(std::string& out, std::string_view text, const EncodeSet& set);
std::string percent_decode(std::string_view text);

enum class HostKind { kDomain, kOpaque };
// The host parser: domain, IPv4, [IPv6] or opaque host, serialised.
std::optional<std::string> parse_host(std::string_view input, HostKind kind);

inline bool is_alpha(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_hex_digit(char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }
inline int hex_value(char c) { return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }
inline char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

}  // namespace gyre::io::url_detail
