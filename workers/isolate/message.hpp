// Message: what travels between ports: serialised bytes and the things that move with them, their
// types known only to the engine. Moved, never shared; made on one thread and consumed on another.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "runtime/base/bytes.hpp"

namespace gyre::workers {

// A buffer's memory, a port, a native object: destroyed with the message if nobody takes it.
class Transferable {
 public:
  virtual ~Transferable() = default;
  // For broadcasting: a second reference to the same thing, or null where it has one owner only.
  virtual std::unique_ptr<Transferable> share() const { return nullptr; }
};

class Message {
 public:
  enum class Kind : uint8_t {
    kData,
    kClose,  // the other end has gone; comes after all it sent
  };
  Message() = default;
  explicit Message(Kind kind) : kind_(kind) {}

  Kind kind() const { return kind_; }
  ByteView bytes() const { return {data_.get(), size_}; }
  // Takes malloc'ed bytes.
  void adopt(uint8_t* data, size_t size) {
    data_.reset(data);
    size_ = size;
  }
  std::vector<std::unique_ptr<Transferable>>& transferables() { return transferables_; }
  // A second message with the same content; null if something in it cannot be shared.
  std::unique_ptr<Message> copy() const {
    auto result = std::make_unique<Message>(kind_);
    for (const auto& item : transferables_) {
      result->transferables_.push_back(item ? item->share() : nullptr);
      if (!result->transferables_.back()) return nullptr;
    }
    Buffer bytes = Buffer::copy_of(this->bytes());
    size_t size = bytes.size();
    result->adopt(bytes.release(), size);
    return result;
  }

 private:
  struct Free {
    void operator()(uint8_t* data) const { std::free(data); }
  };
  std::unique_ptr<uint8_t, Free> data_;
  size_t size_ = 0;
  std::vector<std::unique_ptr<Transferable>> transferables_;
  Kind kind_ = Kind::kData;
};

}  // namespace gyre::workers
