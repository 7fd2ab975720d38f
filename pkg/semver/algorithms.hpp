// What can be computed from versions and ranges: node-semver's function set. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pkg/semver/range.hpp"
#include "pkg/semver/version.hpp"

namespace gyre::semver {

// Number at the end of a prerelease that inc() makes: from 0, from 1, or none.
enum class IdentifierBase : uint8_t { kZero, kOne, kNone };

// major, minor, patch, premajor, preminor, prepatch, prerelease, release, pre. Null when the
// release type or identifier is not valid.
std::optional<Version> increment(const Version& version, std::string_view release,
                                 std::string_view identifier = {},
                                 IdentifierBase base = IdentifierBase::kZero,
                                 Mode mode = Mode::kStrict);
// "major", "preminor"…; empty when equal.
std::string_view difference(const Version& a, const Version& b);
// Drops what is finer than "major", "minor" or "patch"; pre* types keep everything.
std::optional<Version> truncate(const Version& version, std::string_view release);

enum class Direction : uint8_t { kLeftToRight, kRightToLeft };
// The first (or last) thing in `text` that can be read as a version.
std::optional<Version> coerce(std::string_view text, Direction direction = Direction::kLeftToRight,
                              const RangeOptions& options = {});
// "  =v1.2.3 " -> 1.2.3
std::optional<Version> clean(std::string_view text, Mode mode = Mode::kStrict);

// Position of the best version, npos when none matches; invalid ones are skipped.
inline constexpr size_t kNone = static_cast<size_t>(-1);
size_t max_satisfying(const std::vector<std::string>& versions, const Range& range);
size_t min_satisfying(const std::vector<std::string>& versions, const Range& range);
// The lowest version that can satisfy the range.
std::optional<Version> min_version(const Range& range);

bool intersects(const Comparator& a, const Comparator& b, const RangeOptions& options = {});
bool intersects(const Range& a, const Range& b);
bool is_subset(const Range& sub, const Range& dom);
// Whether `version` is above (below) everything the range allows.
enum class Side : uint8_t { kAbove, kBelow };
bool is_outside(const Version& version, const Range& range, Side side);

// The shortest range that picks the same of `versions`; the original where that is shorter.
std::string simplify(std::vector<std::string> versions, std::string_view range,
                     const RangeOptions& options = {});

}  // namespace gyre::semver
