// Loop: one thread's event loop on one ring. Phases of a turn: pending → idle → prepare → poll →
// pending (at most 8 rounds) → check → closing → read the clock → timers; timers also once on
// entry. It knows no JavaScript: the engine enters JS inside the callbacks given to it. Created,
// used and destroyed on the thread that runs it; only mailbox()->post() is for other threads.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "runtime/base/clock.hpp"
#include "runtime/base/result.hpp"
#include "runtime/loop/backend.hpp"
#include "runtime/loop/handle.hpp"
#include "runtime/loop/hooks.hpp"
#include "runtime/loop/op.hpp"
#include "runtime/loop/timers.hpp"
#include "workers/channel/mailbox.hpp"

namespace gyre::loop {

enum class RunMode {
  kDefault,  // until nothing is alive or stop()
  kOnce,     // one turn, waiting in poll if there is reason to
  kNoWait,   // one turn, not waiting
};

struct LoopOptions {
  unsigned queue_entries = 256;
  WakeMethod wake_method = WakeMethod::kAutomatic;
};

class BufferRing;
class SignalDispatch;

class Loop final : private CompletionSink {
 public:
  // GYRE_LOOP=io_uring|epoll in the environment forces a backend. Without io_uring:
  // ERR_IO_URING_UNAVAILABLE, which names the cause and the remedy.
  static Result<std::unique_ptr<Loop>> create(Clock& clock = Clock::system(),
                                              LoopOptions options = {});
  // Everything should be closed by then (shut_down); what is not is cancelled without callbacks.
  ~Loop();

  // Runs; returns alive(). Callbacks may call run again (a nested run). Cheap when dead.
  bool run(RunMode mode = RunMode::kDefault);
  bool run_once() { return run(RunMode::kOnce); }
  // The innermost run returns after the turn under way. Without one, the next run does no turn.
  void stop() { stopping_ = true; }
  // A referenced active handle, timer or hook, a counted op in flight, a handle closing, an
  // awaited job, or something deferred.
  bool alive() const;

  // Loop time: read once per turn. Milliseconds and nanoseconds of the monotonic clock.
  uint64_t now() const { return now_ns_ / 1'000'000; }
  uint64_t now_ns() const { return now_ns_; }
  void update_now() { now_ns_ = clock_.monotonic_ns(); }
  Clock& clock() const { return clock_; }

  // The kernel gets the request at the next poll. The op is held until its last completion, which
  // is always delivered from the poll phase. One op may not be submitted twice at once.
  void submit(Ref<Op> op);
  // Ops whose prepare() links each to the next (Sqe::link, link_hard); submitted together.
  void submit_chain(std::span<const Ref<Op>> ops);
  // Asks the kernel to give up; complete() is called as ever, with -ECANCELED unless the request
  // was over already. Nothing for an op not in flight.
  void cancel(Op& op);
  // Gives queued requests to the kernel now instead of at the next poll. Rarely needed.
  void flush() { backend_->flush(); }

  // Runs `function` in the next pending phase. Counts as alive.
  void defer(std::function<void()> function) { pending_.push_back(std::move(function)); }
  // One-shot convenience; keep the Ref only to stop or unref it.
  Ref<Timer> start_timer(Milliseconds delay, std::function<void()> callback);

  // Other threads post tasks here; they run in the poll phase. Also the owner of pool jobs.
  const std::shared_ptr<workers::Mailbox>& mailbox() const { return mailbox_; }

  // The buffers every socket of this loop receives into; made when first asked for.
  Result<BufferRing*> receive_buffers();

  Backend& backend() { return *backend_; }
  BackendInfo backend_info() const { return backend_->info(); }
  bool supports(uint8_t opcode) const { return backend_->supports(opcode); }

  // Closes every open handle and cancels every op, runs turns until all of them have ended (their
  // callbacks are called), then closes the mailbox: completions of jobs still out are destroyed
  // uncalled. For teardown, once nothing may start anew.
  void shut_down();

  // For event-loop utilisation: time spent waiting in poll, and when the first run began. Any
  // thread, while the loop lives.
  struct Metrics {
    uint64_t idle_ns = 0;
    uint64_t started_ns = 0;  // 0: has not run yet
    uint64_t turns = 0;
  };
  Metrics metrics() const {
    return {idle_ns_.load(std::memory_order_relaxed), started_ns_.load(std::memory_order_relaxed),
            turns_.load(std::memory_order_relaxed)};
  }

  // Not for users: signals.hpp.
  std::shared_ptr<SignalDispatch>& signal_dispatch() { return signal_dispatch_; }
  HookList& hooks(HookPhase phase) { return hooks_[size_t(phase)]; }

 private:
  friend class Liveness;
  friend class Timer;
  friend class Handle;
  class CancelOp;

  Loop(Clock& clock, std::unique_ptr<Backend> backend);
  void on_completion(Op& op, int res, CqeFlags flags) override;
  void mark_in_flight(Op& op);
  void mark_over(Op& op);
  void turn(RunMode mode);
  bool run_pending();
  void poll(RunMode mode);
  std::optional<Nanoseconds> poll_timeout(RunMode mode) const;
  void run_closing();
  void complete_cancelled();
  void cancel_all_ops();
  bool is_on_own_thread() const { return std::this_thread::get_id() == thread_; }

  Clock& clock_;
  uint64_t now_ns_ = 0;
  std::unique_ptr<Backend> backend_;
  std::shared_ptr<workers::Mailbox> mailbox_;
  Timers timers_;
  HookList hooks_[3];
  std::vector<std::function<void()>> pending_;
  List<Handle> handles_;          // open
  List<Handle> closing_handles_;  // their last op is not over yet
  List<Handle> closed_handles_;   // ready for the closing phase
  List<Op> cancelled_;           // never reached the kernel; completed in the next poll
  std::shared_ptr<SignalDispatch> signal_dispatch_;
  size_t closing_count_ = 0;
  size_t live_count_ = 0;  // active and referenced timers, hooks, handles
  size_t counted_ops_ = 0;
  size_t ops_in_flight_ = 0;
  bool stopping_ = false;
  bool is_abandoning_ = false;
  std::atomic<uint64_t> idle_ns_{0};  // written by this thread only
  std::atomic<uint64_t> started_ns_{0};
  std::atomic<uint64_t> turns_{0};
  std::unique_ptr<BufferRing> receive_buffers_;  // goes before the backend
  std::thread::id thread_;
};

inline void Liveness::update(bool active, bool referenced) {
  bool was_live = is_active_ && is_referenced_;
  bool is_live = active && referenced;
  is_active_ = active;
  is_referenced_ = referenced;
  if (was_live != is_live) loop_->live_count_ += is_live ? 1 : size_t(-1);
}

}  // namespace gyre::loop
