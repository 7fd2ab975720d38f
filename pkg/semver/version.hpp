// Version: a parsed semantic version with node-semver's rules. Owns a copy of prerelease and build
// only when there are any; plain x.y.z costs no allocation. Value type; any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gyre::semver {

inline constexpr size_t kMaxLength = 256;
inline constexpr uint64_t kMaxNumber = 9007199254740991;  // Number.MAX_SAFE_INTEGER

// One dot-separated part of a prerelease: a number or a word.
struct Identifier {
  bool is_number = false;
  uint64_t number = 0;
  std::string text;
  bool operator==(const Identifier&) const = default;
};
int compare_identifiers(const Identifier& a, const Identifier& b);

enum class Mode : uint8_t { kStrict, kLoose };

struct Version {
  uint64_t major = 0, minor = 0, patch = 0;
  std::vector<Identifier> prerelease;
  std::vector<std::string> build;

  // "1.2.3-a.1", without build.
  std::string text() const;
  bool is_prerelease() const { return !prerelease.empty(); }
};

std::optional<Version> parse(std::string_view text, Mode mode = Mode::kStrict);
int compare(const Version& a, const Version& b);       // build ignored
int compare_main(const Version& a, const Version& b);  // x.y.z only
int compare_prerelease(const Version& a, const Version& b);
int compare_build(const Version& a, const Version& b);  // compare, then build
inline bool operator==(const Version& a, const Version& b) { return compare(a, b) == 0; }
inline bool operator<(const Version& a, const Version& b) { return compare(a, b) < 0; }

}  // namespace gyre::semver
