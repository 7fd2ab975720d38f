// Guard: what an archive may write, and where. Names are checked as text first, then every file is
// created through openat2 beneath the folder with no symlink followed, so that neither a name nor a
// race can lead outside. One thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "runtime/base/bytes.hpp"
#include "runtime/base/fd.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// The path of an archive entry below the package folder: without its first component ("package/")
// and without "." parts. Empty for that folder itself. ETARPATH for absolute names, "..", empty or
// oversized names and NUL bytes.
Result<std::string> checked_entry_path(std::string_view name);

// Whether `path` is one that checked_entry_path could have returned for a file.
bool is_entry_path(std::string_view path);

// Creates folders and files below one folder that nobody else writes to.
class GuardedFolder {
 public:
  // Opens `path`, which must exist.
  static Result<GuardedFolder> open(const std::string& path);

  // A new file of `mode` (permission bits only), its folders made as needed. A second file of the
  // same name replaces the first, as tar does.
  Result<UniqueFd> create_file(const std::string& path, unsigned mode);
  Status make_folders(std::string_view path);
  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }

 private:
  GuardedFolder(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  Result<UniqueFd> open_beneath(const std::string& path, int flags, unsigned mode);

  std::string path_;
  UniqueFd fd_;
  std::unordered_set<std::string> folders_;
  std::string last_folder_;  // one of them: files come folder by folder
};

// Everything, whatever the size of one write(2). For errors, `path` names the file, below `folder`
// if that is given.
Status write_all(int fd, ByteView bytes, const std::string& path, const std::string& folder = {});

}  // namespace gyre::pkg
