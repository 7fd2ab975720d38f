// Small conversions the mock needs: base64, hex, percent codes, ISO times, gzip, the order of
// versions. Pure functions; any thread. Bad input is nullopt, never an abort.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/bytes.hpp"

namespace gyre::registry_mock {

std::string to_base64(ByteView bytes);
std::optional<std::string> from_base64(std::string_view text);
std::string to_hex(ByteView bytes);
// Hex SHA-1 and "sha512-<base64>" of `bytes`.
std::string sha1_hex(std::string_view bytes);
std::string sha512_integrity(std::string_view bytes);

std::string percent_decode(std::string_view text);
std::string percent_encode(std::string_view text);
// The value of `key` in a query string ("a=1&b=2"), decoded.
std::optional<std::string> query_value(std::string_view query, std::string_view key);

// "2020-01-02T03:04:05.678Z" ↔ milliseconds since the epoch.
std::string iso_time(uint64_t milliseconds);
std::optional<uint64_t> parse_iso_time(const std::string& text);

std::string gzip(std::string_view bytes);

bool equals_ignoring_case(std::string_view a, std::string_view b);
// `text` against a pattern in which '*' stands for anything.
bool matches_pattern(std::string_view pattern, std::string_view text);

// Semantic versions: order, and whether a text is one at all.
struct VersionLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};
bool is_version(std::string_view text);
bool is_prerelease(std::string_view version);

}  // namespace gyre::registry_mock
