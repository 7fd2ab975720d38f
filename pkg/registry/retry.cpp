#include "pkg/registry/retry.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <ctime>
#include <string>

namespace gyre::pkg {

bool is_retryable_status(int status) {
  switch (status) {
    case 408:
    case 420:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return true;
    default:
      return false;
  }
}

std::optional<Milliseconds> parse_retry_after(std::string_view value, int64_t now) {
  while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
  if (value.empty()) return std::nullopt;
  if (std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    // More digits than a year of seconds has: far beyond any wait we would accept.
    if (value.size() > 9) return Milliseconds{int64_t{1} << 40};
    return Milliseconds{std::stoll(std::string(value)) * 1000};
  }
  std::tm parts{};
  const std::string text(value);
  if (::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) return std::nullopt;
  const int64_t when = ::timegm(&parts);
  return Milliseconds{std::max<int64_t>(0, when - now) * 1000};
}

Milliseconds retry_delay(const Options& options, int next_try, uint32_t random) {
  const double base = static_cast<double>(options.fetch_retry_min_timeout.count());
  const double limit = static_cast<double>(options.fetch_retry_max_timeout.count());
  const double factor = std::max<double>(1, options.fetch_retry_factor);
  const double delay = std::min(limit, base * std::pow(factor, next_try - 2));
  const double spread = 1.0 + (random % 1024) / 4096.0;
  return Milliseconds{static_cast<int64_t>(delay * spread)};
}

}  // namespace gyre::pkg
