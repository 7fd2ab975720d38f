// A clock that stands still until a test moves it.
#pragma once

#include "runtime/base/clock.hpp"

namespace gyre {

class FakeClock final : public Clock {
 public:
  uint64_t monotonic_ns() const override { return now_; }
  uint64_t wall_ns() const override { return now_; }
  void advance(Nanoseconds by) { now_ += uint64_t(by.count()); }

 private:
  uint64_t now_ = 1'000'000'000;
};

}  // namespace gyre
