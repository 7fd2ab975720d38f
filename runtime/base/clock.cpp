#include "runtime/base/clock.hpp"

#include <ctime>

namespace gyre {
namespace {

uint64_t read_ns(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(now.tv_nsec);
}

class SystemClock final : public Clock {
 public:
  uint64_t monotonic_ns() const override { return read_ns(CLOCK_MONOTONIC); }
  uint64_t wall_ns() const override { return read_ns(CLOCK_REALTIME); }
};

}  // namespace

Clock& Clock::system() {
  static SystemClock clock;
  return clock;
}

}  // namespace gyre
