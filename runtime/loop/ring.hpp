// Ring: the io_uring backend and sole owner of the ring. SINGLE_ISSUER | DEFER_TASKRUN: created on
// the thread that polls it; completions are posted only while that thread asks for them.
#pragma once

#include <bitset>
#include <memory>

#include "runtime/loop/backend.hpp"

namespace gyre::loop {

class Ring final : public Backend {
 public:
  // ERR_IO_URING_UNAVAILABLE with cause and remedy where the kernel or a container refuses.
  static Result<std::unique_ptr<Ring>> create(unsigned entries, WakeMethod wake_method);
  // The error for a failed set-up; `number` is the errno.
  static Error unavailable(int number);
  ~Ring() override;

  BackendInfo info() const override;
  bool supports(uint8_t opcode) const override { return opcodes_.test(opcode); }
  void enqueue(Op& op) override;
  void enqueue_chain(std::span<Op* const> ops) override;
  bool remove_queued(Op& op) override;
  void wait(std::optional<Nanoseconds> timeout) override;
  void reap(CompletionSink& sink) override;
  void flush() override;
  std::unique_ptr<workers::Waker> make_waker() override;
  Status register_buffers(const BufferRingMemory& memory) override;
  void unregister_buffers(uint16_t group) override;

 private:
  Ring() = default;
  Status probe();
  void choose_waker(WakeMethod wake_method);
  bool has_work() const;
  bool try_prepare(Op& op);
  void move_backlog();
  void arm_wake_read();

  io_uring ring_{};
  bool is_initialised_ = false;
  bool wakes_by_message_ = false;
  std::bitset<256> opcodes_;
  List<Op> backlog_;  // submitted while the submission queue was full
  UniqueFd wake_fd_;  // eventfd, where MSG_RING is not to be had
  uint64_t wake_count_ = 0;
  bool wake_read_armed_ = false;
};

}  // namespace gyre::loop
