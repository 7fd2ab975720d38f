#include "pkg/registry/packument_filter.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace gyre::pkg {
namespace {

// Texts are addressed by 32 bits.
constexpr size_t kTextLimit = size_t{1} << 31;

constexpr std::array<std::string_view, 5> kRootKeys = {"name", "dist-tags", "time", "modified",
                                                       "versions"};
constexpr std::array<std::string_view, 5> kDistKeys = {"tarball", "integrity", "shasum",
                                                       "unpackedSize", "fileCount"};
constexpr std::array<std::string_view, 21> kVersionKeys = {"name",
                                                           "version",
                                                           "dependencies",
                                                           "optionalDependencies",
                                                           "peerDependencies",
                                                           "peerDependenciesMeta",
                                                           "bundleDependencies",
                                                           "bundledDependencies",
                                                           "os",
                                                           "cpu",
                                                           "libc",
                                                           "dist",
                                                           "deprecated",
                                                           "hasInstallScript",
                                                           "_hasShrinkwrap",
                                                           "bin",
                                                           "engines",
                                                           "funding",
                                                           "license",
                                                           "directories",
                                                           "workspaces"};

template <size_t count>
bool contains(const std::array<std::string_view, count>& keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// The next quote or backslash at or after `at`.
size_t find_string_end(std::string_view text, size_t at) {
  const char* begin = text.data() + at;
  const char* const end = text.data() + text.size();
  const void* quote = std::memchr(begin, '"', static_cast<size_t>(end - begin));
  const char* stop = quote ? static_cast<const char*>(quote) : end;
  const void* slash = std::memchr(begin, '\\', static_cast<size_t>(stop - begin));
  if (slash != nullptr) stop = static_cast<const char*>(slash);
  return static_cast<size_t>(stop - text.data());
}

}  // namespace

bool PackumentFilter::feed(std::string_view piece) {
  for (size_t at = 0; at < piece.size() && state_ != State::kBad;) {
    if (text_.size() + piece.size() > kTextLimit) state_ = State::kBad;
    if (state_ == State::kKey)
      at = read_key(piece, at);
    else if (state_ == State::kValue)
      at = read_value(piece, at);
    else if (is_space(piece[at]) || step(piece[at]))
      ++at;
  }
  return state_ != State::kBad;
}

size_t PackumentFilter::read_key(std::string_view piece, size_t at) {
  if (std::exchange(is_escaped_, false)) {
    key_ += piece[at];
    return at + 1;
  }
  const size_t end = find_string_end(piece, at);
  key_.append(piece, at, end - at);
  if (end == piece.size()) return end;
  if (piece[end] == '"') {
    state_ = State::kColon;
  } else {
    key_ += '\\';
    is_escaped_ = true;
  }
  return end + 1;
}

// False: `c` belongs to what comes next and is looked at again.
bool PackumentFilter::step(char c) {
  switch (state_) {
    case State::kStart:
      if (c != '{') break;
      open(Level::kRoot);
      return true;
    case State::kMember:
    case State::kAfter:
      if (c == '}') {
        close_level();
        return true;
      }
      if (state_ == State::kMember ? c != '"' : c != ',') break;
      if (state_ == State::kMember) key_.clear();
      state_ = state_ == State::kMember ? State::kKey : State::kMember;
      return true;
    case State::kColon:
      if (c != ':') break;
      state_ = State::kBefore;
      return true;
    case State::kBefore:
      return begin_value(c);
    case State::kDone:
      break;  // something follows the object
    default:
      break;
  }
  state_ = State::kBad;
  return true;
}

bool PackumentFilter::is_kept() const {
  switch (level()) {
    case Level::kRoot:
      return contains(kRootKeys, key_);
    case Level::kVersions:
      return true;
    case Level::kVersion:
      return contains(kVersionKeys, key_);
    case Level::kDist:
      return contains(kDistKeys, key_);
    case Level::kScripts:
      return false;
  }
  return false;
}

// Whether an object under the current key is looked into.
bool PackumentFilter::leads_to(Level& below) const {
  if (level() == Level::kRoot && key_ == "versions") {
    below = Level::kVersions;
  } else if (level() == Level::kVersions) {
    below = Level::kVersion;
  } else if (level() == Level::kVersion && key_ == "dist") {
    below = Level::kDist;
  } else if (level() == Level::kVersion && key_ == "scripts") {
    below = Level::kScripts;
  } else {
    return false;
  }
  return true;
}

void PackumentFilter::begin_member() {
  if (text_.back() != '{') text_ += ',';
  text_ += '"';
  const auto key = static_cast<uint32_t>(text_.size());
  text_ += key_;
  text_ += "\":";
  const Member member{key, static_cast<uint32_t>(key_.size()), static_cast<uint32_t>(text_.size()),
                      0};
  if (level() == Level::kVersions) versions_.push_back(member);
  if (level() == Level::kRoot) members_.push_back(member);
}

// The value is in the text; the level is the one its key stands in.
void PackumentFilter::end_member() {
  if (levels_.empty() || level() > Level::kVersions) return;
  Member& member = level() == Level::kRoot ? members_.back() : versions_.back();
  member.value_size = static_cast<uint32_t>(text_.size()) - member.value;
}

bool PackumentFilter::begin_value(char c) {
  keeps_ = is_kept();
  if (keeps_) begin_member();
  if (level() == Level::kVersion) says_script_ |= key_ == "hasInstallScript";
  if (level() == Level::kScripts) {
    has_script_ |= key_ == "install" || key_ == "preinstall" || key_ == "postinstall";
  }
  Level below;
  if (c == '{' && leads_to(below)) {
    open(below);
    return true;
  }
  nested_ = 0;
  in_string_ = is_escaped_ = false;
  state_ = State::kValue;
  return false;
}

void PackumentFilter::open(Level below) {
  levels_.push_back(below);
  if (below == Level::kVersion) has_script_ = says_script_ = false;
  if (below != Level::kScripts) text_ += '{';
  state_ = State::kMember;
}

void PackumentFilter::close_level() {
  const Level closed = level();
  if (closed == Level::kVersion && has_script_ && !says_script_) {
    key_ = "hasInstallScript";
    begin_member();
    text_ += "true";
  }
  levels_.pop_back();
  if (closed != Level::kScripts) text_ += '}';
  state_ = levels_.empty() ? State::kDone : State::kAfter;
  end_member();
}

void PackumentFilter::end_value() {
  state_ = State::kAfter;
  if (!keeps_) return;
  while (is_space(text_.back())) text_.pop_back();
  end_member();
}

// Copies or skips up to the value's end; returns where to go on.
size_t PackumentFilter::read_value(std::string_view piece, size_t at) {
  const size_t begin = at;
  bool is_over = false;
  while (at < piece.size() && !is_over) {
    if (std::exchange(is_escaped_, false)) {
      ++at;
    } else if (in_string_) {
      at = find_string_end(piece, at);
      if (at == piece.size()) break;
      is_escaped_ = piece[at] == '\\';
      in_string_ = is_escaped_;
      is_over = !in_string_ && nested_ == 0;
      ++at;
    } else {
      const char c = piece[at];
      if (nested_ == 0 && (c == ',' || c == '}' || c == ']')) break;
      ++at;
      if (c == '"') {
        in_string_ = true;
      } else if (c == '{' || c == '[') {
        ++nested_;
      } else if (c == '}' || c == ']') {
        is_over = --nested_ == 0;
      }
    }
  }
  if (keeps_) text_.append(piece, begin, at - begin);
  // In front of what ends a number, or behind the value.
  if (is_over || at < piece.size()) end_value();
  return at;
}

}  // namespace gyre::pkg
