// ReleaseLimit: which releases of a package are old enough: published no later than `before`, and
// no less than the minimum release age ago. Pure but for the clock; any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "pkg/options.hpp"
#include "pkg/registry/packument.hpp"

namespace gyre::pkg {

using ReleaseTime = std::chrono::system_clock::time_point;

// "2024-05-01T12:00:00.000Z", "2024-05-01T12:00:00+02:00", "2024-05-01"; nothing for anything else.
std::optional<ReleaseTime> parse_release_time(std::string_view text);

class ReleaseLimit {
 public:
  ReleaseLimit(const Packument& packument, const Options& options);

  // Releases of unknown time pass: the registry does not keep times.
  bool allows(std::string_view version) const;
  // Whether allows() can say no to any release.
  bool may_refuse() const;
  // The metadata at hand lacks the times that would tell.
  bool lacks_times() const;
  // "5 hours", for messages; empty when the time is unknown.
  std::string age_of(std::string_view version) const;

 private:
  bool is_excluded(std::string_view version) const;

  const Packument& packument_;
  const Options& options_;
  std::optional<ReleaseTime> oldest_change_;  // the stricter of both limits; none: all is old
  std::optional<ReleaseTime> age_limit_;
};

}  // namespace gyre::pkg
