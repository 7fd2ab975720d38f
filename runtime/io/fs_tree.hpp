// Work on directories and whole trees for node:fs: listing, recursive mkdir and rm, realpath.
// Blocking and stateless like fs_calls.hpp; the asynchronous API runs them on the pool.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/result.hpp"
#include "runtime/io/fs_calls.hpp"

namespace gyre::io::fs {

// The numbers are node:fs's UV_DIRENT_* constants.
enum class EntryType : uint8_t {
  kUnknown,
  kFile,
  kDirectory,
  kLink,
  kFifo,
  kSocket,
  kCharacter,
  kBlock
};

struct Entry {
  std::string name;
  EntryType type;
};

Result<std::vector<Entry>> list_directory(const std::string& path);
// The next entries of an open directory, about 32 KiB of them; empty at the end.
Result<std::vector<Entry>> read_entries(int directory);

// Creates what is missing of `path`; the first directory made, or nothing if all were there.
Result<std::optional<std::string>> make_directories(const std::string& path, uint32_t mode);

// The canonical path. Errors name the component that failed, as a walk with lstat would.
Result<std::string> realpath(const std::string& path);
// The same by realpath(3), errors naming the whole path.
Result<std::string> native_realpath(const std::string& path);

struct Removal {
  enum class Recursive : uint8_t { kNo, kYes } recursive = Recursive::kNo;
  enum class Missing : uint8_t { kFails, kIgnored } missing = Missing::kFails;
  uint32_t max_retries = 0;
  uint32_t retry_delay_ms = 100;
};
Status remove(const std::string& path, Removal how);

}  // namespace gyre::io::fs
