// Glob rules of ignore files and of "files" in package.json, as npm reads them: case-insensitive,
// dot files included, braces, `**`, character classes and extended patterns; a rule without a slash
// is about base names. Pure; hostile patterns cost bounded time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gyre::pkg {

class GlobRule {
 public:
  explicit GlobRule(std::string_view text);

  // "!rule": what it matches is taken back in.
  bool is_negated() const { return is_negated_; }
  // Whether `path` (segments joined by '/') is meant. `is_partial` also accepts a folder on the way
  // to something the rule could match.
  bool matches(std::string_view path, bool is_partial = false) const;
  // Whether one of its alternatives is a single name ("name", "name/"), so that base names count.
  bool is_about_names() const;

 private:
  using Parts = std::vector<std::string>;
  bool is_negated_ = false;
  std::vector<Parts> alternatives_;
};

// "a{b,c{d,e}}" -> "ab", "acd", "ace"; {1..3} counts. At most a few thousand results.
std::vector<std::string> expand_braces(std::string_view text);

}  // namespace gyre::pkg
