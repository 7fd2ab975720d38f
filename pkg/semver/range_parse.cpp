// Range::parse. A range is alternatives joined by "||"; each is a hyphen range or a list of tokens
// (caret, tilde, x-range, plain comparator), each of which becomes one or two comparators.
#include <algorithm>

#include "pkg/semver/range.hpp"
#include "pkg/semver/scan.hpp"

namespace gyre::semver {
namespace {

using scan::is_space;

// "1.2.x-pre" split into texts; a missing part is empty.
struct Partial {
  std::string_view major, minor, patch, prerelease;
};

bool is_x(std::string_view part) {
  return part.empty() || part == "x" || part == "X" || part == "*";
}

std::string_view take_part(std::string_view& text, Mode mode) {
  if (!text.empty() && (text[0] == 'x' || text[0] == 'X' || text[0] == '*')) {
    std::string_view part = text.substr(0, 1);
    text.remove_prefix(1);
    return part;
  }
  return scan::take_number(text, mode);
}

bool read_partial(std::string_view text, Mode mode, Partial& out) {
  while (!text.empty() && (text[0] == 'v' || text[0] == '=' || is_space(text[0])))
    text.remove_prefix(1);
  std::string_view* parts[] = {&out.major, &out.minor, &out.patch};
  for (int i = 0; i < 3; ++i) {
    *parts[i] = take_part(text, mode);
    if (parts[i]->empty()) return false;
    if (i == 2) break;
    if (text.empty()) return true;
    if (text[0] != '.') return false;
    text.remove_prefix(1);
  }
  scan::Tail tail;
  if (is_x(out.patch) ? !scan::read_tail(text, mode, tail)
                      : !scan::read_patch_tail(out.patch, text, mode, tail))
    return false;
  out.prerelease = tail.prerelease;
  return true;
}

std::string_view take_operator(std::string_view& text) {
  size_t length = 0;
  if (!text.empty() && (text[0] == '<' || text[0] == '>')) length = 1;
  if (text.size() > length && text[length] == '=') ++length;
  std::string_view op = text.substr(0, length);
  text.remove_prefix(length);
  return op;
}

Operator to_operator(std::string_view text) {
  if (text == "<") return Operator::kLess;
  if (text == "<=") return Operator::kLessEqual;
  if (text == ">") return Operator::kGreater;
  if (text == ">=") return Operator::kGreaterEqual;
  return Operator::kEqual;
}

enum class Floor : uint8_t { kRelease, kPrereleaseZero };

// Parses one alternative into comparators.
class SetParser {
 public:
  explicit SetParser(const RangeOptions& options)
      : options_(options),
        floor_(options.includes_prereleases() ? Floor::kPrereleaseZero : Floor::kRelease) {}

  bool parse(std::string_view text, ComparatorSet& out);

 private:
  bool parse_token(std::string_view token);
  bool parse_plain(std::string_view token);
  bool parse_caret(const Partial& partial);
  bool parse_tilde(const Partial& partial);
  bool parse_x_range(std::string_view op, const Partial& partial);
  bool replace_hyphen(std::string_view text, std::string& out) const;
  bool next_token(std::string_view& text, std::string& token) const;
  void add_any() { set_.push_back(Comparator{Operator::kEqual, true, {}}); }
  bool add(Operator op, uint64_t major, uint64_t minor, uint64_t patch, Floor floor);
  bool add_from(const Partial& partial);
  bool numbers(const Partial& partial);

