// PackumentFilter: metadata without what installing never reads (readmes, scripts, signatures…), a
// tenth of the size, made while the reply is unpacked piece by piece: neither the whole reply nor
// an index of it is ever in memory. Values that are kept are copied as they are; whoever reads them
// checks them. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/bytes.hpp"

namespace gyre::pkg {

class PackumentFilter {
 public:
  // Where a member's key (raw, without quotes) and value are in the text.
  struct Member {
    uint32_t key, key_size, value, value_size;
  };

  // `buffer` is written over: its memory saves growing another.
  explicit PackumentFilter(std::string buffer = {}) : text_(std::move(buffer)) { text_.clear(); }
  // False once the text cannot be a JSON object.
  bool feed(std::string_view piece);
  // Whether it was one, and whole.
  bool is_whole() const { return state_ == State::kDone; }

  // One JSON object with what was kept, in the order it came.
  std::string take_text() { return std::move(text_); }
  // Of the text itself, and of its `versions`.
  const std::vector<Member>& members() const { return members_; }
  const std::vector<Member>& versions() const { return versions_; }
  // Whether a version is for certain systems or processors; whether one names its C library.
  bool names_system() const { return names_system_; }
  bool names_libc() const { return names_libc_; }

 private:
  enum class State : uint8_t {
    kStart,
    kMember,
    kKey,
    kColon,
    kBefore,
    kValue,
    kAfter,
    kDone,
    kBad
  };
  // Objects that are looked into; everything else is kept or left out as a whole.
  enum class Level : uint8_t { kRoot, kVersions, kVersion, kDist, kScripts };

  size_t read_key(std::string_view piece, size_t at);
  size_t read_value(std::string_view piece, size_t at);
  bool step(char c);
  bool begin_value(char c);
  void end_value();
  void open(Level level);
  void close_level();
  void begin_member();
  void note_key();
  void end_member();
  bool is_kept() const;
  bool leads_to(Level& level) const;
  Level level() const { return levels_.back(); }

  std::string text_;
  std::vector<Member> members_, versions_;
  std::vector<Level> levels_;
  std::string key_;
  State state_ = State::kStart;
  bool in_string_ = false, is_escaped_ = false;
  bool keeps_ = false;  // the value being read
  uint32_t nested_ = 0;
  bool names_system_ = false, names_libc_ = false;
  bool has_script_ = false, says_script_ = false;  // of the version being read
};

}  // namespace gyre::pkg
