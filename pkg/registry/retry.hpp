// Which failures are worth another try, and when. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "pkg/options.hpp"
#include "runtime/base/clock.hpp"

namespace gyre::pkg {

// 408, 420, 429 and the 5xx that a proxy or an overloaded server answers with.
bool is_retryable_status(int status);

// Seconds or an HTTP date; nothing if neither. `now` in seconds since the epoch.
std::optional<Milliseconds> parse_retry_after(std::string_view value, int64_t now);

// The wait before try `next_try` (2 for the first repetition): exponential within the configured
// limits, spread by up to a quarter so that parallel requests do not come back together.
Milliseconds retry_delay(const Options& options, int next_try, uint32_t random);

}  // namespace gyre::pkg
