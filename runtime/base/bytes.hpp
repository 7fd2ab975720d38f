// ByteView: borrowed bytes. Buffer: owned, movable, malloc-backed bytes of fixed capacity with a
// length; contents are uninitialised. Ownership of the allocation can be released to a C owner
// (V8's backing stores free it with free(3)).
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "runtime/base/assert.hpp"

namespace gyre {

using ByteView = std::span<const uint8_t>;
using MutableBytes = std::span<uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t capacity)
      : data_(static_cast<uint8_t*>(std::malloc(capacity == 0 ? 1 : capacity))),
        size_(capacity),
        capacity_(capacity) {
    GYRE_CHECK(data_ != nullptr);
  }
  static Buffer copy_of(ByteView bytes) {
    Buffer buffer(bytes.size());
    if (!bytes.empty()) std::memcpy(buffer.data_, bytes.data(), bytes.size());
    return buffer;
  }
  static Buffer copy_of(std::string_view text) { return copy_of(as_bytes(text)); }
  Buffer(Buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    if (this != &other) {
      std::free(data_);
      data_ = std::exchange(other.data_, nullptr);
      size_ = std::exchange(other.size_, 0);
      capacity_ = std::exchange(other.capacity_, 0);
    }
    return *this;
  }
  ~Buffer() { std::free(data_); }

  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  ByteView view() const { return {data_, size_}; }
  MutableBytes span() { return {data_, size_}; }
  std::string_view text() const { return as_text(view()); }

  // Shortens to the bytes that were really filled.
  void truncate(size_t size) {
    GYRE_CHECK(size <= size_);
    size_ = size;
  }
  // Gives the allocation away; the caller frees it with free(3).
  [[nodiscard]] uint8_t* release() {
    size_ = capacity_ = 0;
    return std::exchange(data_, nullptr);
  }

 private:
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace gyre
