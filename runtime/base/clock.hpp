// Monotonic and wall time behind an interface, so that tests can set it. Any thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace gyre {

using Milliseconds = std::chrono::milliseconds;
using Nanoseconds = std::chrono::nanoseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  // CLOCK_MONOTONIC, nanoseconds.
  virtual uint64_t monotonic_ns() const = 0;
  // CLOCK_REALTIME, nanoseconds since the epoch.
  virtual uint64_t wall_ns() const = 0;

  uint64_t monotonic_ms() const { return monotonic_ns() / 1'000'000; }
  uint64_t wall_ms() const { return wall_ns() / 1'000'000; }

  // The machine's clock; lives for ever.
  static Clock& system();
};

}  // namespace gyre
