// The file system calls behind node:fs, one blocking function each, with the system-call names and
// paths that scripts see in errors. No state: the sync API calls them on its own thread, the
// asynchronous API as pool jobs. Paths are NUL-free (the JavaScript side has checked).
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/base/bytes.hpp"
#include "runtime/base/fd.hpp"
#include "runtime/base/result.hpp"

struct statx;

namespace gyre::io::fs {

// One stat answer, in the order the JavaScript side reads it.
struct FileStat {
  static constexpr size_t kFieldCount = 18;
  // dev mode nlink uid gid rdev blksize ino size blocks, then (sec, nsec) of a, m, c, birth time.
  static FileStat from(const struct ::statx& data);
  std::array<int64_t, kFieldCount> fields{};
  int64_t mode() const { return fields[1]; }
  int64_t size() const { return fields[8]; }
  bool is_directory() const;
  bool is_regular() const;
};

// type bsize blocks bfree bavail files ffree, and frsize.
using FileSystemStat = std::array<uint64_t, 8>;

enum class Follow : uint8_t { kNo, kYes };

// Seconds since the epoch; a fraction is kept to the nanosecond.
struct FileTimes {
  double access;
  double modification;
};

// The position of a read or a write: nothing means the descriptor's own.
using Position = std::optional<int64_t>;

Result<UniqueFd> open(const std::string& path, int flags, uint32_t mode);
Status close(int fd);
Result<size_t> read(int fd, MutableBytes bytes, Position position);
Result<size_t> readv(int fd, std::span<const iovec> parts, Position position);
Result<size_t> write(int fd, ByteView bytes, Position position);
Result<size_t> writev(int fd, std::span<const iovec> parts, Position position);
// Repeats short writes until everything is out.
Status write_all(int fd, ByteView bytes, Position position);

Result<FileStat> stat(const std::string& path, Follow follow);
Result<FileStat> fstat(int fd);
// Answers from the kernel's caches alone; nothing where that cannot be done without waiting.
std::optional<Result<FileStat>> stat_if_cached(const std::string& path, Follow follow);
Result<FileSystemStat> statfs(const std::string& path);
Status access(const std::string& path, int mode);
std::optional<Status> access_if_cached(const std::string& path, int mode);
bool exists(const std::string& path);

Status ftruncate(int fd, int64_t length);
Status fsync(int fd);
Status fdatasync(int fd);
Status rename(const std::string& from, const std::string& to);
Status link(const std::string& from, const std::string& to);
Status symlink(const std::string& target, const std::string& path);
Result<std::string> readlink(const std::string& path);
Status unlink(const std::string& path);
Status rmdir(const std::string& path);
Status mkdir(const std::string& path, uint32_t mode);
// `prefix` + six random characters.
Result<std::string> mkdtemp(const std::string& prefix);
Status chmod(const std::string& path, uint32_t mode);
Status fchmod(int fd, uint32_t mode);
Status chown(const std::string& path, uint32_t user, uint32_t group, Follow follow);
Status fchown(int fd, uint32_t user, uint32_t group);
Status utimes(const std::string& path, FileTimes times, Follow follow);
Status futimes(int fd, FileTimes times);
// `mode` is a set of COPYFILE_EXCL (1), COPYFILE_FICLONE (2), COPYFILE_FICLONE_FORCE (4).
Status copy_file(const std::string& from, const std::string& to, int mode);

// A whole file. Sizes are a hint only: files of /proc say 0 and pipes do not end where they said.
// Fails with ERR_FS_FILE_TOO_LARGE above `kMaxWholeFile`.
inline constexpr int64_t kMaxWholeFile = 0x7fffffff;
Result<Buffer> read_whole(const std::string& path, int flags);
Result<Buffer> read_rest(int fd);
struct WholeWrite {
  int flags;
  uint32_t mode;
  enum class Flush : uint8_t { kNo, kYes } flush = Flush::kNo;
};
Status write_whole(const std::string& path, ByteView bytes, WholeWrite how);
// Reads a regular, modest file that lies in the page cache; nothing where that would wait.
std::optional<Result<Buffer>> read_whole_if_cached(const std::string& path, int flags);

}  // namespace gyre::io::fs
