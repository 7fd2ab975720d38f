// Interrupts: SIGINT, SIGTERM and SIGHUP as something long operations can ask about, instead of
// sudden death with half the work done. Made before other threads start (they inherit the blocked
// signals); one per process. signal() is safe on any thread.
#pragma once

#include <signal.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

#include "runtime/base/fd.hpp"

namespace gyre::pkg {

class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // The first signal that came, 0 if none.
  int signal() const { return signal_.load(std::memory_order_acquire); }
  // Called on the watching thread for each signal; replaced by the next call, null for nothing.
  // `from_terminal`: the terminal sent it to the whole foreground group already.
  using Handler = std::function<void(int number, bool from_terminal)>;
  void set_handler(Handler handler);
  // Becomes readable with the first signal, for poll(2).
  int fd() const { return raised_.get(); }

 private:
  void watch();

  sigset_t mask_before_{};
  std::atomic<int> signal_{0};
  std::mutex mutex_;  // guards handler_
  Handler handler_;
  UniqueFd signals_, raised_, stop_;
  std::thread thread_;
};

}  // namespace gyre::pkg
