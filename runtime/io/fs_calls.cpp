#include "runtime/io/fs_calls.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdio>

namespace gyre::io::fs {
namespace {

// Repeats a system call that a signal interrupted.
template <typename F>
auto retry(F&& call) {
  decltype(call()) result;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result;
}

Status check(int result, std::string_view syscall, const std::string& path = {},
             const std::string& dest = {}) {
  if (result < 0) return Error::from_errno(syscall, path, dest);
  return ok();
}

constexpr unsigned kStatMask = STATX_BASIC_STATS | STATX_BTIME;

timespec to_timespec(double seconds) {
  double whole = std::floor(seconds);
  auto nanoseconds = static_cast<int64_t>(std::llround((seconds - whole) * 1e6)) * 1000;
  if (nanoseconds >= 1'000'000'000) {
    nanoseconds -= 1'000'000'000;
    whole += 1;
  }
  return {static_cast<time_t>(whole), static_cast<long>(nanoseconds)};
}

}  // namespace

FileStat FileStat::from(const struct ::statx& data) {
  FileStat stat;
  auto& out = stat.fields;
  out[0] = static_cast<int64_t>(makedev(data.stx_dev_major, data.stx_dev_minor));
  out[1] = data.stx_mode;
  out[2] = data.stx_nlink;
  out[3] = data.stx_uid;
  out[4] = data.stx_gid;
  out[5] = static_cast<int64_t>(makedev(data.stx_rdev_major, data.stx_rdev_minor));
  out[6] = data.stx_blksize;
  out[7] = static_cast<int64_t>(data.stx_ino);
  out[8] = static_cast<int64_t>(data.stx_size);
  out[9] = static_cast<int64_t>(data.stx_blocks);
  const statx_timestamp* times[] = {&data.stx_atime, &data.stx_mtime, &data.stx_ctime,
                                    &data.stx_btime};
  for (size_t index = 0; index < 4; ++index) {
    out[10 + 2 * index] = times[index]->tv_sec;
    out[11 + 2 * index] = times[index]->tv_nsec;
  }
  return stat;
}

bool FileStat::is_directory() const { return S_ISDIR(static_cast<mode_t>(mode())); }
bool FileStat::is_regular() const { return S_ISREG(static_cast<mode_t>(mode())); }

Result<UniqueFd> open(const std::string& path, int flags, uint32_t mode) {
  int fd = retry([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); });
  if (fd < 0) return Error::from_errno("open", path);
  return UniqueFd(fd);
}

Status close(int fd) {
  // After EINTR the descriptor is gone already.
  if (::close(fd) != 0 && errno != EINTR) return Error::from_errno("close");
  return ok();
}

Result<size_t> read(int fd, MutableBytes bytes, Position position) {
  ssize_t count = retry([&] {
    return position ? ::pread(fd, bytes.data(), bytes.size(), *position)
                    : ::read(fd, bytes.data(), bytes.size());
  });
  if (count < 0) return Error::from_errno("read");
  return static_cast<size_t>(count);
}

Result<size_t> readv(int fd, std::span<const iovec> parts, Position position) {
  int parts_count = static_cast<int>(std::min<size_t>(parts.size(), IOV_MAX));
  ssize_t count = retry([&] {
    return position ? ::preadv(fd, parts.data(), parts_count, *position)
                    : ::readv(fd, parts.data(), parts_count);
  });
  if (count < 0) return Error::from_errno("read");
  return static_cast<size_t>(count);
}

Result<size_t> write(int fd, ByteView bytes, Position position) {
  ssize_t count = retry([&] {
    return position ? ::pwrite(fd, bytes.data(), bytes.size(), *position)
                    : ::write(fd, bytes.data(), bytes.size());
  });
  if (count < 0) return Error::from_errno("write");
  return static_cast<size_t>(count);
}

Result<size_t> writev(int fd, std::span<const iovec> parts, Position position) {
  size_t total = 0;
  while (!parts.empty()) {
    auto batch = parts.first(std::min<size_t>(parts.size(), IOV_MAX));
    size_t wanted = 0;
    for (const iovec& part : batch) wanted += part.iov_len;
    int batch_count = static_cast<int>(batch.size());
    ssize_t count = retry([&] {
      return position ? ::pwritev(fd, batch.data(), batch_count, *position)
                      : ::writev(fd, batch.data(), batch_count);
    });
    if (count < 0) {
      if (total > 0) return total;
      return Error::from_errno("write");
    }
    total += static_cast<size_t>(count);
    if (static_cast<size_t>(count) < wanted) return total;
    if (position) *position += count;
    parts = parts.subspan(batch.size());
  }
  return total;
}

