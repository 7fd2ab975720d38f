// Whole-file work: read everything, write everything, copy. Part of fs_calls.hpp.
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/base/defer.hpp"
#include "runtime/io/fs_calls.hpp"

namespace gyre::io::fs {

namespace {

constexpr size_t kFirstChunk = 64 * 1024;
// Larger files are not copied on the caller's thread, cached or not.
constexpr int64_t kMaxCachedRead = 512 * 1024;

enum CopyMode { kExclusive = 1, kClone = 2, kForceClone = 4 };

// A descriptor, or nothing when the kernel would have to wait for a disk or a server.
std::optional<Result<UniqueFd>> open_if_cached(const std::string& path, int flags,
                                               std::string_view syscall) {
  open_how how{};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_CACHED;
  long fd = ::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how);
  if (fd >= 0) return UniqueFd(static_cast<int>(fd));
  // Only "does not exist" is certain here; everything else is asked again without the restriction.
  if (errno == ENOENT) return Error::from_errno(syscall, path);
  return std::nullopt;
}

Buffer grown(Buffer old, size_t used, size_t capacity) {
  Buffer larger(capacity);
  std::memcpy(larger.data(), old.data(), used);
  return larger;
}

// Reads until end of file; `expected` sizes the first buffer.
Result<Buffer> read_to_end(int fd, int64_t expected) {
  // One spare byte lets the read that finds the end be the one that fills the buffer.
  Buffer buffer(expected > 0 ? static_cast<size_t>(expected) + 1 : kFirstChunk);
  size_t used = 0;
  while (true) {
    if (used == buffer.size()) {
      buffer = grown(std::move(buffer), used, std::max(kFirstChunk, buffer.size() * 2));
    }
    GYRE_ASSIGN(size_t count, read(fd, buffer.span().subspan(used), std::nullopt));
    used += count;
    if (count == 0 || (expected > 0 && used == static_cast<size_t>(expected))) break;
    if (static_cast<int64_t>(used) > kMaxWholeFile) {
      return Error(Code::ERR_FS_FILE_TOO_LARGE,
                   "File size (" + std::to_string(used) + ") is greater than 2 GiB");
    }
  }
  if (expected <= 0 && used < buffer.size() / 2) return Buffer::copy_of(buffer.view().first(used));
  buffer.truncate(used);
  return buffer;
}

Status clone_or_copy(int from, int to, int64_t size, int mode) {
  if ((mode & (kClone | kForceClone)) != 0) {
    if (::ioctl(to, FICLONE, from) == 0) return ok();
    if ((mode & kForceClone) != 0) return Error::from_errno("copyfile");
  }
  int64_t done = 0;
  while (true) {
    size_t wanted = size > done ? static_cast<size_t>(size - done) : kFirstChunk;
    ssize_t count = ::copy_file_range(from, nullptr, to, nullptr, wanted, 0);
    if (count > 0) {
      done += count;
      continue;
    }
    if (count == 0 && done >= size && size > 0) return ok();
    break;  // unsupported here, or a file without a size: bytes by hand
  }
  Buffer chunk(4 * kFirstChunk);
  while (true) {
    GYRE_ASSIGN(size_t count, read(from, chunk.span(), std::nullopt));
    if (count == 0) return ok();
    GYRE_TRY(write_all(to, chunk.view().first(count), std::nullopt));
  }
}

Error copy_error(const Error& cause, const std::string& from, const std::string& to) {
  return Error::from_errno_number(cause.errno_number(), "copyfile", from, to);
}

}  // namespace

