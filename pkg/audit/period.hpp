// Period: when something may be trusted, in whole seconds since the epoch, both ends included; and
// the reading of such times. Values; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace gyre::pkg {

struct Period {
  int64_t from = INT64_MIN, until = INT64_MAX;
  bool covers(int64_t time) const { return time >= from && time <= until; }
};

// "2025-01-31T12:00:00.000Z" as seconds; fractions are dropped.
std::optional<int64_t> parse_utc_time(const std::string& text);

}  // namespace gyre::pkg
