// PackedText: a text that can be put away compressed and comes back when it is read. One thread at
// a time.
#pragma once

#include <memory>
#include <string>

#include "runtime/base/bytes.hpp"

namespace gyre::pkg {

class PackedText {
 public:
  PackedText() = default;
  explicit PackedText(std::string text);

  const std::string& get();
  // The same, for another thread to read for as long as it likes.
  std::shared_ptr<const std::string> share();
  // Does nothing for what would gain nothing.
  void pack();
  // For texts that their owner can make again: get() has nothing until then.
  void drop();
  bool is_dropped() const { return is_dropped_; }
  // What get() would return, while it is in memory.
  size_t open_bytes() const { return text_ ? text_->size() : 0; }

 private:
  std::shared_ptr<const std::string> text_;  // null while it is put away
  Buffer packed_;
  size_t size_ = 0;
  bool is_dropped_ = false;
};

}  // namespace gyre::pkg
