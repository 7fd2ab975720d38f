#include "pkg/registry/packument_filter.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>

namespace gyre::pkg {

using namespace std::string_view_literals;  // compared by size first

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

// Which lengths a list's keys have, as bits: most keys are none of them.
template <size_t count>
constexpr uint32_t lengths_of(const std::array<std::string_view, count>& keys) {
  uint32_t lengths = 0;
  for (const std::string_view key : keys) lengths |= uint32_t{1} << key.size();
  return lengths;
}

template <const auto& keys>
bool contains(std::string_view key) {
  constexpr uint32_t kLengths = lengths_of(keys);
  if (key.size() > 31 || (kLengths >> key.size() & 1) == 0) return false;
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// The next quote or backslash at or after `at`. Most of a reply is in strings, and most of them are
// short: searching for both at once, without a call, is what makes the difference.
inline size_t find_string_end(std::string_view text, size_t at) {
  const size_t size = text.size();
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
  for (; at + 16 <= size; at += 16) {
    const auto* from = reinterpret_cast<const __m128i*>(text.data() + at);
    const __m128i bytes = _mm_loadu_si128(from);
    const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, slash));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (mask != 0) return at + static_cast<size_t>(std::countr_zero(mask));
  }
#endif
  while (at < size && text[at] != '"' && text[at] != '\\') ++at;
  return at;
}

// What begins or ends a value, or a part of one; everything else in front of it is passed over.
inline bool is_structural(char c) {
  return c == '"' || c == ',' || c == '{' || c == '}' || c == '[' || c == ']';
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
      return contains<kRootKeys>(key_);
    case Level::kVersions:
      return true;
    case Level::kVersion:
      return contains<kVersionKeys>(key_);
    case Level::kDist:
      return contains<kDistKeys>(key_);
    case Level::kScripts:
      return false;
  }
  return false;
}

// Whether an object under the current key is looked into.
bool PackumentFilter::leads_to(Level& below) const {
  if (level() == Level::kRoot && key_ == "versions"sv) {
    below = Level::kVersions;
  } else if (level() == Level::kVersions) {
    below = Level::kVersion;
  } else if (level() == Level::kVersion && key_ == "dist"sv) {
    below = Level::kDist;
  } else if (level() == Level::kVersion && key_ == "scripts"sv) {
    below = Level::kScripts;
  } else {
    return false;
  }
  return true;
}

void PackumentFilter::begin_member() {
  text_ += text_.back() == '{' ? "\"" : ",\"";
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

void PackumentFilter::note_key() {
  says_script_ |= key_ == "hasInstallScript"sv;
  names_system_ |= key_ == "os"sv || key_ == "cpu"sv;
  names_libc_ |= key_ == "libc"sv;
}

bool PackumentFilter::begin_value(char c) {
  keeps_ = is_kept();
  if (keeps_) begin_member();
  if (level() == Level::kVersion) note_key();
  if (level() == Level::kScripts) {
    has_script_ |= key_ == "install"sv || key_ == "preinstall"sv || key_ == "postinstall"sv;
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
  if (std::exchange(is_escaped_, false)) ++at;
  while (at < piece.size() && !is_over) {
    if (in_string_) {
      at = find_string_end(piece, at);
      if (at == piece.size()) break;
      if (piece[at] == '\\') {
        // What is escaped may be in the next piece.
        is_escaped_ = at + 1 == piece.size();
        at = std::min(at + 2, piece.size());
        continue;
      }
      in_string_ = false;
      is_over = nested_ == 0;
      ++at;
      continue;
    }
    while (at < piece.size() && !is_structural(piece[at])) ++at;
    if (at == piece.size()) break;
    const char c = piece[at];
    if (nested_ == 0 && (c == ',' || c == '}' || c == ']')) break;
    ++at;
    if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++nested_;
    } else if (c != ',') {
      is_over = --nested_ == 0;
    }
  }
  if (keeps_) text_.append(piece, begin, at - begin);
  // In front of what ends a number, or behind the value.
  if (is_over || at < piece.size()) end_value();
  return at;
}

}  // namespace gyre::pkg
