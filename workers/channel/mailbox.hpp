// Mailbox: tasks sent to one thread and run there, in order. Shared by its owner (a loop, or a
// thread that blocks on it) and everyone who posts. Posting is lock-free unless the owner sleeps;
// then the first poster wakes it, once. After close() posts are refused and their tasks destroyed
// on the poster's thread, so a task must not own what only the owner may destroy: such things
// belong in an Expected, which stays with the owner.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include "runtime/base/intrusive.hpp"
#include "workers/channel/inbox.hpp"
#include "workers/channel/waker.hpp"

namespace gyre::workers {

// One unit of work for the owner's thread; deleted after run(), or unrun when the mailbox closes.
class Task : public InboxNode {
 public:
  virtual ~Task() = default;
  virtual void run() = 0;
};

// Something the owner waits for (a job's completion). Lives on the owner's thread from
// Mailbox::expect until it is settled or the mailbox closes, and keeps a loop alive if counted.
class Expected : public ListNode {
 public:
  virtual ~Expected() = default;

 private:
  friend class Mailbox;
  bool counted_ = false;
};

enum class KeepsAlive : bool { kNo = false, kYes = true };

class Mailbox {
 public:
  explicit Mailbox(std::unique_ptr<Waker> waker) : waker_(std::move(waker)) {}
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  // For a thread without a loop: wait() sleeps until something is posted.
  static std::shared_ptr<Mailbox> create_blocking();

  // Any thread. False when closed.
  bool post(std::unique_ptr<Task> task) noexcept;
  template <typename F>
  requires std::is_invocable_v<F&>
  bool post(F&& function) {
    return post(std::make_unique<FunctionTask<std::decay_t<F>>>(std::forward<F>(function)));
  }

  // The rest: owner's thread only.

  // Runs what has been posted until now; returns how many tasks ran. Tasks may call drain().
  size_t drain();
  bool is_empty() const { return ready_ == nullptr && inbox_.is_empty(); }
  // Blocking mailboxes: drains, sleeping first if there is nothing. Returns tasks run (0: timeout).
  size_t wait(std::optional<ConditionWaker::TimePoint> deadline = std::nullopt);

  // Before blocking. False: something has been posted, do not block. After true, the next post
  // calls the waker; wake_up() ends that.
  [[nodiscard]] bool fall_asleep() noexcept;
  void wake_up() noexcept { asleep_.store(false, std::memory_order_relaxed); }

  // Refuses posts from now on, destroys what is queued and expected. Idempotent.
  void close();
  bool is_closed() const { return closed_.load(std::memory_order_acquire); }

  // Takes ownership until settle(); the returned pointer stays valid until then or close().
  Expected* expect(std::unique_ptr<Expected> expected, KeepsAlive keeps_alive);
  std::unique_ptr<Expected> settle(Expected* expected);
  void set_keeps_alive(Expected* expected, KeepsAlive keeps_alive);
  // Number of expected things that should keep the owner running.
  size_t awaited() const { return awaited_; }

 private:
  template <typename F>
  class FunctionTask final : public Task {
   public:
    template <typename G>
    explicit FunctionTask(G&& function) : function_(std::forward<G>(function)) {}
    void run() override { function_(); }

   private:
    F function_;
  };

  void take_arrivals() noexcept;
  void destroy_queued() noexcept;

  Inbox inbox_;
  std::atomic<bool> asleep_{false};
  std::atomic<bool> closed_{false};
  std::mutex waker_mutex_;  // held to wake and to drop the waker
  std::unique_ptr<Waker> waker_;
  InboxNode* ready_ = nullptr;  // drained from the inbox, not yet run
  InboxNode* ready_tail_ = nullptr;
  List<Expected> expected_;
  size_t awaited_ = 0;
};

}  // namespace gyre::workers
