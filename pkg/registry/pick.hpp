// Which of a package's versions a specifier means, as npm-pick-manifest decides. Pure; one thread
// per Packument (it reads manifests).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pkg/options.hpp"
#include "pkg/registry/packument.hpp"
#include "pkg/semver/range.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// Parsed ranges shared by a whole resolution; loose, as npm reads ranges in manifests.
using RangeCache = semver::RangeCache;

enum class WantKind : uint8_t { kVersion, kRange, kTag };

// Of the versions in a range, those outside options.avoid come first. ETARGET with the nearest
// versions (F12) when nothing matches.
Result<const VersionManifest*> pick_manifest(const Packument& packument, WantKind kind,
                                             const std::string& wanted, const Options& options,
                                             RangeCache& ranges);

// A release passed over because it is too new.
struct HeldBack {
  std::string name, version;  // what was taken
  std::string newer, age;     // what would have been: "1.3.0", "5 hours"
};
std::optional<HeldBack> find_held_back(const Packument& packument, WantKind kind,
                                       const std::string& wanted, const VersionManifest& picked,
                                       const Options& options, RangeCache& ranges);

// EBADENGINE / EBADPLATFORM checks of npm-install-checks. Empty lists pass.
bool is_platform_ok(std::span<const std::string_view> os, std::span<const std::string_view> cpu,
                    std::span<const std::string_view> libc, const Platform& platform);
bool is_engine_ok(std::string_view engines_node, const Platform& platform);

}  // namespace gyre::pkg
