#include "runtime/loop/buffers.hpp"

#include <bit>
#include <cstdlib>
#include <cstring>

namespace gyre::loop {
namespace {
constexpr size_t kPageSize = 4096;
// Below this share of a buffer copying the bytes out is cheaper than a fresh buffer.
constexpr size_t kCopyDivisor = 4;
}  // namespace

Result<std::unique_ptr<BufferRing>> BufferRing::create(Loop& loop, uint16_t group, unsigned count,
                                                       size_t buffer_size) {
  GYRE_CHECK(std::has_single_bit(count) && count <= 32768);
  std::unique_ptr<BufferRing> ring(new BufferRing(loop, group, buffer_size));
  void* memory = nullptr;
  size_t bytes = count * sizeof(io_uring_buf);
  if (::posix_memalign(&memory, kPageSize, bytes) != 0) {
    return Error::from_errno_number(ENOMEM, "posix_memalign");
  }
  std::memset(memory, 0, bytes);
  ring->ring_ = static_cast<io_uring_buf_ring*>(memory);
  GYRE_TRY(loop.backend().register_buffers({memory, count, group}));
  ring->is_registered_ = true;
  ring->count_ = count;
  ring->buffers_.reserve(count);
  for (unsigned id = 0; id < count; ++id) {
    ring->buffers_.emplace_back(buffer_size);
    ring->provide(uint16_t(id));
  }
  return ring;
}

BufferRing::~BufferRing() {
  if (is_registered_) loop_.backend().unregister_buffers(group_);
  std::free(ring_);
}

void BufferRing::provide(uint16_t id) {
  int mask = io_uring_buf_ring_mask(count_);
  io_uring_buf_ring_add(ring_, buffers_[id].data(), unsigned(buffer_size_), id, mask, 0);
  io_uring_buf_ring_advance(ring_, 1);
}

void BufferRing::recycle(uint16_t id) {
  GYRE_CHECK(id < buffers_.size());
  provide(id);
}

Buffer BufferRing::take(uint16_t id, size_t length) {
  MutableBytes received = bytes(id, length);
  Buffer result;
  if (length < buffer_size_ / kCopyDivisor) {
    result = Buffer::copy_of(received);
  } else {
    result = std::exchange(buffers_[id], Buffer(buffer_size_));
    result.truncate(length);
  }
  provide(id);
  return result;
}

}  // namespace gyre::loop