Status write_all(int fd, ByteView bytes, Position position) {
  while (!bytes.empty()) {
    GYRE_ASSIGN(size_t count, write(fd, bytes, position));
    bytes = bytes.subspan(count);
    if (position) *position += static_cast<int64_t>(count);
  }
  return ok();
}

Result<FileStat> stat(const std::string& path, Follow follow) {
  struct statx data;
  int flags = follow == Follow::kYes ? 0 : AT_SYMLINK_NOFOLLOW;
  if (::statx(AT_FDCWD, path.c_str(), flags, kStatMask, &data) != 0) {
    return Error::from_errno(follow == Follow::kYes ? "stat" : "lstat", path);
  }
  return FileStat::from(data);
}

Result<FileStat> fstat(int fd) {
  struct statx data;
  if (::statx(fd, "", AT_EMPTY_PATH, kStatMask, &data) != 0) return Error::from_errno("fstat");
  return FileStat::from(data);
}

Result<FileSystemStat> statfs(const std::string& path) {
  struct statfs data;
  if (::statfs(path.c_str(), &data) != 0) return Error::from_errno("statfs", path);
  return FileSystemStat{static_cast<uint64_t>(data.f_type),
                        static_cast<uint64_t>(data.f_bsize),
                        data.f_blocks,
                        data.f_bfree,
                        data.f_bavail,
                        data.f_files,
                        data.f_ffree,
                        static_cast<uint64_t>(data.f_frsize)};
}

Status access(const std::string& path, int mode) {
  return check(::access(path.c_str(), mode), "access", path);
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Status ftruncate(int fd, int64_t length) {
  return check(retry([&] { return ::ftruncate(fd, length); }), "ftruncate");
}
Status fsync(int fd) {
  return check(retry([&] { return ::fsync(fd); }), "fsync");
}
Status fdatasync(int fd) {
  return check(retry([&] { return ::fdatasync(fd); }), "fdatasync");
}
Status rename(const std::string& from, const std::string& to) {
  return check(::rename(from.c_str(), to.c_str()), "rename", from, to);
}
Status link(const std::string& from, const std::string& to) {
  return check(::link(from.c_str(), to.c_str()), "link", from, to);
}
Status symlink(const std::string& target, const std::string& path) {
  return check(::symlink(target.c_str(), path.c_str()), "symlink", target, path);
}

Result<std::string> readlink(const std::string& path) {
  std::string target(256, '\0');
  while (true) {
    ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
    if (size < 0) return Error::from_errno("readlink", path);
    if (static_cast<size_t>(size) < target.size()) {
      target.resize(static_cast<size_t>(size));
      return target;
    }
    target.resize(target.size() * 2);
  }
}

Status unlink(const std::string& path) { return check(::unlink(path.c_str()), "unlink", path); }
Status rmdir(const std::string& path) { return check(::rmdir(path.c_str()), "rmdir", path); }
Status mkdir(const std::string& path, uint32_t mode) {
  return check(::mkdir(path.c_str(), mode), "mkdir", path);
}

Result<std::string> mkdtemp(const std::string& prefix) {
  std::string pattern = prefix + "XXXXXX";
  std::string path = pattern;
  if (::mkdtemp(path.data()) == nullptr) return Error::from_errno("mkdtemp", pattern);
  return path;
}

Status chmod(const std::string& path, uint32_t mode) {
  return check(::chmod(path.c_str(), mode), "chmod", path);
}
Status fchmod(int fd, uint32_t mode) { return check(::fchmod(fd, mode), "fchmod"); }

Status chown(const std::string& path, uint32_t user, uint32_t group, Follow follow) {
  if (follow == Follow::kYes) return check(::chown(path.c_str(), user, group), "chown", path);
  return check(::lchown(path.c_str(), user, group), "lchown", path);
}
Status fchown(int fd, uint32_t user, uint32_t group) {
  return check(::fchown(fd, user, group), "fchown");
}

Status utimes(const std::string& path, FileTimes times, Follow follow) {
  timespec both[] = {to_timespec(times.access), to_timespec(times.modification)};
  bool through = follow == Follow::kYes;
  int flags = through ? 0 : AT_SYMLINK_NOFOLLOW;
  return check(::utimensat(AT_FDCWD, path.c_str(), both, flags), through ? "utime" : "lutime",
               path);
}

Status futimes(int fd, FileTimes times) {
  timespec both[] = {to_timespec(times.access), to_timespec(times.modification)};
  return check(::futimens(fd, both), "futime");
}

}  // namespace gyre::io::fs
