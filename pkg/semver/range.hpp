// Range: a parsed version range with node-semver's rules: alternatives of comparators that must all
// hold. Value type; any thread. RangeCache parses each text once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pkg/semver/version.hpp"

namespace gyre::semver {

enum class Prereleases : uint8_t { kOnlySameTuple, kInclude };

struct RangeOptions {
  Mode mode = Mode::kStrict;
  Prereleases prereleases = Prereleases::kOnlySameTuple;
  bool includes_prereleases() const { return prereleases == Prereleases::kInclude; }
};

enum class Operator : uint8_t { kEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

struct Comparator {
  Operator op = Operator::kEqual;
  bool is_any = false;  // matches everything; version is meaningless
  Version version;

  bool test(const Version& candidate) const;
  // ">=1.2.3"; "" for any.
  std::string text() const;
  // Whether it is "<0.0.0-0", which nothing satisfies.
  bool is_null() const;
  bool points_up() const { return op == Operator::kGreater || op == Operator::kGreaterEqual; }
  bool points_down() const { return op == Operator::kLess || op == Operator::kLessEqual; }
  bool includes_equal() const {
    return op == Operator::kLessEqual || op == Operator::kGreaterEqual;
  }
};
using ComparatorSet = std::vector<Comparator>;

class Range {
 public:
  static std::optional<Range> parse(std::string_view text, RangeOptions options = {});

  bool test(const Version& version) const;
  // False also when `version` is not a version.
  bool test(std::string_view version) const;
  const std::vector<ComparatorSet>& alternatives() const { return alternatives_; }
  const RangeOptions& options() const { return options_; }
  // Canonical form, "" for anything.
  std::string text() const;
  bool is_any() const {
    return alternatives_.size() == 1 && alternatives_[0].size() == 1 && alternatives_[0][0].is_any;
  }

 private:
  std::vector<ComparatorSet> alternatives_;
  RangeOptions options_;
};

// A comparator as it is written on its own ("" and "1.2.3" included).
std::optional<Comparator> parse_comparator(std::string_view text, Mode mode = Mode::kStrict);
// Whether every comparator of the set holds, prerelease rule included.
bool test_set(const ComparatorSet& set, const Version& version, const RangeOptions& options);

// Parsed ranges by text; null for invalid text. One thread. Pointers stay valid.
class RangeCache {
 public:
  explicit RangeCache(RangeOptions options = {}) : options_(options) {}
  const Range* get(std::string_view text);

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  RangeOptions options_;
  std::unordered_map<std::string, std::unique_ptr<Range>, Hash, std::equal_to<>> ranges_;
};

}  // namespace gyre::semver
