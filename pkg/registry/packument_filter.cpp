#include "pkg/registry/packument_filter.hpp"

#include <algorithm>
#include <array>

#include "pkg/registry/json_text.hpp"

namespace gyre::pkg {

using namespace std::string_view_literals;  // compared by size first

namespace {

static_assert(PackumentFilter::kPadding >= simdjson::SIMDJSON_PADDING);

// The index of a large text is given back: few packages have one.
constexpr size_t kMostKept = size_t{1} << 20;

// A few names, found by their length: most keys have the length of none of them.
template <size_t count>
class KeySet {
 public:
  constexpr explicit KeySet(const std::string_view (&keys)[count]) {
    std::copy(std::begin(keys), std::end(keys), keys_.begin());
    std::sort(keys_.begin(), keys_.end(),
              [](std::string_view a, std::string_view b) { return a.size() < b.size(); });
    for (const std::string_view key : keys_) {
      for (size_t size = key.size() + 1; size < first_.size(); ++size) ++first_[size];
    }
  }
  bool contains(std::string_view key) const {
    if (key.size() + 1 >= first_.size()) return false;
    for (size_t i = first_[key.size()]; i < first_[key.size() + 1]; ++i) {
      if (keys_[i] == key) return true;
    }
    return false;
  }

 private:
  std::array<std::string_view, count> keys_;
  std::array<uint8_t, 33> first_{};  // by length: how many are shorter
};

constexpr KeySet kRootKeys({"name", "dist-tags", "time", "modified", "versions"});
constexpr KeySet kDistKeys({"tarball", "integrity", "shasum", "unpackedSize", "fileCount"});
constexpr KeySet kVersionKeys({"name",
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
                               "workspaces"});

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// Objects that are looked into; everything else is kept or left out as a whole.
enum class Level : uint8_t { kRoot, kVersions, kVersion, kDist, kScripts };

bool is_kept(Level level, std::string_view key) {
  switch (level) {
    case Level::kRoot:
      return kRootKeys.contains(key);
    case Level::kVersions:
      return true;
    case Level::kVersion:
      return kVersionKeys.contains(key);
    case Level::kDist:
      return kDistKeys.contains(key);
    case Level::kScripts:
      return false;
  }
  return false;
}

// Whether an object under `key` is looked into.
bool leads_to(Level level, std::string_view key, Level& below) {
  if (level == Level::kRoot && key == "versions"sv) {
    below = Level::kVersions;
  } else if (level == Level::kVersions) {
    below = Level::kVersion;
  } else if (level == Level::kVersion && key == "dist"sv) {
    below = Level::kDist;
  } else if (level == Level::kVersion && key == "scripts"sv) {
    below = Level::kScripts;
  } else {
    return false;
  }
  return true;
}

// A key without its quotes; the index was made, so every string has its end.
std::string_view key_at(const char* raw) {
  size_t size = 0;
  while (raw[size] != '"') size += raw[size] == '\\' ? 2 : 1;
  return {raw, size};
}

// What the white space in front of `at` stands behind.
const char* before_space(const char* at) {
  while (is_space(at[-1])) --at;
  return at;
}

}  // namespace

// Goes through one text, once. What is kept is copied when a gap follows: `from_` is where the
// piece begins that is still to be copied, null within a gap.
class PackumentFilter::Walk {
 public:
  Walk(PackumentFilter& out, std::string_view text) : out_(out), end_(text.data() + text.size()) {
    from_ = text.data();
    while (from_ != end_ && is_space(*from_)) ++from_;
  }

  simdjson::error_code run(od::document& document) {
    document_ = &document;
    od::object root;
    if (const auto error = document.get_object().get(root)) return error;
    if (const auto error = read_members(root, Level::kRoot)) return error;
    if (location() != end_) return simdjson::TAPE_ERROR;  // something follows the object
    copy_until(before_space(end_));
    return simdjson::SUCCESS;
  }

 private:
  // Where the next token begins.
  const char* location() {
    const char* at = nullptr;
    return document_->current_location().get(at) ? end_ : at;
  }
  // Where `at`, which is kept, will be in the text that was kept.
  uint32_t place_of(const char* at) const {
    return static_cast<uint32_t>(out_.text_.size() + static_cast<size_t>(at - from_));
  }
  void copy_until(const char* end) {
    out_.text_.append(from_, static_cast<size_t>(end - from_));
    from_ = nullptr;
  }

