#include "pkg/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <utility>

#include "pkg/extract/guard.hpp"
#include "pkg/pending_file.hpp"
#include "runtime/base/fd.hpp"

namespace gyre::pkg {
namespace {

using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

bool is_dots(const char* name) {
  return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}

using MaybeDeadline = std::optional<Deadline>;

Status remove_at(int parent, const char* name, const std::string& path,
                 const MaybeDeadline& deadline);

Status remove_contents(int fd, const std::string& path, const MaybeDeadline& deadline) {
  const Directory directory(::fdopendir(fd), ::closedir);
  if (!directory) {
    const Error error = Error::from_errno("opendir", path);
    ::close(fd);
    return error;
  }
  while (const dirent* entry = ::readdir(directory.get())) {
    if (is_dots(entry->d_name)) continue;
    if (deadline && std::chrono::steady_clock::now() > *deadline) {
      return Error::from_errno_number(ETIMEDOUT, "unlink", path);
    }
    GYRE_TRY(
        remove_at(::dirfd(directory.get()), entry->d_name, path + "/" + entry->d_name, deadline));
  }
  return ok();
}

Status remove_at(int parent, const char* name, const std::string& path,
                 const MaybeDeadline& deadline) {
  if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT) return ok();
  if (errno != EISDIR && errno != EPERM) return Error::from_errno("unlink", path);
  const int fd = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT ? ok() : Status(Error::from_errno("open", path));
  GYRE_TRY(remove_contents(fd, path, deadline));
  if (::unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT) return ok();
  return Error::from_errno("rmdir", path);
}

}  // namespace

Status make_directories(const std::string& path) { return make_directories_at(AT_FDCWD, path); }

Status make_directories_at(int folder, const std::string& path) {
  if (path.empty() || ::mkdirat(folder, path.c_str(), 0777) == 0) return ok();
  if (errno == ENOENT) {
    const size_t slash = path.rfind('/');
    if (slash != std::string::npos && slash > 0) {
      GYRE_TRY(make_directories_at(folder, path.substr(0, slash)));
      if (::mkdirat(folder, path.c_str(), 0777) == 0) return ok();
    }
  }
  if (errno != EEXIST) return Error::from_errno("mkdir", path);
  struct stat info {};
  if (::fstatat(folder, path.c_str(), &info, 0) == 0 && S_ISDIR(info.st_mode)) return ok();
  return Error::from_errno_number(ENOTDIR, "mkdir", path);
}

Result<std::string> read_file(const std::string& path) { return read_file_at(AT_FDCWD, path); }

Result<std::string> read_file_at(int folder, const std::string& path) {
  UniqueFd fd(::openat(folder, path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return Error::from_errno("open", path);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return Error::from_errno("stat", path);
  std::string text(static_cast<size_t>(std::max<off_t>(info.st_size, 0)) + 1, 0);
  size_t size = 0;
  while (true) {
    if (size == text.size()) text.resize(text.size() * 2);
    const size_t room = text.size() - size;
    const ssize_t count = ::read(fd.get(), text.data() + size, room);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error::from_errno("read", path);
    size += static_cast<size_t>(count);
    // A regular file gives what there is.
    if (count == 0 || (S_ISREG(info.st_mode) && info.st_size > 0 && size == text.size() - 1)) break;
  }
  text.resize(size);
  return text;
}

namespace {

// "<folder>/.<name>.<process>-<number>": nobody else's.
std::string temporary_beside(const std::string& path) {
  static std::atomic<unsigned> counter{0};
  const size_t slash = path.rfind('/');
  return path.substr(0, slash + 1) + "." + path.substr(slash + 1) + "." +
         std::to_string(::getpid()) + "-" + std::to_string(++counter);
}

}  // namespace

Result<PendingFile> PendingFile::write(const std::string& path, std::string_view text,
                                       Durability durability) {
  char resolved[PATH_MAX];
  PendingFile file;
  file.path_ = path;
  file.target_ = ::realpath(path.c_str(), resolved) ? std::string(resolved) : path;
  const std::string temporary = temporary_beside(file.target_);
  struct stat info {};
  const mode_t mode = ::stat(file.target_.c_str(), &info) == 0 ? info.st_mode & 07777 : 0666;
  const UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd) return Error::from_errno("open", path);
  file.temporary_ = temporary;
  GYRE_TRY(write_all(fd.get(), as_bytes(text), path));
  if (durability == Durability::kSync && ::fsync(fd.get()) != 0 && errno != EINVAL)
    return Error::from_errno("fsync", path);
  // Begun, not waited for: then the data is on its way before the name is.
  if (durability == Durability::kOrdered)
    (void)::sync_file_range(fd.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
  return file;
}

PendingFile::PendingFile(PendingFile&& other) noexcept
    : path_(std::move(other.path_)),
      target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, {})) {}

PendingFile::~PendingFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status PendingFile::publish() {
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) return Error::from_errno("rename", path_);
  temporary_.clear();
  return ok();
}

Status write_file_atomically(const std::string& path, std::string_view text,
                             Durability durability) {
  GYRE_ASSIGN(PendingFile file, PendingFile::write(path, text, durability));
  return file.publish();
}

void write_cache_file(const std::string& path, std::string_view text) {
  const std::string temporary = temporary_beside(path);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  UniqueFd fd(::open(temporary.c_str(), kFlags, 0666));
  if (!fd && errno == ENOENT && make_directories(path.substr(0, path.rfind('/'))))
    fd.reset(::open(temporary.c_str(), kFlags, 0666));
  if (!fd) return;
  const bool is_written{write_all(fd.get(), as_bytes(text), path)};
  if (!is_written || ::rename(temporary.c_str(), path.c_str()) != 0) ::unlink(temporary.c_str());
}

Status remove_tree(const std::string& path, std::optional<Deadline> deadline) {
  return remove_at(AT_FDCWD, path.c_str(), path, deadline);
}

Result<std::vector<std::string>> list_directory(const std::string& path) {
  std::vector<std::string> names;
  const Directory directory(::opendir(path.c_str()), ::closedir);
  if (!directory) {
    if (errno == ENOENT || errno == ENOTDIR) return names;
    return Error::from_errno("opendir", path);
  }
  while (const dirent* entry = ::readdir(directory.get())) {
    if (!is_dots(entry->d_name)) names.emplace_back(entry->d_name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool path_exists(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

}  // namespace gyre::pkg
