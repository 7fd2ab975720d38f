// CancelToken: a running job's view of "the owner no longer wants this". Shared between the
// owner's JobHandle (sets it) and the job (polls it between steps). Any thread.
#pragma once

#include <atomic>

namespace gyre::workers {

class CancelToken {
 public:
  bool is_cancelled() const { return cancelled_.load(std::memory_order_relaxed); }
  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }

 private:
  std::atomic<bool> cancelled_{false};
};

}  // namespace gyre::workers
