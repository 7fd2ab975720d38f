// Wakers: how any thread wakes one that sleeps. A Mailbox calls wake() once per sleep, under its
// lock, so a waker needs no protection against being called after its owner has gone.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "runtime/base/fd.hpp"
#include "runtime/base/result.hpp"

namespace gyre::workers {

class Waker {
 public:
  virtual ~Waker() = default;
  // Any thread.
  virtual void wake() noexcept = 0;
};

// Posts a completion with `user_data` to an io_uring. Needs no ring on the sender's side, only the
// register call of kernel 6.13.
class MsgRingWaker final : public Waker {
 public:
  MsgRingWaker(int ring_fd, uint64_t user_data) : ring_fd_(ring_fd), user_data_(user_data) {}
  void wake() noexcept override;
  // Sends one message to `ring_fd`: false where the kernel has no such call. On success one
  // completion with `user_data` is posted.
  static bool try_send(int ring_fd, uint64_t user_data) noexcept;

 private:
  int ring_fd_;
  uint64_t user_data_;
};

// Writes an eventfd that the sleeper reads or polls.
class EventfdWaker final : public Waker {
 public:
  static Result<std::unique_ptr<EventfdWaker>> create();
  explicit EventfdWaker(UniqueFd fd) : fd_(std::move(fd)) {}
  void wake() noexcept override;
  // Makes the descriptor unreadable again. Owner only.
  void clear() noexcept;
  int fd() const { return fd_.get(); }

 private:
  UniqueFd fd_;
};

// For threads without a loop: they sleep on a condition variable.
class ConditionWaker final : public Waker {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  void wake() noexcept override;
  // Owner only. False after a timeout.
  bool wait(std::optional<TimePoint> deadline = std::nullopt);

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  bool signalled_ = false;
};

}  // namespace gyre::workers
