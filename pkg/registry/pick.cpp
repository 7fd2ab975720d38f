#include "pkg/registry/pick.hpp"

#include <ctime>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "pkg/semver/algorithms.hpp"

namespace gyre::pkg {
namespace {

using TimePoint = std::chrono::system_clock::time_point;

// "2024-05-01T12:00:00.000Z"; null when it is anything else.
std::optional<TimePoint> parse_time(std::string_view text) {
  std::tm parts{};
  int millis = 0;
  std::string copy(text);
  int fields = std::sscanf(copy.c_str(), "%d-%d-%dT%d:%d:%d.%d", &parts.tm_year, &parts.tm_mon,
                           &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &millis);
  if (fields < 6) return std::nullopt;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return std::chrono::system_clock::from_time_t(::timegm(&parts)) +
         std::chrono::milliseconds(millis);
}

bool is_released_before(const Packument& packument, std::string_view version,
                        const std::optional<TimePoint>& limit) {
  if (!limit) return true;
  std::optional<TimePoint> released = parse_time(packument.time(version));
  return !released || *released <= *limit;
}

std::optional<TimePoint> release_limit(const Packument& packument, const Options& options) {
  std::optional<TimePoint> limit = options.before;
  const std::vector<std::string>& exempt = options.min_release_age_exclude;
  if (options.min_release_age.count() > 0 &&
      std::find(exempt.begin(), exempt.end(), packument.name()) == exempt.end()) {
    TimePoint aged = std::chrono::system_clock::now() - options.min_release_age;
    if (!limit || aged < *limit) limit = aged;
  }
  return limit;
}

// Nearest releases around what was asked for, for the message.
std::string nearest_text(const Packument& packument, const std::string& wanted) {
  std::optional<semver::Version> point = semver::coerce(wanted);
  const VersionEntry* below = nullptr;
  const VersionEntry* above = nullptr;
  for (const VersionEntry& entry : packument.versions()) {
    if (!point || !entry.is_valid || entry.version.is_prerelease()) continue;
    int order = compare(entry.version, *point);
    if (order < 0 && (!below || compare(entry.version, below->version) > 0)) below = &entry;
    if (order >= 0 && (!above || compare(entry.version, above->version) < 0)) above = &entry;
  }
  std::string out;
  auto add = [&out](const char* label, std::string_view version) {
    if (version.empty()) return;
    if (!out.empty()) out += ", ";
    out += std::string(label) + std::string(version);
  };
  if (below) add("nearest lower: ", below->text);
  if (above) add("nearest higher: ", above->text);
  add("latest: ", packument.dist_tag("latest"));
  return out;
}

Error no_match(const Packument& packument, const std::string& wanted) {
  std::string nearest = nearest_text(packument, wanted);
  std::string message = "no version of " + packument.name() + " matches \"" + wanted + "\"";
  if (packument.versions().empty())
    message = packument.name() + " has no published versions";
  else if (!nearest.empty())
    message += " (" + nearest + ")";
  return Error(Code::ETARGET, message, "Ask for a range that a published version satisfies.");
}

// How npm ranks two candidates before their version counts.
int rank(const VersionManifest& manifest, const Platform& platform) {
  bool engine = is_engine_ok(manifest.engines_node, platform);
  bool fresh = !manifest.is_deprecated;
  return (fresh && engine ? 4 : 0) + (engine ? 2 : 0) + (fresh ? 1 : 0);
}

class Picker {
 public:
  Picker(const Packument& packument, const Options& options, RangeCache& ranges)
      : packument_(packument),
        options_(options),
        ranges_(ranges),
        limit_(release_limit(packument, options)) {}

  Result<const VersionManifest*> exact(const std::string& wanted) {
    std::optional<semver::Version> version = semver::clean(wanted, semver::Mode::kLoose);
    std::string text = version ? version->text() : wanted;
    if (is_released_before(packument_, text, limit_)) {
      GYRE_ASSIGN(const VersionManifest* found, packument_.find(text));
      if (found) return found;
    }
    return no_match(packument_, wanted);
  }

