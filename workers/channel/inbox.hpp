// Inbox: lock-free stack of nodes with many producers and one consumer, drained whole and reversed,
// so that what comes out is in the order it went in. Owns nothing: nodes are intrusive. Push from
// any thread, drain from the owner's.
#pragma once

#include <atomic>
#include <utility>

namespace gyre::workers {

struct InboxNode {
  InboxNode* next = nullptr;
};

class Inbox {
 public:
  Inbox() = default;
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  // Any thread. True means the inbox was empty. Sequentially consistent, so that a producer which
  // then asks "does the consumer sleep?" and a consumer which says so and then asks "is anything
  // here?" cannot miss each other (see Mailbox).
  bool push(InboxNode* node) noexcept {
    InboxNode* head = head_.load(std::memory_order_relaxed);
    do {
      node->next = head;
    } while (!head_.compare_exchange_weak(head, node, std::memory_order_seq_cst,
                                          std::memory_order_relaxed));
    return head == nullptr;
  }

  // Owner only. Everything queued, oldest first, linked by `next`.
  [[nodiscard]] InboxNode* drain() noexcept {
    if (head_.load(std::memory_order_relaxed) == nullptr) return nullptr;
    InboxNode* lifo = head_.exchange(nullptr, std::memory_order_acquire);
    InboxNode* fifo = nullptr;
    while (lifo != nullptr) fifo = std::exchange(lifo, std::exchange(lifo->next, fifo));
    return fifo;
  }

  // Any thread; a hint unless the caller is the owner.
  bool is_empty() const noexcept { return head_.load(std::memory_order_seq_cst) == nullptr; }

 private:
  std::atomic<InboxNode*> head_{nullptr};
};

}  // namespace gyre::workers
