// Asynchronous file requests on a loop's ring: each function queues one request and calls `done`
// from the poll phase with a Result or Status whose error names the system call and the paths.
// The request owns its paths; memory read or written stays alive by what `done` captures, which
// is kept until the kernel has answered. Loop's thread only.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <string>
#include <utility>
#include <vector>

#include "runtime/base/fd.hpp"
#include "runtime/io/fs_calls.hpp"
#include "runtime/loop/loop.hpp"

namespace gyre::io::file {

namespace detail {

// Holds the arguments (in `prepare`) and the continuation of one request.
template <typename Prepare, typename Done>
class Request final : public loop::Op {
 public:
  Request(Prepare prepare, Done done) : prepare_(std::move(prepare)), done_(std::move(done)) {}
  void prepare(loop::Sqe sqe) noexcept override { prepare_(sqe); }
  void complete(int res, loop::CqeFlags) override { done_(res, prepare_); }

 private:
  Prepare prepare_;
  Done done_;
};

template <typename Prepare, typename Done>
void submit(loop::Loop& loop, Prepare prepare, Done done) {
  loop.submit(make_ref<Request<Prepare, Done>>(std::move(prepare), std::move(done)));
}

inline uint64_t offset_of(fs::Position position) {
  return position ? static_cast<uint64_t>(*position) : loop::kCurrentPosition;
}

// A request on zero, one or two paths that answers with success or failure.
template <typename Fill>
struct PathRequest {
  Fill fill;
  std::string path;
  std::string dest;
  void operator()(loop::Sqe sqe) noexcept { fill(sqe, path.c_str(), dest.c_str()); }
};

template <typename Fill, typename Done>
void submit_path(loop::Loop& loop, const char* syscall, std::string path, std::string dest,
                 Fill fill, Done done) {
  submit(loop, PathRequest<Fill>{fill, std::move(path), std::move(dest)},
         [syscall, done = std::move(done)](int res, PathRequest<Fill>& request) mutable {
           if (res >= 0) return done(Status());
           done(Status(Error::from_errno_number(-res, syscall, std::move(request.path),
                                                std::move(request.dest))));
         });
}

template <typename Fill, typename Done>
void submit_fd(loop::Loop& loop, const char* syscall, Fill fill, Done done) {
  submit(loop, fill, [syscall, done = std::move(done)](int res, Fill&) mutable {
    done(res < 0 ? Status(Error::from_errno_number(-res, syscall)) : Status());
  });
}

template <typename Fill, typename Done>
void submit_transfer(loop::Loop& loop, const char* syscall, Fill fill, Done done) {
  submit(loop, std::move(fill), [syscall, done = std::move(done)](int res, Fill&) mutable {
    if (res < 0) return done(Result<size_t>(Error::from_errno_number(-res, syscall)));
    done(Result<size_t>(static_cast<size_t>(res)));
  });
}

}  // namespace detail

template <typename Done>
void open(loop::Loop& loop, std::string path, int flags, uint32_t mode, Done done) {
  struct Prepare {
    std::string path;
    int flags;
    uint32_t mode;
    void operator()(loop::Sqe sqe) noexcept { sqe.openat(AT_FDCWD, path.c_str(), flags, mode); }
  };
  detail::submit(loop, Prepare{std::move(path), flags, mode},
                 [done = std::move(done)](int res, Prepare& request) mutable {
                   if (res < 0) {
                     return done(Result<UniqueFd>(
                         Error::from_errno_number(-res, "open", std::move(request.path))));
                   }
                   done(Result<UniqueFd>(UniqueFd(res)));
                 });
}

template <typename Done>
void close(loop::Loop& loop, int fd, Done done) {
  detail::submit_fd(
      loop, "close", [fd](loop::Sqe sqe) noexcept { sqe.close(fd); }, std::move(done));
}

template <typename Done>
void read(loop::Loop& loop, int fd, MutableBytes to, fs::Position position, Done done) {
  uint64_t offset = detail::offset_of(position);
  detail::submit_transfer(
      loop, "read", [fd, to, offset](loop::Sqe sqe) noexcept { sqe.read(fd, to, offset); },
      std::move(done));
}

template <typename Done>
void write(loop::Loop& loop, int fd, ByteView from, fs::Position position, Done done) {
  uint64_t offset = detail::offset_of(position);
  detail::submit_transfer(
      loop, "write", [fd, from, offset](loop::Sqe sqe) noexcept { sqe.write(fd, from, offset); },
      std::move(done));
}

template <typename Done>
void readv(loop::Loop& loop, int fd, std::vector<iovec> parts, fs::Position position, Done done) {
  uint64_t offset = detail::offset_of(position);
  detail::submit_transfer(
      loop, "read",
      [fd, parts = std::move(parts), offset](loop::Sqe sqe) noexcept {
        sqe.readv(fd, parts.data(), static_cast<unsigned>(parts.size()), offset);
      },
      std::move(done));
}

template <typename Done>
void writev(loop::Loop& loop, int fd, std::vector<iovec> parts, fs::Position position, Done done) {
  uint64_t offset = detail::offset_of(position);
  detail::submit_transfer(
      loop, "write",
      [fd, parts = std::move(parts), offset](loop::Sqe sqe) noexcept {
        sqe.writev(fd, parts.data(), static_cast<unsigned>(parts.size()), offset);
      },
      std::move(done));
}

template <typename Done>
void stat(loop::Loop& loop, std::string path, fs::Follow follow, Done done) {
  struct Prepare {
    std::string path;
    int flags;
    struct statx data;
    void operator()(loop::Sqe sqe) noexcept {
      sqe.statx(AT_FDCWD, path.c_str(), flags, STATX_BASIC_STATS | STATX_BTIME, &data);
    }
  };
  bool through = follow == fs::Follow::kYes;
  detail::submit(loop, Prepare{std::move(path), through ? 0 : AT_SYMLINK_NOFOLLOW, {}},
                 [through, done = std::move(done)](int res, Prepare& request) mutable {
                   if (res < 0) {
                     return done(Result<fs::FileStat>(Error::from_errno_number(
                         -res, through ? "stat" : "lstat", std::move(request.path))));
                   }
                   done(Result<fs::FileStat>(fs::FileStat::from(request.data)));
                 });
}

template <typename Done>
void fsync(loop::Loop& loop, int fd, Done done) {
  detail::submit_fd(
      loop, "fsync", [fd](loop::Sqe sqe) noexcept { sqe.fsync(fd); }, std::move(done));
}
template <typename Done>
void fdatasync(loop::Loop& loop, int fd, Done done) {
  detail::submit_fd(
      loop, "fdatasync", [fd](loop::Sqe sqe) noexcept { sqe.fdatasync(fd); }, std::move(done));
}

template <typename Done>
void rename(loop::Loop& loop, std::string from, std::string to, Done done) {
  detail::submit_path(
      loop, "rename", std::move(from), std::move(to),
      [](loop::Sqe sqe, const char* path, const char* dest) noexcept {
        sqe.renameat(AT_FDCWD, path, AT_FDCWD, dest);
      },
      std::move(done));
}
template <typename Done>
void link(loop::Loop& loop, std::string from, std::string to, Done done) {
  detail::submit_path(
      loop, "link", std::move(from), std::move(to),
      [](loop::Sqe sqe, const char* path, const char* dest) noexcept {
        sqe.linkat(AT_FDCWD, path, AT_FDCWD, dest, 0);
      },
      std::move(done));
}
template <typename Done>
void symlink(loop::Loop& loop, std::string target, std::string path, Done done) {
  detail::submit_path(
      loop, "symlink", std::move(target), std::move(path),
      [](loop::Sqe sqe, const char* to, const char* at) noexcept {
        sqe.symlinkat(to, AT_FDCWD, at);
      },
      std::move(done));
}
template <typename Done>
void unlink(loop::Loop& loop, std::string path, Done done) {
  detail::submit_path(
      loop, "unlink", std::move(path), {},
      [](loop::Sqe sqe, const char* at, const char*) noexcept { sqe.unlinkat(AT_FDCWD, at); },
      std::move(done));
}
template <typename Done>
void rmdir(loop::Loop& loop, std::string path, Done done) {
  detail::submit_path(
      loop, "rmdir", std::move(path), {},
      [](loop::Sqe sqe, const char* at, const char*) noexcept {
        sqe.unlinkat(AT_FDCWD, at, AT_REMOVEDIR);
      },
      std::move(done));
}
template <typename Done>
void mkdir(loop::Loop& loop, std::string path, uint32_t mode, Done done) {
  detail::submit_path(
      loop, "mkdir", std::move(path), {},
      [mode](loop::Sqe sqe, const char* at, const char*) noexcept {
        sqe.mkdirat(AT_FDCWD, at, mode);
      },
      std::move(done));
}

}  // namespace gyre::io::file