  const RangeOptions& options_;
  Floor floor_;
  ComparatorSet set_;
  bool is_unknown_ = false;  // the token that failed has not the form of a comparator
  uint64_t major_ = 0, minor_ = 0, patch_ = 0;
};

bool SetParser::add(Operator op, uint64_t major, uint64_t minor, uint64_t patch, Floor floor) {
  if (std::max({major, minor, patch}) > kMaxNumber) return false;
  bool zero = major == 0 && minor == 0 && patch == 0;
  if (op == Operator::kGreaterEqual && zero && floor == floor_) {
    add_any();
    return true;
  }
  Comparator comparator{op, false, {}};
  comparator.version.major = major;
  comparator.version.minor = minor;
  comparator.version.patch = patch;
  if (floor == Floor::kPrereleaseZero)
    comparator.version.prerelease.push_back(Identifier{true, 0, "0"});
  set_.push_back(std::move(comparator));
  return true;
}

// Parts behind an x do not matter, however large they are.
bool SetParser::numbers(const Partial& partial) {
  major_ = minor_ = patch_ = 0;
  if (is_x(partial.major)) return true;
  if (!scan::to_number(partial.major, major_)) return false;
  if (is_x(partial.minor)) return true;
  if (!scan::to_number(partial.minor, minor_)) return false;
  return is_x(partial.patch) || scan::to_number(partial.patch, patch_);
}

// ">=M.m.p[-pre]" of a complete version.
bool SetParser::add_from(const Partial& partial) {
  if (partial.prerelease.empty())
    return add(Operator::kGreaterEqual, major_, minor_, patch_, Floor::kRelease);
  std::string text = std::to_string(major_) + '.' + std::to_string(minor_) + '.' +
                     std::to_string(patch_) + '-' + std::string(partial.prerelease);
  std::optional<Version> version = semver::parse(text, options_.mode);
  if (!version) return false;
  if (options_.includes_prereleases() && text == "0.0.0-0") {
    add_any();
    return true;
  }
  set_.push_back(Comparator{Operator::kGreaterEqual, false, std::move(*version)});
  return true;
}

bool SetParser::parse_tilde(const Partial& partial) {
  if (is_x(partial.major)) return add_any(), true;
  if (!numbers(partial)) return false;
  if (is_x(partial.minor)) {
    return add(Operator::kGreaterEqual, major_, 0, 0, floor_) &&
           add(Operator::kLess, major_ + 1, 0, 0, Floor::kPrereleaseZero);
  }
  bool lower = is_x(partial.patch) ? add(Operator::kGreaterEqual, major_, minor_, 0, floor_)
                                   : add_from(partial);
  return lower && add(Operator::kLess, major_, minor_ + 1, 0, Floor::kPrereleaseZero);
}

bool SetParser::parse_caret(const Partial& partial) {
  if (is_x(partial.major)) return add_any(), true;
  if (!numbers(partial)) return false;
  bool major_zero = partial.major == "0", minor_zero = partial.minor == "0";
  if (is_x(partial.minor)) {
    return add(Operator::kGreaterEqual, major_, 0, 0, floor_) &&
           add(Operator::kLess, major_ + 1, 0, 0, Floor::kPrereleaseZero);
  }
  bool complete = !is_x(partial.patch);
  bool lower =
      complete ? add_from(partial) : add(Operator::kGreaterEqual, major_, minor_, 0, floor_);
  if (!lower) return false;
  if (!major_zero) return add(Operator::kLess, major_ + 1, 0, 0, Floor::kPrereleaseZero);
  if (!complete || !minor_zero)
    return add(Operator::kLess, major_, minor_ + 1, 0, Floor::kPrereleaseZero);
  return add(Operator::kLess, major_, minor_, patch_ + 1, Floor::kPrereleaseZero);
}

// A partial with at least one x (or missing) part. `op` is one of "", "=", "<", "<=", ">", ">=".
bool SetParser::parse_x_range(std::string_view op, const Partial& partial) {
  if (op == "=") op = "";
  if (is_x(partial.major)) {
    if (op == ">" || op == "<") return add(Operator::kLess, 0, 0, 0, Floor::kPrereleaseZero);
    add_any();
    return true;
  }
  if (!numbers(partial)) return false;
  bool minor_x = is_x(partial.minor);
  if (op.empty()) {
    if (minor_x)
      return add(Operator::kGreaterEqual, major_, 0, 0, floor_) &&
             add(Operator::kLess, major_ + 1, 0, 0, Floor::kPrereleaseZero);
    return add(Operator::kGreaterEqual, major_, minor_, 0, floor_) &&
           add(Operator::kLess, major_, minor_ + 1, 0, Floor::kPrereleaseZero);
  }
  if (minor_x) minor_ = 0;
  // ">1.2" means from 1.3.0 on, "<=1.2" below 1.3.0: the next one that x does not cover.
  if (op == ">" || op == "<=") {
    if (minor_x)
      ++major_;
    else
      ++minor_;
  }
  bool below = op[0] == '<';
  return add(below ? Operator::kLess : Operator::kGreaterEqual, major_, minor_, 0,
             below ? Floor::kPrereleaseZero : floor_);
}

// Removes the first "*" with its operator, wherever it stands: "1.2.3*" is 1.2.3.
std::string without_star(std::string_view token) {
  std::string out(token);
  size_t star = out.find('*');
  if (star == std::string::npos) return out;
  size_t begin = star;
  if (begin > 0 && out[begin - 1] == '=') --begin;
  if (begin > 0 && (out[begin - 1] == '<' || out[begin - 1] == '>')) --begin;
  return out.erase(begin, star + 1 - begin);
}

bool SetParser::parse_plain(std::string_view token) {
  std::string text = without_star(token);
  std::string_view floor = options_.includes_prereleases() ? ">=0.0.0-0" : ">=0.0.0";
  if (text.empty() || text == floor) return add_any(), true;
  std::optional<Comparator> comparator = parse_comparator(text, options_.mode);
  if (comparator) {
    set_.push_back(std::move(*comparator));
    return true;
  }
  std::string_view rest = text;
  take_operator(rest);
  Partial partial;
  is_unknown_ = !read_partial(rest, options_.mode, partial) || is_x(partial.major) ||
                is_x(partial.minor) || is_x(partial.patch);
  return false;
}

bool SetParser::parse_token(std::string_view token) {
  is_unknown_ = false;
  Partial partial;
  if (token.starts_with('^')) {
    if (read_partial(token.substr(1), options_.mode, partial)) return parse_caret(partial);
    return parse_plain(token);
  }
  if (token.starts_with('~')) {
    std::string_view rest = token.substr(token.starts_with("~>") ? 2 : 1);
    if (read_partial(rest, options_.mode, partial)) return parse_tilde(partial);
    return parse_plain(token);
  }
  std::string_view rest = token;
  std::string_view op = take_operator(rest);
  if (read_partial(rest, options_.mode, partial)) {
    bool wrong_order = (is_x(partial.major) && !is_x(partial.minor)) ||
                       (is_x(partial.minor) && !is_x(partial.patch));
    if (!wrong_order && is_x(partial.patch)) return parse_x_range(op, partial);
  }
  return parse_plain(token);
}

// "1.2 - 3.4" -> ">=1.2.0 <3.5.0-0"; false when `text` is no hyphen range.
bool SetParser::replace_hyphen(std::string_view text, std::string& out) const {
  size_t dash = text.find(" - ");
  if (dash == std::string_view::npos) return false;
  std::string_view from = text.substr(0, dash), to = scan::trim(text.substr(dash + 3));
  Partial low, high;
  if (!read_partial(from, options_.mode, low) || !read_partial(to, options_.mode, high))
    return false;
  bool include = options_.includes_prereleases();
  auto plus_one = [](std::string_view digits) {
    uint64_t number = 0;
    if (!scan::to_number(digits, number)) number = kMaxNumber;  // made invalid by the addition
    return std::to_string(number + 1);
  };
  std::string low_major(low.major), low_minor(low.minor);
  if (is_x(low.major))
    out = "";
  else if (is_x(low.minor))
    out = ">=" + low_major + ".0.0" + (include ? "-0" : "");
  else if (is_x(low.patch))
    out = ">=" + low_major + '.' + low_minor + ".0" + (include ? "-0" : "");
  else
    out = ">=" + std::string(from) + (include && low.prerelease.empty() ? "-0" : "");
  std::string major(high.major), minor(high.minor), patch(high.patch);
  if (!out.empty() && !is_x(high.major)) out += ' ';
  if (is_x(high.major)) return true;
  if (is_x(high.minor))
    out += '<' + plus_one(major) + ".0.0-0";
  else if (is_x(high.patch))
    out += '<' + major + '.' + plus_one(minor) + ".0-0";
  else if (!high.prerelease.empty())
    out += "<=" + major + '.' + minor + '.' + patch + '-' + std::string(high.prerelease);
  else if (include)
    out += '<' + major + '.' + minor + '.' + plus_one(patch) + "-0";
  else
    out += "<=" + std::string(to);
  return true;
}

// Takes one token; spaces between an operator and its version are dropped.
bool SetParser::next_token(std::string_view& text, std::string& token) const {
  token.clear();
  auto skip_spaces = [&text] {
    while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  };
  auto take = [&text, &token] {
    token += text[0];
    text.remove_prefix(1);
  };
  skip_spaces();
  if (text.empty()) return false;
  if (text[0] == '^' || text[0] == '~') {
    bool tilde = text[0] == '~';
    take();
    skip_spaces();
    if (tilde && text.starts_with('>')) {
      take();
      skip_spaces();
    }
  }
  size_t before = token.size();
  token += take_operator(text);
  if (token.size() > before && text.starts_with(' ')) {
    std::string_view version_start = "v=xX*0123456789";
    size_t next = text.find_first_not_of(' ');
    if (next != std::string_view::npos && version_start.find(text[next]) != version_start.npos)
      text.remove_prefix(next);
  }
  while (!text.empty() && text[0] != ' ') take();
  return true;
}

bool SetParser::parse(std::string_view text, ComparatorSet& out) {
  std::string replaced;
  if (replace_hyphen(text, replaced)) text = replaced;
  std::string token;
  bool any_token = false;
  while (next_token(text, token)) {
    any_token = true;
    size_t before = set_.size();
    if (parse_token(token)) continue;
    // Loose ranges drop what is not a comparator at all; numbers out of bounds are never accepted.
    if (options_.mode == Mode::kStrict || !is_unknown_) return false;
    set_.resize(before);
  }
  if (!any_token) add_any();
  for (Comparator& comparator : set_) {
    if (comparator.is_null()) {
      ComparatorSet only;
      only.push_back(std::move(comparator));
      out = std::move(only);
      return true;
    }
  }
  for (Comparator& comparator : set_) {
    bool seen = std::any_of(out.begin(), out.end(), [&comparator](const Comparator& other) {
      return other.is_any == comparator.is_any &&
             (other.is_any || (other.op == comparator.op && other.version == comparator.version));
    });
    if (!seen) out.push_back(std::move(comparator));
  }
  if (out.size() > 1) std::erase_if(out, [](const Comparator& c) { return c.is_any; });
  return true;
}

// Runs of white space become one space, "+build" parts vanish.
std::string normalise(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_space(text[i])) {
      if (!out.empty() && out.back() != ' ') out += ' ';
      continue;
    }
    if (text[i] == '+' && i + 1 < text.size() && scan::is_word(text[i + 1])) {
      size_t end = i + 1;
      while (end < text.size() &&
             (scan::is_word(text[end]) ||
              (text[end] == '.' && end + 1 < text.size() && scan::is_word(text[end + 1]))))
        ++end;
      i = end - 1;
      continue;
    }
    out += text[i];
  }
  return std::string(scan::trim(out));
}

}  // namespace

