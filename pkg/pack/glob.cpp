#include "pkg/pack/glob.hpp"

#include <fnmatch.h>
#include <strings.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#ifndef FNM_EXTMATCH  // musl: no extended patterns
#define FNM_EXTMATCH 0
#endif

namespace gyre::pkg {
namespace {

constexpr size_t kMostAlternatives = 4096;
constexpr size_t kLongestPattern = 64 << 10;
constexpr int kDeepestBraces = 32;
constexpr std::string_view kGlobStar = "**";

// Position of the brace that closes the one at `open`; npos if there is none.
size_t closing_brace(std::string_view text, size_t open) {
  int depth = 0;
  for (size_t i = open; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '{') {
      ++depth;
    } else if (text[i] == '}' && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

std::vector<std::string_view> split_at_commas(std::string_view inner) {
  std::vector<std::string_view> parts;
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] == '\\')
      ++i;
    else if (inner[i] == '{')
      ++depth;
    else if (inner[i] == '}')
      --depth;
    else if (inner[i] == ',' && depth == 0) {
      parts.push_back(inner.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  parts.push_back(inner.substr(begin));
  return parts;
}

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "1..3" or "a..e"; empty if it is no sequence.
std::vector<std::string> sequence_of(std::string_view inner) {
  std::vector<std::string> out;
  const size_t dots = inner.find("..");
  if (dots == std::string_view::npos) return out;
  const std::string_view from = inner.substr(0, dots), to = inner.substr(dots + 2);
  const auto first = number_of(from), last = number_of(to);
  if (first && last) {
    const int64_t span = std::abs(int64_t{*last} - *first);
    const int step = *first <= *last ? 1 : -1;
    for (int64_t i = 0; i <= span && out.size() < kMostAlternatives; ++i) {
      out.push_back(std::to_string(*first + step * i));
    }
  } else if (from.size() == 1 && to.size() == 1 && std::isalpha(static_cast<uint8_t>(from[0])) &&
             std::isalpha(static_cast<uint8_t>(to[0]))) {
    const int step = from[0] <= to[0] ? 1 : -1;
    for (int c = from[0]; c != to[0] + step; c += step) out.emplace_back(1, static_cast<char>(c));
  }
  return out;
}

void expand(const std::string& text, size_t from, int depth, std::vector<std::string>& out) {
  if (out.size() >= kMostAlternatives) return;
  size_t open = from;
  while (open < text.size() && text[open] != '{') open += text[open] == '\\' ? 2 : 1;
  // "${" is no brace expansion for npm.
  const size_t close = open < text.size() && !(open > 0 && text[open - 1] == '$')
                           ? closing_brace(text, open)
                           : std::string::npos;
  if (open >= text.size() || depth > kDeepestBraces) {
    out.push_back(text);
    return;
  }
  if (close == std::string::npos) return expand(text, open + 1, depth, out);
  const std::string_view inner = std::string_view(text).substr(open + 1, close - open - 1);
  std::vector<std::string> choices = sequence_of(inner);
  if (choices.empty()) {
    const auto parts = split_at_commas(inner);
    if (parts.size() == 1) return expand(text, open + 1, depth, out);  // "{a}" is literal
    choices.assign(parts.begin(), parts.end());
  }
  for (const std::string& choice : choices) {
    expand(text.substr(0, open) + choice + text.substr(close + 1), open, depth + 1, out);
  }
}

// Runs of slashes are one; the first and the last may be empty.
std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts(1);
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '/') {
      parts.back() += path[i];
    } else if (i == 0 || path[i - 1] != '/') {
      parts.emplace_back();
    }
  }
  return parts;
}

bool is_magic(const std::string& part) { return part.find_first_of("*?[\\(") != std::string::npos; }

bool segment_matches(const std::string& pattern, const std::string& name) {
  if (!is_magic(pattern)) return ::strcasecmp(pattern.c_str(), name.c_str()) == 0;
  if (name.empty()) return false;
  return ::fnmatch(pattern.c_str(), name.c_str(), FNM_CASEFOLD | FNM_EXTMATCH) == 0;
}

// A path against one alternative. Every pair of positions is decided once.
class PathMatch {
 public:
  PathMatch(const std::vector<std::string>& path, const std::vector<std::string>& pattern,
            bool is_partial)
      : path_(path),
        pattern_(pattern),
        is_partial_(is_partial),
        known_((path.size() + 1) * (pattern.size() + 1)) {}

  bool at(size_t i, size_t k) {
    std::optional<bool>& known = known_[i * (pattern_.size() + 1) + k];
    if (!known) known = decide(i, k);
    return *known;
  }

 private:
  bool decide(size_t i, size_t k) {
    if (k == pattern_.size()) {
      return i == path_.size() || (i + 1 == path_.size() && path_[i].empty());
    }
    if (i == path_.size()) return is_partial_;
    if (pattern_[k] != kGlobStar) {
      return segment_matches(pattern_[k], path_[i]) && at(i + 1, k + 1);
    }
    if (k + 1 == pattern_.size()) return true;
    for (size_t rest = i; rest < path_.size(); ++rest) {
      if (at(rest, k + 1)) return true;
    }
    return is_partial_;
  }

  const std::vector<std::string>& path_;
  const std::vector<std::string>& pattern_;
  const bool is_partial_;
  std::vector<std::optional<bool>> known_;
};

// "a/**/**/b" and "a/x/../b" in their shortest form.
std::vector<std::string> simplified(std::vector<std::string> parts) {
  std::vector<std::string> out;
  for (std::string& part : parts) {
    if (part == kGlobStar && !out.empty() && out.back() == kGlobStar) continue;
    if (part == ".." && !out.empty() && !out.back().empty() && out.back() != ".." &&
        out.back() != "." && out.back() != kGlobStar) {
      out.pop_back();
      continue;
    }
    out.push_back(std::move(part));
  }
  if (out.empty()) out.emplace_back();
  return out;
}

}  // namespace

std::vector<std::string> expand_braces(std::string_view text) {
  std::vector<std::string> out;
  expand(std::string(text), 0, 0, out);
  return out;
}

GlobRule::GlobRule(std::string_view text) {
  if (text.size() > kLongestPattern) return;
  while (text.starts_with('!')) {
    is_negated_ = !is_negated_;
    text.remove_prefix(1);
  }
  for (const std::string& alternative : expand_braces(text)) {
    alternatives_.push_back(simplified(split_path(alternative)));
  }
}

bool GlobRule::matches(std::string_view path, bool is_partial) const {
  const std::vector<std::string> parts = split_path(path);
  const auto name = std::find_if(parts.rbegin(), parts.rend(),
                                 [](const std::string& part) { return !part.empty(); });
  const std::vector<std::string> base(1, name == parts.rend() ? std::string() : *name);
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const Parts& pattern) {
    return PathMatch(pattern.size() == 1 ? base : parts, pattern, is_partial).at(0, 0);
  });
}

bool GlobRule::is_about_names() const {
  return std::any_of(alternatives_.begin(), alternatives_.end(), [](const Parts& parts) {
    return parts.size() <= (parts.back().empty() ? size_t{2} : size_t{1});
  });
}

}  // namespace gyre::pkg