  Result<const VersionManifest*> tag(const std::string& wanted) {
    std::string_view version = packument_.dist_tag(wanted);
    if (version.empty()) return no_match(packument_, wanted);
    if (!is_released_before(packument_, version, limit_)) return range("<=" + std::string(version));
    GYRE_ASSIGN(const VersionManifest* found, packument_.find(version));
    if (found) return found;
    return no_match(packument_, wanted);
  }

  Result<const VersionManifest*> range(const std::string& wanted) {
    const semver::Range* range = ranges_.get(wanted);
    if (!range) return no_match(packument_, wanted);
    GYRE_ASSIGN(const VersionManifest* preferred, default_if_good(*range));
    if (preferred) return preferred;
    GYRE_ASSIGN(const VersionManifest* best, best_of(*range));
    if (best) return best;
    return no_match(packument_, wanted);
  }

 private:
  // The default tag's version wins over higher ones when nothing speaks against it.
  Result<const VersionManifest*> default_if_good(const semver::Range& range) {
    std::string_view text = packument_.dist_tag(options_.default_tag);
    if (text.empty() || !(range.is_any() || range.test(text)) ||
        !is_released_before(packument_, text, limit_))
      return nullptr;
    GYRE_ASSIGN(const VersionManifest* manifest, packument_.find(text));
    bool good = manifest && !manifest->is_deprecated &&
                is_engine_ok(manifest->engines_node, options_.platform);
    return good ? manifest : nullptr;
  }

  Result<const VersionManifest*> best_of(const semver::Range& range) {
    std::span<const VersionEntry> versions = packument_.versions();
    std::vector<size_t> candidates;
    for (size_t i = 0; i < versions.size(); ++i) {
      if (versions[i].is_valid && range.test(versions[i].version) &&
          is_released_before(packument_, versions[i].text, limit_))
        candidates.push_back(i);
    }
    // Highest first: the first one without a blemish needs no further manifests to be read.
    std::sort(candidates.begin(), candidates.end(), [versions](size_t a, size_t b) {
      int order = compare(versions[a].version, versions[b].version);
      return order != 0 ? order > 0 : a < b;
    });
    const VersionManifest* best = nullptr;
    int best_rank = -1;
    for (size_t index : candidates) {
      Result<const VersionManifest*> manifest = packument_.manifest(index);
      if (!manifest) {
        if (candidates.size() == 1) return std::move(manifest).error();
        continue;  // one broken release does not hide the others
      }
      int manifest_rank = rank(**manifest, options_.platform);
      if (manifest_rank > best_rank) {
        best = *manifest;
        best_rank = manifest_rank;
      }
      if (best_rank == 7) break;
    }
    return best;
  }

  const Packument& packument_;
  const Options& options_;
  RangeCache& ranges_;
  std::optional<TimePoint> limit_;
};

bool is_listed(std::string_view value, std::span<const std::string_view> list) {
  if (list.empty() || (list.size() == 1 && list[0] == "any")) return true;
  size_t negated = 0;
  bool match = false;
  for (std::string_view entry : list) {
    if (entry.starts_with('!')) {
      ++negated;
      if (entry.substr(1) == value) return false;
    } else {
      match |= entry == value;
    }
  }
  return match || negated == list.size();
}

}  // namespace

Result<const VersionManifest*> pick_manifest(const Packument& packument, WantKind kind,
                                             const std::string& wanted, const Options& options,
                                             RangeCache& ranges) {
  Picker picker(packument, options, ranges);
  switch (kind) {
    case WantKind::kVersion:
      return picker.exact(wanted);
    case WantKind::kTag:
      return picker.tag(wanted);
    case WantKind::kRange:
      return picker.range(wanted);
  }
  return no_match(packument, wanted);
}

bool is_platform_ok(std::span<const std::string_view> os, std::span<const std::string_view> cpu,
                    std::span<const std::string_view> libc, const Platform& platform) {
  bool libc_known = libc.empty() || !platform.libc.empty();
  return is_listed(platform.os, os) && is_listed(platform.cpu, cpu) && libc_known &&
         is_listed(platform.libc, libc);
}

bool is_engine_ok(std::string_view engines_node, const Platform& platform) {
  if (engines_node.empty()) return true;
  auto range =
      semver::Range::parse(engines_node, {semver::Mode::kStrict, semver::Prereleases::kInclude});
  return range && range->test(platform.node_version);
}

}  // namespace gyre::pkg
