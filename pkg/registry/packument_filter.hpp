// PackumentFilter: metadata without what installing never reads (readmes, scripts, signatures…), a
// tenth of the size. Finds what it leaves out by simdjson's index of the text and copies the rest
// in as few pieces as there are gaps. Values that are kept are copied as they are; whoever reads
// them checks them. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/bytes.hpp"

namespace gyre::pkg {

class PackumentFilter {
 public:
  // What must be readable behind a text's end.
  static constexpr size_t kPadding = 64;
  // Where a member's key (raw, without quotes) and value are in the text that was kept.
  struct Member {
    uint32_t key, key_size, value, value_size;
  };
  enum class Outcome : uint8_t { kWhole, kNoObject, kCutOff };

  // `buffer` is written over: its memory saves growing another.
  explicit PackumentFilter(std::string buffer = {}) : text_(std::move(buffer)) { text_.clear(); }
  // Once. `reply` has kPadding readable bytes behind it and at most 2 GiB. Ill-formed UTF-8 is
  // replaced (U+FFFD), as by JSON.parse of a decoded text.
  Outcome read(std::string_view reply);

  // One JSON object with what was kept, in the order it came.
  std::string take_text() { return std::move(text_); }
  // Of the text itself, and of its `versions`.
  const std::vector<Member>& members() const { return members_; }
  const std::vector<Member>& versions() const { return versions_; }
  // Whether a version is for certain systems or processors; whether one names its C library.
  bool names_system() const { return names_system_; }
  bool names_libc() const { return names_libc_; }

 private:
  class Walk;
  int walk(std::string_view reply);  // simdjson's error code

  std::string text_;
  std::vector<Member> members_, versions_;
  bool names_system_ = false, names_libc_ = false;
};

}  // namespace gyre::pkg
