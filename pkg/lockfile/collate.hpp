// String order of JavaScript's localeCompare(…, 'en') for the names and keys of package trees: npm
// sorts by it, so lockfiles do too. Exact for ASCII; other characters follow by code unit. Pure.
#pragma once

#include <string_view>

namespace gyre::pkg {

// Negative, 0, positive.
int compare_locale(std::string_view a, std::string_view b);
// 0 only for equal strings: what sorts need.
inline bool sorts_before(std::string_view a, std::string_view b) {
  int order = compare_locale(a, b);
  return order != 0 ? order < 0 : a < b;
}
struct LocaleLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return sorts_before(a, b); }
};

}  // namespace gyre::pkg
