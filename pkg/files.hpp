// Small blocking file helpers the installer shares. Any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/bytes.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// mkdir -p. The second form is relative to an open folder.
Status make_directories(const std::string& path);
Status make_directories_at(int folder, const std::string& path);
// The whole file; the error is the system's (ENOENT…).
Result<std::string> read_file(const std::string& path);
Result<std::string> read_file_at(int folder, const std::string& path);
// What a loss of power may leave. kNone: anything, for caches. kOrdered: the old text or the new on
// file systems that order data before names; costs nothing. kSync: the new text once written.
enum class Durability : uint8_t { kNone, kOrdered, kSync };
// Written beside the target, then renamed over it: readers see the old or the new file. A symlink
// is followed, so that the link stays and its target changes.
Status write_file_atomically(const std::string& path, std::string_view text,
                             Durability durability = Durability::kSync);
// The same for what is never a symlink and may be lost: a loss of power leaves anything. The folder
// is made where it is missing.
void write_cache_file(const std::string& path, std::string_view text);
// rm -rf; symlinks are removed, not followed. An absent path is fine. ETIMEDOUT with the work half
// done when the deadline comes first.
using Deadline = std::chrono::steady_clock::time_point;
Status remove_tree(const std::string& path, std::optional<Deadline> deadline = std::nullopt);
// Names in a folder, sorted; an absent folder has none.
Result<std::vector<std::string>> list_directory(const std::string& path);
bool path_exists(const std::string& path);

}  // namespace gyre::pkg
