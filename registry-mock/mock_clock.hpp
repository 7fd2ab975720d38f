// MockClock: the time the registry believes it is: the machine's, until a test sets it; then it
// stands still. Loop's thread only.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/base/clock.hpp"

namespace gyre::registry_mock {

class MockClock {
 public:
  // Milliseconds since the epoch.
  uint64_t now() const { return fixed_ ? *fixed_ : Clock::system().wall_ms(); }
  // Nothing: the machine's time again.
  void set(std::optional<uint64_t> time) { fixed_ = time; }

 private:
  std::optional<uint64_t> fixed_;
};

}  // namespace gyre::registry_mock
