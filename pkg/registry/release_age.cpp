#include "pkg/registry/release_age.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace gyre::pkg {
namespace {

using std::chrono::system_clock;

// "+02:00" as minutes; "Z" and nothing are 0.
std::optional<int> zone_minutes(std::string_view zone) {
  if (zone.empty() || zone == "Z" || zone == "z") return 0;
  int hours = 0, minutes = 0;
  char sign = 0;
  const std::string copy(zone);
  if (std::sscanf(copy.c_str(), "%c%2d:%2d", &sign, &hours, &minutes) != 3) return std::nullopt;
  if (sign != '+' && sign != '-') return std::nullopt;
  const int total = hours * 60 + minutes;
  return sign == '-' ? -total : total;
}

// "name", "@scope/*", "name@1.0.0 || 1.0.1"
bool entry_covers(const std::string& entry, const std::string& name, std::string_view version) {
  const size_t at = entry.find('@', 1);
  const std::string pattern = entry.substr(0, at);
  if (::fnmatch(pattern.c_str(), name.c_str(), 0) != 0) return false;
  if (at == std::string::npos) return true;
  std::string_view rest = std::string_view(entry).substr(at + 1);
  while (!rest.empty()) {
    const size_t end = std::min(rest.find("||"), rest.size());
    std::string_view one = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 2, rest.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one == version) return true;
  }
  return false;
}

}  // namespace

std::optional<ReleaseTime> parse_release_time(std::string_view text) {
  std::tm parts{};
  int used = 0, millis = 0;
  const std::string copy(text.substr(0, 64));
  const char* rest = copy.c_str();
  if (std::sscanf(rest, "%4d-%2d-%2d%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday, &used) != 3)
    return std::nullopt;
  rest += used;
  if (*rest == 'T' || *rest == ' ') {
    used = 0;
    if (std::sscanf(rest + 1, "%2d:%2d%n", &parts.tm_hour, &parts.tm_min, &used) != 2)
      return std::nullopt;
    rest += 1 + used;
    if (*rest == ':' && std::sscanf(rest, ":%2d%n", &parts.tm_sec, &used) == 1) rest += used;
    if (*rest == '.' && std::sscanf(rest, ".%3d%n", &millis, &used) == 1) rest += used;
    while (*rest >= '0' && *rest <= '9') ++rest;
  }
  const std::optional<int> zone = zone_minutes(rest);
  const bool is_date = parts.tm_mon >= 1 && parts.tm_mon <= 12 && parts.tm_mday >= 1 &&
                       parts.tm_mday <= 31 && parts.tm_year >= 1970;
  if (!zone || !is_date) return std::nullopt;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return system_clock::from_time_t(::timegm(&parts)) + std::chrono::milliseconds(millis) -
         std::chrono::minutes(*zone);
}

ReleaseLimit::ReleaseLimit(const Packument& packument, const Options& options)
    : packument_(packument), options_(options) {
  oldest_change_ = options.before;
  if (options.min_release_age.count() > 0 && !is_excluded({})) {
    age_limit_ = system_clock::now() - options.min_release_age;
    if (!oldest_change_ || *age_limit_ < *oldest_change_) oldest_change_ = age_limit_;
  }
  if (!oldest_change_) return;
  // Most packages have not changed lately: then no release needs a look.
  const auto modified = parse_release_time(packument.modified());
  if (modified && *modified <= *oldest_change_) oldest_change_.reset();
}

bool ReleaseLimit::is_excluded(std::string_view version) const {
  const auto& entries = options_.min_release_age_exclude;
  return std::any_of(entries.begin(), entries.end(), [&](const std::string& entry) {
    return entry_covers(entry, packument_.name(), version);
  });
}

bool ReleaseLimit::may_refuse() const { return oldest_change_.has_value(); }

bool ReleaseLimit::lacks_times() const { return may_refuse() && !packument_.has_times(); }

bool ReleaseLimit::allows(std::string_view version) const {
  if (!oldest_change_) return true;
  const auto released = parse_release_time(packument_.time(version));
  if (!released) return true;
  if (options_.before && *released > *options_.before) return false;
  return !age_limit_ || *released <= *age_limit_ || is_excluded(version);
}

std::string ReleaseLimit::age_of(std::string_view version) const {
  const auto released = parse_release_time(packument_.time(version));
  if (!released) return {};
  const auto age =
      std::chrono::duration_cast<std::chrono::minutes>(system_clock::now() - *released);
  auto count = [](int64_t number, const char* unit) {
    return std::to_string(number) + " " + unit + (number == 1 ? "" : "s");
  };
  const int64_t minutes = std::max<int64_t>(age.count(), 0);
  if (minutes < 120) return count(minutes, "minute");
  if (minutes < 48 * 60) return count(minutes / 60, "hour");
  return count(minutes / 1440, "day");
}

}  // namespace gyre::pkg
