#include "pkg/semver/range.hpp"

#include "pkg/semver/scan.hpp"

namespace gyre::semver {
namespace {

std::string_view operator_text(Operator op) {
  switch (op) {
    case Operator::kEqual:
      return "";
    case Operator::kLess:
      return "<";
    case Operator::kLessEqual:
      return "<=";
    case Operator::kGreater:
      return ">";
    case Operator::kGreaterEqual:
      return ">=";
  }
  return "";
}

}  // namespace

bool Comparator::test(const Version& candidate) const {
  if (is_any) return true;
  int order = compare(candidate, version);
  switch (op) {
    case Operator::kEqual:
      return order == 0;
    case Operator::kLess:
      return order < 0;
    case Operator::kLessEqual:
      return order <= 0;
    case Operator::kGreater:
      return order > 0;
    case Operator::kGreaterEqual:
      return order >= 0;
  }
  return false;
}

std::string Comparator::text() const {
  if (is_any) return {};
  std::string out(operator_text(op));
  return out += version.text();
}

bool Comparator::is_null() const {
  return !is_any && op == Operator::kLess && version.major == 0 && version.minor == 0 &&
         version.patch == 0 && version.prerelease.size() == 1 && version.prerelease[0].is_number &&
         version.prerelease[0].number == 0;
}

bool test_set(const ComparatorSet& set, const Version& version, const RangeOptions& options) {
  for (const Comparator& comparator : set) {
    if (!comparator.test(version)) return false;
  }
  if (version.prerelease.empty() || options.includes_prereleases()) return true;
  // A prerelease passes only where the range itself names a prerelease of the same x.y.z.
  for (const Comparator& comparator : set) {
    if (!comparator.is_any && comparator.version.is_prerelease() &&
        compare_main(comparator.version, version) == 0)
      return true;
  }
  return false;
}

bool Range::test(const Version& version) const {
  for (const ComparatorSet& set : alternatives_) {
    if (test_set(set, version, options_)) return true;
  }
  return false;
}

bool Range::test(std::string_view version) const {
  std::optional<Version> parsed = semver::parse(version, options_.mode);
  return parsed && test(*parsed);
}

std::string Range::text() const {
  std::string out;
  for (size_t i = 0; i < alternatives_.size(); ++i) {
    if (i > 0) out += "||";
    for (size_t k = 0; k < alternatives_[i].size(); ++k) {
      if (k > 0) out += ' ';
      out += alternatives_[i][k].text();
    }
  }
  return out;
}

const Range* RangeCache::get(std::string_view text) {
  auto found = ranges_.find(text);
  if (found == ranges_.end()) {
    std::optional<Range> range = Range::parse(text, options_);
    auto owned = range ? std::make_unique<Range>(std::move(*range)) : nullptr;
    found = ranges_.emplace(std::string(text), std::move(owned)).first;
  }
  return found->second.get();
}

}  // namespace gyre::semver
