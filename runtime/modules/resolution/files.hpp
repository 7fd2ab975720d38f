// Questions the resolver asks the file system, with memory of the answers: kinds of paths for one
// burst of loading, real paths of directories for good. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gyre::resolution {

enum class FileKind : uint8_t { kMissing, kFile, kDirectory };

// Lets string-keyed maps be searched with a string_view.
struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <typename T>
using StringMap = std::unordered_map<std::string, T, StringHash, std::equal_to<>>;

class Files {
 public:
  // Anything that exists and is not a directory counts as a file. Absence is never remembered, so a
  // file made between two requests is found.
  FileKind kind(const std::string& path);
  bool is_file(const std::string& path) { return kind(path) == FileKind::kFile; }
  // The path without symbolic links; nothing if it cannot be read or its links form a loop.
  std::optional<std::string> real_path(const std::string& path);
  // The whole file; nothing if it does not exist or cannot be read.
  static std::optional<std::string> read(const std::string& path);
  // Forgets the kinds of paths (the end of a burst of loading).
  void forget_kinds() { kinds_.clear(); }

 private:
  std::optional<std::string> real_directory(const std::string& path, int links_left);
  std::optional<std::string> real_path_limited(const std::string& path, int links_left);

  struct Known {
    FileKind kind;
    bool is_link;
  };
  StringMap<Known> kinds_;
  StringMap<std::string> real_directories_;
};

}  // namespace gyre::resolution
