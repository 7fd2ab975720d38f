#include "runtime/loop/loop.hpp"

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "runtime/base/defer.hpp"
#include "runtime/loop/buffers.hpp"
#include "runtime/loop/ring.hpp"
#include "runtime/loop/signals.hpp"

namespace gyre::loop {
namespace {
constexpr int kMostPendingRounds = 8;
// Untouched buffers cost address space only; a batch of small requests needs many, not large ones.
constexpr uint16_t kReceiveGroup = 0;
constexpr unsigned kReceiveCount = 128;
constexpr size_t kReceiveSize = 32 * 1024;
constexpr Nanoseconds kTeardownWait = std::chrono::milliseconds(20);
}  // namespace

// Cancels one op, or all. Holds its target, so that the address the kernel looks for stays its.
class Loop::CancelOp final : public Op {
 public:
  explicit CancelOp(Ref<Op> target) : Op(OpCounts::kNo), target_(std::move(target)) {}
  void prepare(Sqe sqe) noexcept override {
    if (target_) {
      sqe.cancel_op(target_.get());
    } else {
      sqe.cancel_all();
    }
  }
  void complete(int, CqeFlags) override {}

 private:
  Ref<Op> target_;
};

Result<std::unique_ptr<Loop>> Loop::create(Clock& clock, LoopOptions options) {
  const char* forced = std::getenv("GYRE_LOOP");
  if (forced != nullptr && std::string_view(forced) == "epoll") {
    return Error(Code::ERR_NOT_IMPLEMENTED, "the epoll backend is not implemented in gyre");
  }
  GYRE_ASSIGN(auto ring, Ring::create(options.queue_entries, options.wake_method));
  return std::unique_ptr<Loop>(new Loop(clock, std::move(ring)));
}

Loop::Loop(Clock& clock, std::unique_ptr<Backend> backend)
    : clock_(clock),
      backend_(std::move(backend)),
      mailbox_(std::make_shared<workers::Mailbox>(backend_->make_waker())),
      thread_(std::this_thread::get_id()) {
  update_now();
}

Loop::~Loop() {
  GYRE_CHECK(is_on_own_thread());
  mailbox_->close();
  is_abandoning_ = true;
  while (ops_in_flight_ > 0) {
    cancel_all_ops();
    backend_->wait(kTeardownWait);
    backend_->reap(*this);
    complete_cancelled();
  }
  timers_.clear();
  pending_.clear();
  closed_handles_.splice_back(closing_handles_);
  while (Handle* handle = closed_handles_.pop_front()) handle->release_ref();
}

Result<BufferRing*> Loop::receive_buffers() {
  if (!receive_buffers_) {
    auto made = BufferRing::create(*this, kReceiveGroup, kReceiveCount, kReceiveSize);
    if (!made) return std::move(made).error();
    receive_buffers_ = std::move(made).value();
  }
  return receive_buffers_.get();
}

bool Loop::alive() const {
  return live_count_ > 0 || counted_ops_ > 0 || closing_count_ > 0 || !pending_.empty() ||
         mailbox_->awaited() > 0;
}

bool Loop::run(RunMode mode) {
  GYRE_DCHECK(is_on_own_thread());
  if (started_ns_.load(std::memory_order_relaxed) == 0) started_ns_ = clock_.monotonic_ns();
  update_now();
  if (mode == RunMode::kDefault && !stopping_) timers_.run(now());
  while (alive() && !stopping_) {
    turn(mode);
    if (mode != RunMode::kDefault) break;
  }
  stopping_ = false;
  return alive();
}

void Loop::turn(RunMode mode) {
  turns_.store(turns_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  run_pending();
  hooks(HookPhase::kIdle).run();
  hooks(HookPhase::kPrepare).run();
  poll(mode);
  for (int round = 0; round < kMostPendingRounds && run_pending(); ++round) {
  }
  hooks(HookPhase::kCheck).run();
  run_closing();
  update_now();
  timers_.run(now());
}

// Runs what is deferred now; what that defers waits for the next round. False: there was nothing.
bool Loop::run_pending() {
  if (pending_.empty()) return false;
  std::vector<std::function<void()>> batch = std::exchange(pending_, {});
  for (auto& function : batch) function();
  return true;
}

std::optional<Nanoseconds> Loop::poll_timeout(RunMode mode) const {
  constexpr Nanoseconds kNoWait(0);
  if (mode == RunMode::kNoWait || stopping_ || !alive()) return kNoWait;
  if (!pending_.empty() || !closed_handles_.empty() || !cancelled_.empty()) return kNoWait;
  if (!hooks_[size_t(HookPhase::kIdle)].empty()) return kNoWait;
  std::optional<uint64_t> deadline = timers_.next_deadline();
  if (!deadline) return std::nullopt;
  constexpr uint64_t kFarthest = uint64_t(INT64_MAX) / 1'000'000;
  uint64_t deadline_ns = std::min(*deadline, kFarthest) * 1'000'000;
  uint64_t current = clock_.monotonic_ns();
  return deadline_ns <= current ? kNoWait : Nanoseconds(int64_t(deadline_ns - current));
}

void Loop::poll(RunMode mode) {
  std::optional<Nanoseconds> timeout = poll_timeout(mode);
  bool waits = !timeout || timeout->count() > 0;
  if (waits && !mailbox_->fall_asleep()) {
    waits = false;
    timeout = Nanoseconds(0);
  }
  uint64_t before = waits ? clock_.monotonic_ns() : 0;
  backend_->wait(timeout);
  mailbox_->wake_up();
  update_now();
  if (waits) {
    uint64_t idle = idle_ns_.load(std::memory_order_relaxed) + now_ns_ - before;
    idle_ns_.store(idle, std::memory_order_relaxed);
  }
  backend_->reap(*this);
  complete_cancelled();
  mailbox_->drain();
}

void Loop::run_closing() {
  List<Handle> batch;
  batch.splice_back(closed_handles_);
  while (Handle* handle = batch.pop_front()) handle->deliver_closed();
}

void Loop::mark_in_flight(Op& op) {
  GYRE_DCHECK(is_on_own_thread());
  GYRE_CHECK(!op.is_in_flight());
  op.loop_ = this;
  op.add_ref();
  ++ops_in_flight_;
  if (op.counts_ == OpCounts::kYes) ++counted_ops_;
}

void Loop::mark_over(Op& op) {
  op.loop_ = nullptr;
  --ops_in_flight_;
  if (op.counts_ == OpCounts::kYes) --counted_ops_;
}

void Loop::submit(Ref<Op> op) {
  mark_in_flight(*op);
  backend_->enqueue(*op);
}

void Loop::submit_chain(std::span<const Ref<Op>> ops) {
  std::vector<Op*> pointers;
  pointers.reserve(ops.size());
  for (const Ref<Op>& op : ops) {
    mark_in_flight(*op);
    pointers.push_back(op.get());
  }
  backend_->enqueue_chain(pointers);
}

void Loop::cancel(Op& op) {
  if (!op.is_in_flight()) return;
  if (backend_->remove_queued(op)) {
    cancelled_.push_back(op);
  } else {
    submit(make_ref<CancelOp>(Ref<Op>(&op)));
  }
}

void Loop::on_completion(Op& op, int res, CqeFlags flags) {
  if (flags.more()) {
    if (!is_abandoning_) op.complete(res, flags);
    return;
  }
  // Over before complete() runs, so that it may submit the op again; alive until after it.
  mark_over(op);
  if (!is_abandoning_) op.complete(res, flags);
  op.release_ref();
}

void Loop::complete_cancelled() {
  List<Op> batch;
  batch.splice_back(cancelled_);
  while (Op* op = batch.pop_front()) on_completion(*op, -ECANCELED, CqeFlags());
}

void Loop::cancel_all_ops() { submit(make_ref<CancelOp>(Ref<Op>())); }

Ref<Timer> Loop::start_timer(Milliseconds delay, std::function<void()> callback) {
  auto timer = make_ref<Timer>(*this, std::move(callback));
  timer->start(delay);
  return timer;
}

void Loop::shut_down() {
  timers_.clear();
  do {
    while (!handles_.empty()) {
      Ref<Handle> handle(&handles_.front());
      handle->close();
    }
    cancel_all_ops();
    run_pending();
    backend_->wait(closed_handles_.empty() ? kTeardownWait : Nanoseconds(0));
    backend_->reap(*this);
    complete_cancelled();
    mailbox_->drain();
    run_closing();
  } while (ops_in_flight_ > 0 || closing_count_ > 0 || !handles_.empty());
  mailbox_->close();
  timers_.clear();
  pending_.clear();
}

}  // namespace gyre::loop
