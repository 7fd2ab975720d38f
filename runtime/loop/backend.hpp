// Backend: what a loop needs of the kernel. `ring` implements it by io_uring; an epoll backend
// would run the same Ops by readiness and a pool. Owned by its Loop; loop's thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "runtime/base/clock.hpp"
#include "runtime/base/result.hpp"
#include "runtime/loop/op.hpp"
#include "workers/channel/waker.hpp"

namespace gyre::loop {

enum class WakeMethod : uint8_t { kAutomatic, kMsgRing, kEventfd };

struct BackendInfo {
  std::string name;        // "io_uring"
  std::string wake;        // "msg_ring" or "eventfd"
  unsigned queue_entries;  // requests submitted in one system call at most
};

// Receives completions from Backend::reap.
class CompletionSink {
 public:
  virtual void on_completion(Op& op, int res, CqeFlags flags) = 0;

 protected:
  ~CompletionSink() = default;
};

// Memory the kernel picks receive buffers from. Opaque: see buffers.hpp.
struct BufferRingMemory {
  void* ring;        // page-aligned, room for `entries` descriptors
  unsigned entries;  // a power of two
  uint16_t group;
};

class Backend {
 public:
  virtual ~Backend() = default;
  virtual BackendInfo info() const = 0;
  // Whether the kernel knows the request (an IORING_OP_* number).
  virtual bool supports(uint8_t opcode) const = 0;

  // Queues the request; the kernel sees it at the next wait or when the queue is full.
  virtual void enqueue(Op& op) = 0;
  // Queues requests whose prepare() links them; they reach the kernel together.
  virtual void enqueue_chain(std::span<Op* const> ops) = 0;
  // True: the op was not yet prepared and is dropped from the queue; the caller completes it.
  virtual bool remove_queued(Op& op) = 0;

  // Submits what is queued and waits for a completion at most `timeout` (nullopt: for ever; zero:
  // not at all). Calls nobody.
  virtual void wait(std::optional<Nanoseconds> timeout) = 0;
  // Hands over the completions that have arrived.
  virtual void reap(CompletionSink& sink) = 0;
  // Submits what is queued without waiting or reaping.
  virtual void flush() = 0;

  // Makes a sleeping wait() return, from any thread. Valid as long as the backend.
  virtual std::unique_ptr<workers::Waker> make_waker() = 0;

  virtual Status register_buffers(const BufferRingMemory& memory) = 0;
  virtual void unregister_buffers(uint16_t group) = 0;
};

}  // namespace gyre::loop
