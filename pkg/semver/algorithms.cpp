#include "pkg/semver/algorithms.hpp"

#include <algorithm>

#include "pkg/semver/scan.hpp"

namespace gyre::semver {
namespace {

Identifier number_identifier(uint64_t number) { return {true, number, std::to_string(number)}; }

std::vector<Identifier> words_of(std::string_view text) {
  std::optional<Version> version = parse("0.0.0-" + std::string(text), Mode::kLoose);
  return version ? version->prerelease : std::vector<Identifier>{};
}

std::string joined(const std::vector<Identifier>& words) {
  std::string out;
  for (const Identifier& word : words) {
    if (!out.empty()) out += '.';
    out += word.text;
  }
  return out;
}

bool starts_with_words(const std::vector<Identifier>& words, const std::vector<Identifier>& start) {
  if (start.size() > words.size()) return false;
  for (size_t i = 0; i < start.size(); ++i) {
    if (compare_identifiers(words[i], start[i]) != 0) return false;
  }
  return true;
}

// "1.0.0-a.1" -> "1.0.0-a.2"; then what `identifier` asks for. False: nothing would change.
bool increment_prerelease(Version& version, std::string_view identifier, IdentifierBase base) {
  std::vector<Identifier>& words = version.prerelease;
  uint64_t first = base == IdentifierBase::kOne ? 1 : 0;
  auto last_number = std::find_if(words.rbegin(), words.rend(),
                                  [](const Identifier& word) { return word.is_number; });
  if (last_number != words.rend()) {
    *last_number = number_identifier(last_number->number + 1);
  } else {
    if (!words.empty() && base == IdentifierBase::kNone && identifier == joined(words))
      return false;
    words.push_back(number_identifier(first));
  }
  if (identifier.empty()) return true;
  std::vector<Identifier> wanted = words_of(identifier);
  bool keeps_number = starts_with_words(words, wanted) && words.size() > wanted.size() &&
                      words[wanted.size()].is_number;
  if (keeps_number) return true;
  words = std::move(wanted);
  if (base != IdentifierBase::kNone) words.push_back(number_identifier(first));
  return true;
}

bool is_prerelease_text(std::string_view identifier, Mode mode) {
  scan::Tail tail;
  std::string text = "-" + std::string(identifier);
  return scan::read_tail(text, mode, tail) && tail.build.empty() &&
         text.find('+') == std::string::npos && tail.prerelease == identifier;
}

void bump(uint64_t& number, Version& version) {
  ++number;
  version.prerelease.clear();
}

void increment_patch(Version& version) {
  if (version.prerelease.empty()) ++version.patch;
  version.prerelease.clear();
}

bool is_release_type(std::string_view type) {
  for (std::string_view known :
       {"major", "premajor", "minor", "preminor", "patch", "prepatch", "prerelease"}) {
    if (type == known) return true;
  }
  return false;
}

}  // namespace

std::optional<Version> increment(const Version& original, std::string_view release,
                                 std::string_view identifier, IdentifierBase base, Mode mode) {
  Version version = original;
  version.build.clear();
  if (release.starts_with("pre")) {
    if (identifier.empty() && base == IdentifierBase::kNone) return std::nullopt;
    if (!identifier.empty() && !is_prerelease_text(identifier, mode)) return std::nullopt;
  }
  bool with_prerelease = true;
  if (release == "premajor") {
    version.minor = version.patch = 0;
    bump(version.major, version);
  } else if (release == "preminor") {
    version.patch = 0;
    bump(version.minor, version);
  } else if (release == "prepatch") {
    bump(version.patch, version);
  } else if (release == "prerelease") {
    if (version.prerelease.empty()) ++version.patch;
  } else if (release != "pre") {
    with_prerelease = false;
    if (release == "major") {
      if (version.minor != 0 || version.patch != 0 || version.prerelease.empty()) ++version.major;
      version.minor = version.patch = 0;
    } else if (release == "minor") {
      if (version.patch != 0 || version.prerelease.empty()) ++version.minor;
      version.patch = 0;
    } else if (release == "patch") {
      increment_patch(version);
    } else if (release != "release" || version.prerelease.empty()) {
      return std::nullopt;
    }
    version.prerelease.clear();
  }
  if (with_prerelease && !increment_prerelease(version, identifier, base)) return std::nullopt;
  return version;
}

std::string_view difference(const Version& a, const Version& b) {
  int order = compare(a, b);
  if (order == 0) return {};
  const Version& high = order > 0 ? a : b;
  const Version& low = order > 0 ? b : a;
  if (low.is_prerelease() && !high.is_prerelease()) {
    if (low.patch == 0 && low.minor == 0) return "major";
    if (compare_main(low, high) == 0) return low.minor != 0 && low.patch == 0 ? "minor" : "patch";
  }
  bool pre = high.is_prerelease();
  if (a.major != b.major) return pre ? "premajor" : "major";
  if (a.minor != b.minor) return pre ? "preminor" : "minor";
  if (a.patch != b.patch) return pre ? "prepatch" : "patch";
  return "prerelease";
}

std::optional<Version> truncate(const Version& original, std::string_view release) {
  if (!is_release_type(release)) return std::nullopt;
  Version version = original;
  if (release.starts_with("pre")) return version;
  version.prerelease.clear();
  if (release != "patch") version.patch = 0;
  if (release == "major") version.minor = 0;
  return version;
}

std::optional<Version> clean(std::string_view text, Mode mode) {
  text = scan::trim(text);
  while (!text.empty() && (text[0] == '=' || text[0] == 'v')) text.remove_prefix(1);
  return parse(text, mode);
}

namespace {

constexpr size_t kMaxCoercedDigits = 16;

// One coercible stretch: up to three dotted numbers and, when wanted, prerelease and build.
struct Coerced {
  size_t digits_begin = 0, major_end = 0, end = 0;  // end includes the character that follows
  std::string_view parts[3];
  std::string_view prerelease, build;
};

size_t digit_run(std::string_view text, size_t from) {
  size_t end = from;
  while (end < text.size() && scan::is_digit(text[end])) ++end;
  return end - from;
}

// Longest dotted words with strict prerelease rules (or any words for a build) from `from`.
size_t words_end(std::string_view text, size_t from, bool forbid_leading_zeros) {
  size_t end = from, position = from;
  while (true) {
    size_t stop = position;
    while (stop < text.size() && scan::is_word(text[stop])) ++stop;
    std::string_view word = text.substr(position, stop - position);
    if (word.empty()) return end;
    if (forbid_leading_zeros && word.size() > 1 && word[0] == '0' && scan::all_digits(word))
      return end;
    end = stop;
    if (stop >= text.size() || text[stop] != '.') return end;
    position = stop + 1;
  }
}

void read_coerced_tail(std::string_view text, Coerced& out, size_t position) {
  if (position < text.size() && text[position] == '-') {
    size_t end = words_end(text, position + 1, true);
    if (end > position + 1) {
      out.prerelease = text.substr(position + 1, end - position - 1);
      position = end;
    }
  }
  if (position < text.size() && text[position] == '+') {
    size_t end = words_end(text, position + 1, false);
    if (end > position + 1) {
      out.build = text.substr(position + 1, end - position - 1);
      position = end;
    }
  }
  out.end = std::min(position + 1, text.size());
}

// A match whose first number begins at `begin`, which no digit precedes (or where a search
// resumed).
bool coerce_at(std::string_view text, size_t begin, bool with_tail, Coerced& out) {
  out = {};
  size_t run = digit_run(text, begin);
  if (run == 0 || run > kMaxCoercedDigits) return false;
  out.digits_begin = begin;
  out.major_end = begin + run;
  out.parts[0] = text.substr(begin, run);
  size_t position = out.major_end;
  for (int i = 1; i < 3; ++i) {
    if (position >= text.size() || text[position] != '.') break;
    size_t next = digit_run(text, position + 1);
    if (next == 0 || next > kMaxCoercedDigits) break;
    out.parts[i] = text.substr(position + 1, next);
    position += 1 + next;
  }
  if (with_tail)
    read_coerced_tail(text, out, position);
  else
    out.end = std::min(position + 1, text.size());
  return true;
}

bool find_coerced(std::string_view text, size_t from, bool with_tail, Coerced& out) {
  for (size_t i = from; i < text.size(); ++i) {
    if (!scan::is_digit(text[i])) continue;
    // A run must be preceded by the start of the text or by a character that is no digit and that
    // the search has not passed.
    bool bounded = i == 0 || (i > from && !scan::is_digit(text[i - 1]));
    if (bounded && coerce_at(text, i, with_tail, out)) return true;
  }
  return false;
}

}  // namespace

std::optional<Version> coerce(std::string_view text, Direction direction,
                              const RangeOptions& options) {
  bool with_tail = options.includes_prereleases();
  Coerced match;
  if (!find_coerced(text, 0, with_tail, match)) return std::nullopt;
  if (direction == Direction::kRightToLeft) {
    Coerced next;
    size_t from = match.major_end;
    while (match.end != text.size() && find_coerced(text, from, with_tail, next)) {
      from = next.major_end;
      if (next.end != match.end) match = next;
    }
  }
  std::string version(match.parts[0]);
  for (int i = 1; i < 3; ++i) {
    version += '.';
    version += match.parts[i].empty() ? "0" : match.parts[i];
  }
  if (!match.prerelease.empty()) version += '-' + std::string(match.prerelease);
  if (!match.build.empty()) version += '+' + std::string(match.build);
  std::optional<Version> strict = parse(version, options.mode);
  return strict;
}

}  // namespace gyre::semver
