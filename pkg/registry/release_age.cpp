#include "pkg/registry/release_age.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <charconv>
#include <ctime>

namespace gyre::pkg {
namespace {

using std::chrono::system_clock;

// system_clock counts nanoseconds in 64 bits, up to 2262.
constexpr int kLastYear = 2200;

// Reads a time from left to right. It is done for every pick: sscanf would be noticed.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : rest_(text) {}

  bool is_over() const { return rest_.empty(); }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // At least one digit, at most `most`.
  bool take_number(int& number, size_t most) {
    if (rest_.starts_with('-')) return false;
    const std::string_view digits = rest_.substr(0, most);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc()) return false;
    rest_.remove_prefix(static_cast<size_t>(end - digits.data()));
    return true;
  }
  void skip_digits() {
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') rest_.remove_prefix(1);
  }

 private:
  std::string_view rest_;
};

// "+02:00" as minutes; "Z" and nothing are 0.
std::optional<int> zone_minutes(TimeReader& text) {
  if (text.is_over()) return 0;
  if (text.take('Z') || text.take('z')) return text.is_over() ? std::optional(0) : std::nullopt;
  const bool is_west = text.take('-');
  int hours = 0, minutes = 0;
  if ((!is_west && !text.take('+')) || !text.take_number(hours, 2) || !text.take(':') ||
      !text.take_number(minutes, 2)) {
    return std::nullopt;
  }
  const int total = hours * 60 + minutes;
  return is_west ? -total : total;
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
  int millis = 0;
  TimeReader rest(text.substr(0, 64));
  if (!rest.take_number(parts.tm_year, 4) || !rest.take('-') ||
      !rest.take_number(parts.tm_mon, 2) || !rest.take('-') ||
      !rest.take_number(parts.tm_mday, 2)) {
    return std::nullopt;
  }
  if (rest.take('T') || rest.take(' ')) {
    if (!rest.take_number(parts.tm_hour, 2) || !rest.take(':') ||
        !rest.take_number(parts.tm_min, 2)) {
      return std::nullopt;
    }
    if (rest.take(':') && !rest.take_number(parts.tm_sec, 2)) return std::nullopt;
    if (rest.take('.') && !rest.take_number(millis, 3)) return std::nullopt;
    rest.skip_digits();
  }
  const std::optional<int> zone = zone_minutes(rest);
  const bool is_date = parts.tm_mon >= 1 && parts.tm_mon <= 12 && parts.tm_mday >= 1 &&
                       parts.tm_mday <= 31 && parts.tm_year >= 1970 && parts.tm_year <= kLastYear;
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
