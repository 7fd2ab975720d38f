// The part of algorithms.hpp that treats ranges as sets.
#include <algorithm>

#include "pkg/semver/algorithms.hpp"

namespace gyre::semver {
namespace {

size_t best_satisfying(const std::vector<std::string>& versions, const Range& range, int sign) {
  size_t best = kNone;
  Version best_version;
  for (size_t i = 0; i < versions.size(); ++i) {
    std::optional<Version> version = parse(versions[i], range.options().mode);
    if (!version || !range.test(*version)) continue;
    if (best == kNone || sign * compare(*version, best_version) > 0) {
      best = i;
      best_version = std::move(*version);
    }
  }
  return best;
}

bool matches_nothing_lower(const Comparator& comparator, const RangeOptions& options) {
  if (options.includes_prereleases()) return comparator.is_null();
  return comparator.text().starts_with("<0.0.0");
}

// Whether some version can satisfy all of the set, judged pair by pair.
bool is_satisfiable(const ComparatorSet& set, const RangeOptions& options) {
  for (size_t i = 0; i < set.size(); ++i) {
    for (size_t k = i + 1; k < set.size(); ++k) {
      if (!intersects(set[k], set[i], options)) return false;
    }
  }
  return true;
}

bool all_intersect(const ComparatorSet& a, const ComparatorSet& b, const RangeOptions& options) {
  for (const Comparator& left : a) {
    for (const Comparator& right : b) {
      if (!intersects(left, right, options)) return false;
    }
  }
  return true;
}

}  // namespace

size_t max_satisfying(const std::vector<std::string>& versions, const Range& range) {
  return best_satisfying(versions, range, 1);
}
size_t min_satisfying(const std::vector<std::string>& versions, const Range& range) {
  return best_satisfying(versions, range, -1);
}

std::optional<Version> min_version(const Range& range) {
  Version zero;
  if (range.test(zero)) return zero;
  zero.prerelease.push_back(Identifier{true, 0, "0"});
  if (range.test(zero)) return zero;
  std::optional<Version> lowest;
  for (const ComparatorSet& set : range.alternatives()) {
    std::optional<Version> set_lowest;
    for (const Comparator& comparator : set) {
      if (comparator.points_down()) continue;
      Version candidate = comparator.version;
      candidate.build.clear();
      if (comparator.op == Operator::kGreater) {
        if (candidate.prerelease.empty())
          ++candidate.patch;
        else
          candidate.prerelease.push_back(Identifier{true, 0, "0"});
      }
      if (!set_lowest || compare(candidate, *set_lowest) > 0) set_lowest = std::move(candidate);
    }
    if (set_lowest && (!lowest || compare(*lowest, *set_lowest) > 0)) lowest = set_lowest;
  }
  if (lowest && range.test(*lowest)) return lowest;
  return std::nullopt;
}

bool intersects(const Comparator& a, const Comparator& b, const RangeOptions& options) {
  if (a.is_any || b.is_any) return true;
  if (a.op == Operator::kEqual) return test_set({b}, a.version, options);
  if (b.op == Operator::kEqual) return test_set({a}, b.version, options);
  if (matches_nothing_lower(a, options) || matches_nothing_lower(b, options)) return false;
  if (a.points_up() == b.points_up()) return true;
  int order = compare(a.version, b.version);
  if (order == 0) return a.includes_equal() && b.includes_equal();
  return order < 0 ? a.points_up() : b.points_up();
}

bool intersects(const Range& a, const Range& b) {
  const RangeOptions& options = a.options();
  for (const ComparatorSet& left : a.alternatives()) {
    if (!is_satisfiable(left, options)) continue;
    for (const ComparatorSet& right : b.alternatives()) {
      if (is_satisfiable(right, options) && all_intersect(left, right, options)) return true;
    }
  }
  return false;
}

namespace {

const Comparator& higher_floor(const Comparator& a, const Comparator& b) {
  int order = compare(a.version, b.version);
  if (order != 0) return order > 0 ? a : b;
  return b.op == Operator::kGreater && a.op == Operator::kGreaterEqual ? b : a;
}

const Comparator& lower_ceiling(const Comparator& a, const Comparator& b) {
  int order = compare(a.version, b.version);
  if (order != 0) return order < 0 ? a : b;
  return b.op == Operator::kLess && a.op == Operator::kLessEqual ? b : a;
}

enum class Containment : uint8_t { kNo, kYes, kEmpty };  // kEmpty: the sub-range allows nothing

// What one alternative of the sub-range demands.
struct Bounds {
  const Comparator* floor = nullptr;
  const Comparator* ceiling = nullptr;
  const Comparator* exact = nullptr;
  bool contradicts = false;
  int order = 0;  // compare(floor, ceiling) where both exist
  bool has_order = false;
};

Bounds bounds_of(const ComparatorSet& set) {
  Bounds bounds;
  for (const Comparator& comparator : set) {
    if (comparator.points_up())
      bounds.floor = bounds.floor ? &higher_floor(*bounds.floor, comparator) : &comparator;
    else if (comparator.points_down())
      bounds.ceiling = bounds.ceiling ? &lower_ceiling(*bounds.ceiling, comparator) : &comparator;
    else if (bounds.exact)
      bounds.contradicts = true;
    else
      bounds.exact = &comparator;
  }
  if (bounds.floor && bounds.ceiling) {
    bounds.has_order = true;
    bounds.order = compare(bounds.floor->version, bounds.ceiling->version);
    bool closed = bounds.floor->includes_equal() && bounds.ceiling->includes_equal();
    if (bounds.order > 0 || (bounds.order == 0 && !closed)) bounds.contradicts = true;
  }
  return bounds;
}

Containment exact_subset(const Bounds& bounds, const ComparatorSet& dom,
                         const RangeOptions& options) {
  const Version& version = bounds.exact->version;
  if (bounds.floor && !test_set({*bounds.floor}, version, options)) return Containment::kEmpty;
  if (bounds.ceiling && !test_set({*bounds.ceiling}, version, options)) return Containment::kEmpty;
  for (const Comparator& comparator : dom) {
    if (!test_set({comparator}, version, options)) return Containment::kNo;
  }
  return Containment::kYes;
}

bool names_prerelease_of(const Comparator& comparator, const Version& version) {
  return !comparator.is_any && comparator.version.is_prerelease() &&
         compare_main(comparator.version, version) == 0;
}

// A prerelease bound needs a comparator with a prerelease of the same x.y.z on the other side.
bool needs_prerelease(const Comparator* bound, const RangeOptions& options) {
  if (!bound || options.includes_prereleases() || !bound->version.is_prerelease()) return false;
  const std::vector<Identifier>& words = bound->version.prerelease;
  bool lowest = words.size() == 1 && words[0].is_number && words[0].number == 0;
  return !(bound->op == Operator::kLess && lowest);  // <1.2.3-0 is <1.2.3
}

Containment bounded_subset(const Bounds& bounds, const ComparatorSet& dom,
                           const RangeOptions& options) {
  bool open = !(bounds.has_order && bounds.order == 0);
  bool dom_floor = false, dom_ceiling = false;
  bool floor_needs =
      bounds.floor && !options.includes_prereleases() && bounds.floor->version.is_prerelease();
  bool ceiling_needs = needs_prerelease(bounds.ceiling, options);
  for (const Comparator& comparator : dom) {
    dom_floor |= comparator.points_up();
    dom_ceiling |= comparator.points_down();
    if (bounds.floor) {
      if (names_prerelease_of(comparator, bounds.floor->version)) floor_needs = false;
      if (comparator.points_up()) {
        if (&higher_floor(*bounds.floor, comparator) == &comparator) return Containment::kNo;
      } else if (bounds.floor->includes_equal() && !comparator.test(bounds.floor->version)) {
        return Containment::kNo;
      }
    }
    if (bounds.ceiling) {
      if (names_prerelease_of(comparator, bounds.ceiling->version)) ceiling_needs = false;
      if (comparator.points_down()) {
        if (&lower_ceiling(*bounds.ceiling, comparator) == &comparator) return Containment::kNo;
      } else if (bounds.ceiling->includes_equal() && !comparator.test(bounds.ceiling->version)) {
        return Containment::kNo;
      }
    }
    bool exact = comparator.op == Operator::kEqual;
    if (exact && (bounds.floor || bounds.ceiling) && open) return Containment::kNo;
  }
  if (bounds.floor && dom_ceiling && !bounds.ceiling && open) return Containment::kNo;
  if (bounds.ceiling && dom_floor && !bounds.floor && open) return Containment::kNo;
  return floor_needs || ceiling_needs ? Containment::kNo : Containment::kYes;
}

Containment simple_subset(const ComparatorSet& sub, const ComparatorSet& dom,
                          const RangeOptions& options) {
  auto is_any = [](const ComparatorSet& set) { return set.size() == 1 && set[0].is_any; };
  if (is_any(dom) && (is_any(sub) || options.includes_prereleases())) return Containment::kYes;
  Comparator everything{Operator::kGreaterEqual, false, {}};
  ComparatorSet dom_set = is_any(dom) ? ComparatorSet{everything} : dom;
  if (options.includes_prereleases())
    everything.version.prerelease.push_back(Identifier{true, 0, "0"});
  ComparatorSet sub_set = is_any(sub) ? ComparatorSet{everything} : sub;
  Bounds bounds = bounds_of(sub_set);
  if (bounds.contradicts) return Containment::kEmpty;
  if (bounds.exact) return exact_subset(bounds, dom_set, options);
  return bounded_subset(bounds, dom_set, options);
}

}  // namespace

bool is_subset(const Range& sub, const Range& dom) {
  bool saw_non_empty = false;
  for (const ComparatorSet& sub_set : sub.alternatives()) {
    bool contained = false;
    for (const ComparatorSet& dom_set : dom.alternatives()) {
      Containment result = simple_subset(sub_set, dom_set, sub.options());
      saw_non_empty |= result != Containment::kEmpty;
      if (result == Containment::kYes) {
        contained = true;
        break;
      }
    }
    if (!contained && saw_non_empty) return false;
  }
  return true;
}

bool is_outside(const Version& version, const Range& range, Side side) {
  if (range.test(version)) return false;
  int sign = side == Side::kAbove ? 1 : -1;
  Operator open = side == Side::kAbove ? Operator::kGreater : Operator::kLess;
  Operator closed = side == Side::kAbove ? Operator::kGreaterEqual : Operator::kLessEqual;
  const Comparator everything{Operator::kGreaterEqual, false, {}};
  for (const ComparatorSet& set : range.alternatives()) {
    const Comparator* far = nullptr;
    const Comparator* near = nullptr;
    for (const Comparator& entry : set) {
      const Comparator* comparator = entry.is_any ? &everything : &entry;
      if (!far) far = near = comparator;
      if (sign * compare(comparator->version, far->version) > 0)
        far = comparator;
      else if (sign * compare(comparator->version, near->version) < 0)
        near = comparator;
    }
    if (far->op == open || far->op == closed) return false;
    int order = sign * compare(version, near->version);
    if ((near->op == Operator::kEqual || near->op == open) && order <= 0) return false;
    if (near->op == closed && order < 0) return false;
  }
  return true;
}

std::string simplify(std::vector<std::string> versions, std::string_view range_text,
                     const RangeOptions& options) {
  std::optional<Range> range = Range::parse(range_text, options);
  std::erase_if(versions, [&options](const std::string& v) { return !parse(v, options.mode); });
  std::sort(versions.begin(), versions.end(), [&options](const auto& a, const auto& b) {
    return compare(*parse(a, options.mode), *parse(b, options.mode)) < 0;
  });
  std::string out;
  for (size_t i = 0; i < versions.size();) {
    if (!range || !range->test(versions[i])) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end + 1 < versions.size() && range->test(versions[end + 1])) ++end;
    bool open = end + 1 == versions.size();
    if (!out.empty()) out += " || ";
    if (open)
      out += i == 0 ? "*" : ">=" + versions[i];
    else if (i == end)
      out += versions[i];
    else
      out += i == 0 ? "<=" + versions[end] : versions[i] + " - " + versions[end];
    i = end + 1;
  }
  return out.size() < range_text.size() ? out : std::string(range_text);
}

}  // namespace gyre::semver
