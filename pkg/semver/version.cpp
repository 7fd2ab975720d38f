#include "pkg/semver/version.hpp"

#include <charconv>
#include <cstdlib>

#include "pkg/semver/scan.hpp"

namespace gyre::semver {
namespace scan {

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view take_number(std::string_view& text, Mode mode) {
  size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  if (mode == Mode::kStrict && length > 1 && text[0] == '0') length = 1;
  std::string_view number = text.substr(0, length);
  text.remove_prefix(length);
  return number;
}

bool to_number(std::string_view digits, uint64_t& value) {
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && end == digits.data() + digits.size() && value <= kMaxNumber;
}

namespace {
// Dot-separated words. Strict prereleases forbid leading zeros in numbers.
bool are_words(std::string_view text, bool forbid_leading_zeros) {
  while (true) {
    size_t dot = text.find('.');
    std::string_view word = text.substr(0, dot);
    if (word.empty()) return false;
    for (char c : word) {
      if (!is_word(c)) return false;
    }
    if (forbid_leading_zeros && word.size() > 1 && word[0] == '0' && all_digits(word)) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}
}  // namespace

bool read_tail(std::string_view text, Mode mode, Tail& tail) {
  size_t plus = text.find('+');
  if (plus != std::string_view::npos) {
    tail.build = text.substr(plus + 1);
    if (!are_words(tail.build, false)) return false;
    text = text.substr(0, plus);
  }
  if (text.empty()) return true;
  if (text[0] == '-' && text.size() > 1 && text[1] != '.') {
    tail.prerelease = text.substr(1);
  } else if (mode == Mode::kLoose) {
    tail.prerelease = text;
  } else {
    return false;
  }
  return are_words(tail.prerelease, mode == Mode::kStrict);
}

bool read_patch_tail(std::string_view& patch, std::string_view text, Mode mode, Tail& tail) {
  if (read_tail(text, mode, tail)) return true;
  if (mode == Mode::kStrict || patch.size() < 2 || text.empty() || text[0] != '.') return false;
  std::string_view rest(patch.data() + patch.size() - 1, text.size() + 1);
  patch.remove_suffix(1);
  tail = {};
  return read_tail(rest, mode, tail);
}

}  // namespace scan

namespace {

Identifier make_identifier(std::string_view text) {
  Identifier identifier;
  identifier.text = text;
  if (scan::all_digits(text)) {
    uint64_t number = 0;
    if (scan::to_number(text, number) && number < kMaxNumber) {
      identifier.is_number = true;
      identifier.number = number;
      identifier.text = std::to_string(number);
    }
  }
  return identifier;
}

template <typename F>
void for_each_word(std::string_view text, F&& visit) {
  if (text.empty()) return;
  while (true) {
    size_t dot = text.find('.');
    visit(text.substr(0, dot));
    if (dot == std::string_view::npos) return;
    text.remove_prefix(dot + 1);
  }
}

int three_way(uint64_t a, uint64_t b) { return a < b ? -1 : a > b ? 1 : 0; }

}  // namespace

std::optional<Version> parse(std::string_view text, Mode mode) {
  if (text.size() > kMaxLength) return std::nullopt;
  text = scan::trim(text);
  if (mode == Mode::kLoose) {
    while (!text.empty() && (text[0] == 'v' || text[0] == '=' || scan::is_space(text[0])))
      text.remove_prefix(1);
  } else if (text.starts_with('v')) {
    text.remove_prefix(1);
  }
  std::string_view parts[3];
  for (int i = 0; i < 3; ++i) {
    if (i > 0) {
      if (!text.starts_with('.')) return std::nullopt;
      text.remove_prefix(1);
    }
    parts[i] = scan::take_number(text, mode);
    if (parts[i].empty()) return std::nullopt;
  }
  scan::Tail tail;
  if (!scan::read_patch_tail(parts[2], text, mode, tail)) return std::nullopt;
  Version version;
  if (!scan::to_number(parts[0], version.major) || !scan::to_number(parts[1], version.minor) ||
      !scan::to_number(parts[2], version.patch))
    return std::nullopt;
  for_each_word(tail.prerelease, [&version](std::string_view word) {
    version.prerelease.push_back(make_identifier(word));
  });
  for_each_word(tail.build,
                [&version](std::string_view word) { version.build.emplace_back(word); });
  return version;
}

std::string Version::text() const {
  std::string out = std::to_string(major);
  out += '.';
  out += std::to_string(minor);
  out += '.';
  out += std::to_string(patch);
  for (size_t i = 0; i < prerelease.size(); ++i) {
    out += i == 0 ? '-' : '.';
    out += prerelease[i].text;
  }
  return out;
}

int compare_identifiers(const Identifier& a, const Identifier& b) {
  if (a.is_number && b.is_number) return three_way(a.number, b.number);
  bool a_numeric = a.is_number || scan::all_digits(a.text);
  bool b_numeric = b.is_number || scan::all_digits(b.text);
  if (a_numeric && b_numeric) {  // too large for exact numbers: as doubles, like the reference
    double left = std::strtod(a.text.c_str(), nullptr);
    double right = std::strtod(b.text.c_str(), nullptr);
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (a_numeric != b_numeric) return a_numeric ? -1 : 1;
  int order = a.text.compare(b.text);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

int compare_main(const Version& a, const Version& b) {
  if (int order = three_way(a.major, b.major)) return order;
  if (int order = three_way(a.minor, b.minor)) return order;
  return three_way(a.patch, b.patch);
}

int compare_prerelease(const Version& a, const Version& b) {
  if (a.prerelease.empty() || b.prerelease.empty())
    return static_cast<int>(a.prerelease.empty()) - static_cast<int>(b.prerelease.empty());
  for (size_t i = 0;; ++i) {
    bool a_ends = i == a.prerelease.size(), b_ends = i == b.prerelease.size();
    if (a_ends || b_ends) return static_cast<int>(b_ends) - static_cast<int>(a_ends);
    if (a.prerelease[i] == b.prerelease[i]) continue;
    if (int order = compare_identifiers(a.prerelease[i], b.prerelease[i])) return order;
  }
}

int compare(const Version& a, const Version& b) {
  if (int order = compare_main(a, b)) return order;
  if (a.prerelease.empty() && b.prerelease.empty()) return 0;
  return compare_prerelease(a, b);
}

int compare_build(const Version& a, const Version& b) {
  if (int order = compare(a, b)) return order;
  for (size_t i = 0;; ++i) {
    bool a_ends = i == a.build.size(), b_ends = i == b.build.size();
    if (a_ends || b_ends) return static_cast<int>(b_ends) - static_cast<int>(a_ends);
    if (a.build[i] == b.build[i]) continue;
    Identifier left = make_identifier(a.build[i]), right = make_identifier(b.build[i]);
    return compare_identifiers(left, right);
  }
}

}  // namespace gyre::semver