std::optional<Comparator> parse_comparator(std::string_view text, Mode mode) {
  text = scan::trim(text);
  Comparator comparator;
  if (text.empty()) {
    comparator.is_any = true;
    return comparator;
  }
  comparator.op = to_operator(take_operator(text));
  while (!text.empty() && is_space(text[0])) text.remove_prefix(1);
  std::optional<Version> version = semver::parse(text, mode);
  if (!version) return std::nullopt;
  comparator.version = std::move(*version);
  return comparator;
}

std::optional<Range> Range::parse(std::string_view text, RangeOptions options) {
  Range range;
  range.options_ = options;
  std::string clean = normalise(text);
  std::string_view rest = clean;
  while (true) {
    size_t bar = rest.find("||");
    ComparatorSet set;
    if (!SetParser(options).parse(scan::trim(rest.substr(0, bar)), set)) return std::nullopt;
    if (!set.empty()) range.alternatives_.push_back(std::move(set));
    if (bar == std::string_view::npos) break;
    rest.remove_prefix(bar + 2);
  }
  std::vector<ComparatorSet>& sets = range.alternatives_;
  if (sets.empty()) return std::nullopt;
  if (sets.size() > 1) {
    ComparatorSet first = sets[0];
    std::erase_if(sets, [](const ComparatorSet& set) { return set[0].is_null(); });
    if (sets.empty()) sets.push_back(std::move(first));
    for (size_t i = 0; sets.size() > 1 && i < sets.size(); ++i) {
      if (sets[i].size() == 1 && sets[i][0].is_any) {
        ComparatorSet any = std::move(sets[i]);
        sets.clear();
        sets.push_back(std::move(any));
        break;
      }
    }
  }
  return range;
}

}  // namespace gyre::semver
