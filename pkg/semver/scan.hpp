// Scanning of version text shared by version.cpp and range.cpp: the grammar's pieces, without
// allocation. Internal to semver/.
#pragma once

#include <string_view>

#include "pkg/semver/version.hpp"

namespace gyre::semver::scan {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
inline bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}
inline bool all_digits(std::string_view text) {
  for (char c : text) {
    if (!is_digit(c)) return false;
  }
  return !text.empty();
}
std::string_view trim(std::string_view text);

// Takes a number from the front of `text`; empty when there is none. Strict: no leading zeros.
std::string_view take_number(std::string_view& text, Mode mode);
// False when it exceeds kMaxNumber.
bool to_number(std::string_view digits, uint64_t& value);

// What may follow the patch number.
struct Tail {
  std::string_view prerelease;  // without the hyphen
  std::string_view build;       // without the plus
};
// Reads "-prerelease+build" to the end of `text`; false when there is anything else. Loose: the
// hyphen may be missing.
bool read_tail(std::string_view text, Mode mode, Tail& tail);

// In loose mode "1.2.34.x" is 1.2.3-4.x: the patch gives its last digit to the prerelease when
// otherwise nothing fits. Adjusts `patch` and reads the tail; `text` follows `patch` directly.
bool read_patch_tail(std::string_view& patch, std::string_view text, Mode mode, Tail& tail);

}  // namespace gyre::semver::scan
