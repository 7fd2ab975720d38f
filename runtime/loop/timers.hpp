// Timers: a heap on (deadline, sequence), so timers with one deadline fire in the order they were
// started. Timer: one of them; it fires in its loop's timer phase. Loop's thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "runtime/base/clock.hpp"
#include "runtime/base/intrusive.hpp"
#include "runtime/loop/liveness.hpp"

namespace gyre::loop {

// Counted; an active timer is also held by its loop. Does not fire after stop().
class Timer final : public RefCounted, public ListNode, public Liveness {
 public:
  Timer(Loop& loop, std::function<void()> callback);
  // (Re)starts: fires once when `delay` has passed, then every `repeat` unless that is zero.
  void start(Milliseconds delay, Milliseconds repeat = Milliseconds(0));
  void stop();
  // Loop time at which it fires, in milliseconds; meaningful while active.
  uint64_t deadline() const { return deadline_; }

 private:
  friend class Timers;
  std::function<void()> callback_;
  uint64_t deadline_ = 0;
  uint64_t sequence_ = 0;
  uint64_t repeat_ = 0;
  size_t heap_index_ = kNotInHeap;
  static constexpr size_t kNotInHeap = ~size_t{0};
};

class Timers {
 public:
  ~Timers();
  void add(Timer& timer, uint64_t now, uint64_t delay, uint64_t repeat);
  void remove(Timer& timer);
  // Fires all that are due at `now`; timers started meanwhile wait for the next call.
  void run(uint64_t now);
  // Drops every timer without firing.
  void clear();
  std::optional<uint64_t> next_deadline() const;

 private:
  static bool is_before(const Timer& a, const Timer& b);
  void put(size_t index, Timer* timer);
  void sift_up(size_t index);
  void sift_down(size_t index);
  void remove_from_heap(Timer& timer);

  std::vector<Timer*> heap_;
  List<Timer> due_;
  uint64_t next_sequence_ = 0;
};

}  // namespace gyre::loop