std::optional<Result<FileStat>> stat_if_cached(const std::string& path, Follow follow) {
  bool through = follow == Follow::kYes;
  auto fd = open_if_cached(path, O_PATH | (through ? 0 : O_NOFOLLOW), through ? "stat" : "lstat");
  if (!fd) return std::nullopt;
  if (!*fd) return std::move(*fd).error();
  struct statx data;
  if (::statx((*fd)->get(), "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &data) != 0) {
    return std::nullopt;
  }
  return FileStat::from(data);
}

std::optional<Status> access_if_cached(const std::string& path, int mode) {
  auto fd = open_if_cached(path, O_PATH, "access");
  if (!fd) return std::nullopt;
  if (!*fd) return std::move(*fd).error();
  // The real user's rights, as access(2) asks.
  if (::syscall(SYS_faccessat2, (*fd)->get(), "", mode, AT_EMPTY_PATH) == 0) return ok();
  if (errno == EINVAL || errno == ENOSYS || errno == EPERM) return std::nullopt;
  return Error::from_errno("access", path);
}

Result<Buffer> read_rest(int fd) {
  struct stat data;
  if (::fstat(fd, &data) != 0) return Error::from_errno("fstat");
  if (S_ISDIR(data.st_mode)) return Error::from_errno_number(EISDIR, "read");
  int64_t size = S_ISREG(data.st_mode) ? data.st_size : 0;
  if (size > kMaxWholeFile) {
    return Error(Code::ERR_FS_FILE_TOO_LARGE,
                 "File size (" + std::to_string(size) + ") is greater than 2 GiB");
  }
  return read_to_end(fd, size);
}

Result<Buffer> read_whole(const std::string& path, int flags) {
  GYRE_ASSIGN(UniqueFd fd, open(path, flags, 0666));
  return read_rest(fd.get());
}

std::optional<Result<Buffer>> read_whole_if_cached(const std::string& path, int flags) {
  if ((flags & (O_CREAT | O_TRUNC | O_ACCMODE)) != 0) return std::nullopt;
  // Opening a FIFO or a device can wait whatever the cache holds, hence O_NONBLOCK.
  auto fd = open_if_cached(path, flags | O_NONBLOCK, "open");
  if (!fd) return std::nullopt;
  if (!*fd) return std::move(*fd).error();
  struct stat data;
  if (::fstat((*fd)->get(), &data) != 0 || !S_ISREG(data.st_mode)) return std::nullopt;
  if (data.st_size <= 0 || data.st_size > kMaxCachedRead) return std::nullopt;
  Buffer buffer(static_cast<size_t>(data.st_size));
  iovec part{buffer.data(), buffer.size()};
  ssize_t count = ::preadv2((*fd)->get(), &part, 1, 0, RWF_NOWAIT);
  if (count != data.st_size) return std::nullopt;
  return buffer;
}

// File systems flush a file that was truncated to nothing and written again when it is closed,
// which takes ten times as long as the write. So an old file is overwritten in place, then cut.
Status write_whole(const std::string& path, ByteView bytes, WholeWrite how) {
  bool replaces = (how.flags & (O_TRUNC | O_ACCMODE | O_EXCL | O_APPEND)) == (O_TRUNC | O_WRONLY) &&
                  !bytes.empty();
  GYRE_ASSIGN(UniqueFd fd, open(path, replaces ? how.flags & ~O_TRUNC : how.flags, how.mode));
  struct stat old;
  bool is_longer = replaces && ::fstat(fd.get(), &old) == 0 && S_ISREG(old.st_mode) &&
                   old.st_size > static_cast<int64_t>(bytes.size());
  Status written = write_all(fd.get(), bytes, std::nullopt);
  if (is_longer) {
    // After a failed write nothing of the old contents may look like the new.
    GYRE_TRY(ftruncate(fd.get(), written ? static_cast<int64_t>(bytes.size()) : 0));
  }
  if (!written) return written;
  if (how.flush == WholeWrite::Flush::kYes) GYRE_TRY(fsync(fd.get()));
  return ok();
}

Status copy_file(const std::string& from, const std::string& to, int mode) {
  UniqueFd source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source) return Error::from_errno("copyfile", from, to);
  struct stat data;
  if (::fstat(source.get(), &data) != 0) return Error::from_errno("copyfile", from, to);
  if (S_ISDIR(data.st_mode)) return Error::from_errno_number(EISDIR, "copyfile", from, to);
  int flags = O_WRONLY | O_CREAT | O_CLOEXEC | ((mode & kExclusive) != 0 ? O_EXCL : 0);
  UniqueFd target(::open(to.c_str(), flags, data.st_mode & 07777));
  if (!target) return Error::from_errno("copyfile", from, to);
  struct stat existing;
  if (::fstat(target.get(), &existing) != 0) return Error::from_errno("copyfile", from, to);
  // A file copied onto itself is left as it is; truncating it would destroy it.
  if (existing.st_dev == data.st_dev && existing.st_ino == data.st_ino) return ok();
  if (existing.st_size > 0 && ::ftruncate(target.get(), 0) != 0) {
    return Error::from_errno("copyfile", from, to);
  }
  // Where the mode cannot be set (a FAT or network mount) the copy is still a copy.
  (void)::fchmod(target.get(), data.st_mode & 07777);
  Status copied = clone_or_copy(source.get(), target.get(), data.st_size, mode);
  if (copied) return ok();
  // A half-written copy is worse than none.
  ::unlink(to.c_str());
  return copy_error(copied.error(), from, to);
}

}  // namespace gyre::io::fs
