#include "pkg/audit/period.hpp"

#include <ctime>

namespace gyre::pkg {

std::optional<int64_t> parse_utc_time(const std::string& text) {
  std::tm parts{};
  if (::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return std::nullopt;
  return ::timegm(&parts);
}

}  // namespace gyre::pkg
