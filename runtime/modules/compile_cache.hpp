// The on-disk code cache: bytes V8 made from a source text, kept under a hash of that text, its
// file name and what kind of code it is. One file per entry, written beside its place and renamed,
// so any number of processes may use one folder. Entries are checked when read; a damaged or
// foreign one is a miss. Knows nothing of V8: the version tag is the caller's. Any thread; no
// shared state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/bytes.hpp"
#include "runtime/base/result.hpp"

namespace gyre::modules {

struct CacheKey {
  uint64_t high = 0;
  uint64_t low = 0;
  bool operator==(const CacheKey&) const = default;
};

enum class CodeKind : uint8_t { kFunction = 1, kModule = 2 };
CacheKey cache_key(CodeKind kind, std::string_view file_name, ByteView source);

class CompileCache {
 public:
  // Entries live in `folder`/<tag>; nothing is created before the first write.
  CompileCache(std::string folder, uint64_t version_tag);
  // The folder the environment asks for: GYRE_COMPILE_CACHE (a path, or "off"), NODE_COMPILE_CACHE,
  // else the user's cache folder. Nothing if caching is off or there is no such folder.
  static std::optional<std::string> folder_from_environment();

  const std::string& folder() const { return folder_; }
  std::optional<Buffer> read(const CacheKey& key) const;
  Status write(const CacheKey& key, ByteView code) const;
  // Removes the entries unused for longest while all together exceed `limit` bytes; also what
  // interrupted writers and other versions left behind.
  void trim(uint64_t limit) const;

 private:
  std::string path_of(const CacheKey& key) const;

  std::string root_;
  std::string folder_;
  uint64_t version_tag_;
};

}  // namespace gyre::modules
