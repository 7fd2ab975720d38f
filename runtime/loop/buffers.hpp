// BufferRing: buffers the kernel picks from when bytes arrive (Sqe::recv_multishot,
// read_provided), so that idle connections hold none. Shared by a loop's sockets; loop's thread
// only. After a completion with has_buffer() the buffer is the receiver's until recycle or take.
#pragma once

#include <memory>
#include <vector>

#include "runtime/base/result.hpp"
#include "runtime/loop/loop.hpp"

namespace gyre::loop {

class BufferRing {
 public:
  // `count` is a power of two; `group` unique on the loop.
  static Result<std::unique_ptr<BufferRing>> create(Loop& loop, uint16_t group, unsigned count,
                                                    size_t buffer_size);
  // Nothing may be receiving any more.
  ~BufferRing();
  BufferRing(const BufferRing&) = delete;
  BufferRing& operator=(const BufferRing&) = delete;

  uint16_t group() const { return group_; }
  size_t buffer_size() const { return buffer_size_; }
  // The bytes of a completion: buffer `id`, `length` = res.
  MutableBytes bytes(uint16_t id, size_t length) {
    GYRE_CHECK(id < buffers_.size() && length <= buffer_size_);
    return {buffers_[id].data(), length};
  }
  // Gives the buffer back to the kernel.
  void recycle(uint16_t id);
  // Owned bytes for a receiver who keeps them; the ring gets its buffer, or a new one, back.
  Buffer take(uint16_t id, size_t length);

 private:
  BufferRing(Loop& loop, uint16_t group, size_t buffer_size)
      : loop_(loop), group_(group), buffer_size_(buffer_size) {}
  void provide(uint16_t id);

  Loop& loop_;
  uint16_t group_;
  size_t buffer_size_;
  unsigned count_ = 0;
  std::vector<Buffer> buffers_;
  io_uring_buf_ring* ring_ = nullptr;
  bool is_registered_ = false;
};

}  // namespace gyre::loop
