#include "workers/channel/mailbox.hpp"

namespace gyre::workers {

std::shared_ptr<Mailbox> Mailbox::create_blocking() {
  return std::make_shared<Mailbox>(std::make_unique<ConditionWaker>());
}

Mailbox::~Mailbox() { close(); }

bool Mailbox::post(std::unique_ptr<Task> task) noexcept {
  if (is_closed()) return false;
  inbox_.push(task.release());
  if (asleep_.load(std::memory_order_seq_cst) &&
      asleep_.exchange(false, std::memory_order_seq_cst)) {
    std::lock_guard lock(waker_mutex_);
    if (waker_) waker_->wake();
  }
  return true;
}

void Mailbox::take_arrivals() noexcept {
  InboxNode* arrived = inbox_.drain();
  if (arrived == nullptr) return;
  if (ready_ == nullptr) {
    ready_ = arrived;
  } else {
    ready_tail_->next = arrived;
  }
  while (arrived->next != nullptr) arrived = arrived->next;
  ready_tail_ = arrived;
}

size_t Mailbox::drain() {
  take_arrivals();
  size_t count = 0;
  while (ready_ != nullptr) {
    // Unlinked before it runs: the task may drain, post to itself or close the mailbox.
    std::unique_ptr<Task> task(static_cast<Task*>(std::exchange(ready_, ready_->next)));
    task->run();
    ++count;
  }
  return count;
}

size_t Mailbox::wait(std::optional<ConditionWaker::TimePoint> deadline) {
  auto* condition = dynamic_cast<ConditionWaker*>(waker_.get());
  GYRE_CHECK(condition != nullptr);
  for (;;) {
    size_t count = drain();
    if (count != 0 || is_closed()) return count;
    if (!fall_asleep()) continue;
    bool woken = condition->wait(deadline);
    wake_up();
    if (!woken) return drain();
  }
}

bool Mailbox::fall_asleep() noexcept {
  asleep_.store(true, std::memory_order_seq_cst);
  if (is_empty()) return true;
  wake_up();
  return false;
}

void Mailbox::destroy_queued() noexcept {
  take_arrivals();
  while (ready_ != nullptr) delete static_cast<Task*>(std::exchange(ready_, ready_->next));
}

void Mailbox::close() {
  closed_.store(true, std::memory_order_release);
  {
    std::lock_guard lock(waker_mutex_);
    waker_.reset();
  }
  destroy_queued();
  while (Expected* expected = expected_.pop_front()) delete expected;
  awaited_ = 0;
}

Expected* Mailbox::expect(std::unique_ptr<Expected> expected, KeepsAlive keeps_alive) {
  Expected* pointer = expected.release();
  expected_.push_back(*pointer);
  set_keeps_alive(pointer, keeps_alive);
  return pointer;
}

std::unique_ptr<Expected> Mailbox::settle(Expected* expected) {
  set_keeps_alive(expected, KeepsAlive::kNo);
  expected->unlink();
  return std::unique_ptr<Expected>(expected);
}

void Mailbox::set_keeps_alive(Expected* expected, KeepsAlive keeps_alive) {
  bool counted = keeps_alive == KeepsAlive::kYes;
  if (counted == expected->counted_) return;
  expected->counted_ = counted;
  awaited_ += counted ? 1 : size_t(-1);
}

}  // namespace gyre::workers
