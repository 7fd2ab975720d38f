// Time limits of tests. What is promised is promised for a quiet machine and a plain build; others
// get as much more as they are slower. Any thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "tests/support/sanitizers.hpp"

namespace gyre::test {

// Sanitizers: five times. More runnable threads than processors: as many times as there are more.
inline std::chrono::milliseconds time_limit(std::chrono::milliseconds promised) {
  constexpr double kSanitizerFactor = 5;
  double load = 0;
  if (::getloadavg(&load, 1) != 1) load = 0;
  const double processors = std::max(1u, std::thread::hardware_concurrency());
  const double factor = std::max(1.0, load / processors) * (kIsSanitized ? kSanitizerFactor : 1);
  return std::chrono::milliseconds(
      static_cast<long>(static_cast<double>(promised.count()) * factor));
}

}  // namespace gyre::test