  void keep(const char* quote, bool is_first) {
    if (from_ != nullptr) return;  // goes on behind what is kept before it, comma and all
    if (!is_first) out_.text_ += ',';
    from_ = quote;
  }
  void leave_out(const char* quote) {
    if (from_ == nullptr) return;
    const char* end = before_space(quote);
    copy_until(end[-1] == ',' ? before_space(end - 1) : end);
  }

  // One object's members, up to and with its brace.
  simdjson::error_code read_members(od::object object, Level level) {
    bool is_empty = true;  // of what is kept
    for (auto result : object) {
      od::field field;
      if (const auto error = std::move(result).get(field)) return error;
      const std::string_view key = key_at(field.key().raw());
      const bool keeps = is_kept(level, key);
      if (keeps) {
        keep(key.data() - 1, std::exchange(is_empty, false));
      } else if (level != Level::kScripts) {
        leave_out(key.data() - 1);
      }
      note_key(level, key);
      if (const auto error = read_value(field.value(), level, key)) return error;
    }
    if (level != Level::kScripts) close(level, is_empty);
    return simdjson::SUCCESS;
  }

  simdjson::error_code read_value(od::value value, Level level, std::string_view key) {
    const char* begin = value.raw_json_token().data();
    std::vector<Member>* list = level == Level::kVersions                   ? &out_.versions_
                                : level == Level::kRoot && from_ != nullptr ? &out_.members_
                                                                            : nullptr;
    Member member{};
    if (list != nullptr) {
      member = {place_of(key.data()), static_cast<uint32_t>(key.size()), place_of(begin), 0};
    }
    Level below;
    if (*begin == '{' && leads_to(level, key, below)) {
      if (below == Level::kVersion) has_script_ = says_script_ = false;
      od::object object;
      if (const auto error = value.get_object().get(object)) return error;
      if (const auto error = read_members(object, below)) return error;
      if (list != nullptr) member.value_size = place_of(before_space(location())) - member.value;
    } else if (list != nullptr) {
      const std::string_view raw = raw_of(value);
      if (raw.empty()) return simdjson::TAPE_ERROR;
      member.value_size = static_cast<uint32_t>(raw.size());
    }
    if (list != nullptr) list->push_back(member);
    return simdjson::SUCCESS;
  }

  void note_key(Level level, std::string_view key) {
    if (level == Level::kVersion) {
      says_script_ |= key == "hasInstallScript"sv;
      out_.names_system_ |= key == "os"sv || key == "cpu"sv;
      out_.names_libc_ |= key == "libc"sv;
    } else if (level == Level::kScripts) {
      has_script_ |= key == "install"sv || key == "preinstall"sv || key == "postinstall"sv;
    }
  }

  // The brace is kept, whatever was in front of it.
  void close(Level level, bool is_empty) {
    const char* brace = before_space(location()) - 1;
    if (level == Level::kVersion && has_script_ && !says_script_) {
      if (from_ != nullptr) copy_until(before_space(brace));
      out_.text_ += is_empty ? "\"hasInstallScript\":true" : ",\"hasInstallScript\":true";
    }
    if (from_ == nullptr) from_ = brace;
  }

  PackumentFilter& out_;
  const char* from_;
  const char* end_;
  od::document* document_ = nullptr;
  bool has_script_ = false, says_script_ = false;  // of the version being read
};

int PackumentFilter::walk(std::string_view reply) {
  thread_local od::parser parser;
  od::document document;
  auto error = parser.iterate(reply.data(), reply.size(), reply.size() + kPadding).get(document);
  if (!error) error = Walk(*this, reply).run(document);
  if (parser.capacity() > kMostKept) parser = od::parser();
  return error;
}

PackumentFilter::Outcome PackumentFilter::read(std::string_view reply) {
  int error = walk(reply);
  if (error == simdjson::UTF8_ERROR) {
    std::string repaired = replace_ill_formed(reply);
    const size_t size = repaired.size();
    repaired.resize(size + kPadding);
    error = walk(std::string_view(repaired).substr(0, size));
  }
  if (error == simdjson::SUCCESS) return Outcome::kWhole;
  const size_t begin = reply.find_first_not_of(" \n\r\t");
  const bool begins = begin != std::string_view::npos && reply[begin] == '{';
  const bool is_short =
      error == simdjson::UNCLOSED_STRING || error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT;
  return begins && is_short ? Outcome::kCutOff : Outcome::kNoObject;
}

}  // namespace gyre::pkg
