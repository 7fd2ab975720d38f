#include "pkg/registry/pick.hpp"

#include <algorithm>
#include <optional>

#include "pkg/registry/release_age.hpp"
#include "pkg/semver/algorithms.hpp"

namespace gyre::pkg {
namespace {

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

// Something matches, but it came out too recently.
Error all_too_new(const Packument& packument, const std::string& wanted, const std::string& newest,
                  const std::string& age) {
  return Error(Code::ETARGET,
               "every version of " + packument.name() + " that matches \"" + wanted +
                   "\" is too new: " + newest + " was published " + age + " ago",
               "Wait, ask for the exact version, list the package under minimumReleaseAgeExclude, "
               "or set min-release-age=0.");
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
constexpr int kHighestRank = 15;
int rank(const VersionManifest& manifest, const Platform& platform, bool is_avoided) {
  bool engine = is_engine_ok(manifest.engines_node, platform);
  bool fresh = !manifest.is_deprecated;
  return (is_avoided ? 0 : 8) + (fresh && engine ? 4 : 0) + (engine ? 2 : 0) + (fresh ? 1 : 0);
}

class Picker {
 public:
  Picker(const Packument& packument, const Options& options, RangeCache& ranges)
      : packument_(packument), options_(options), ranges_(ranges), limit_(packument, options) {
    const auto avoided = options.avoid.find(packument.name());
    if (avoided != options.avoid.end())
      avoided_ = semver::Range::parse(avoided->second,
                                      {semver::Mode::kLoose, semver::Prereleases::kInclude});
  }

  Result<const VersionManifest*> exact(const std::string& wanted) {
    std::optional<semver::Version> version = semver::clean(wanted, semver::Mode::kLoose);
    std::string text = version ? version->text() : wanted;
    GYRE_ASSIGN(const VersionManifest* found, packument_.find(text));
    if (!found) return no_match(packument_, wanted);
    if (!limit_.allows(text)) return all_too_new(packument_, wanted, text, limit_.age_of(text));
    return found;
  }

  Result<const VersionManifest*> tag(const std::string& wanted) {
    std::string_view version = packument_.dist_tag(wanted);
    if (version.empty()) return no_match(packument_, wanted);
    if (!limit_.allows(version)) return range("<=" + std::string(version));
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
    if (const VersionEntry* newest = newest_of(*range)) {
      return all_too_new(packument_, wanted, std::string(newest->text),
                         limit_.age_of(newest->text));
    }
    return no_match(packument_, wanted);
  }

 private:
  // The highest version in range, whatever its age.
  const VersionEntry* newest_of(const semver::Range& range) const {
    const VersionEntry* newest = nullptr;
    for (const VersionEntry& entry : packument_.versions()) {
      if (!entry.is_valid || !range.test(entry.version)) continue;
      if (newest == nullptr || compare(entry.version, newest->version) > 0) newest = &entry;
    }
    return newest;
  }

  // The default tag's version wins over higher ones when nothing speaks against it.
  Result<const VersionManifest*> default_if_good(const semver::Range& range) {
    std::string_view text = packument_.dist_tag(options_.default_tag);
    if (text.empty() || !(range.is_any() || range.test(text)) || !limit_.allows(text) ||
        (avoided_ && avoided_->test(text)))
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
          limit_.allows(versions[i].text))
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
      const bool is_avoided = avoided_ && avoided_->test(versions[index].version);
      int manifest_rank = rank(**manifest, options_.platform, is_avoided);
      if (manifest_rank > best_rank) {
        best = *manifest;
        best_rank = manifest_rank;
      }
      if (best_rank == kHighestRank) break;
    }
    return best;
  }

  const Packument& packument_;
  const Options& options_;
  RangeCache& ranges_;
  ReleaseLimit limit_;
  std::optional<semver::Range> avoided_;
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

std::optional<HeldBack> find_held_back(const Packument& packument, WantKind kind,
                                       const std::string& wanted, const VersionManifest& picked,
                                       const Options& options, RangeCache& ranges) {
  const ReleaseLimit limit(packument, options);
  if (!limit.may_refuse() || !packument.has_times()) return std::nullopt;
  Options unlimited = options;
  unlimited.before.reset();
  unlimited.min_release_age = std::chrono::minutes{0};
  auto newest = pick_manifest(packument, kind, wanted, unlimited, ranges);
  if (!newest || (*newest)->version == picked.version) return std::nullopt;
  const std::string newer((*newest)->version);
  return HeldBack{packument.name(), std::string(picked.version), newer, limit.age_of(newer)};
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
