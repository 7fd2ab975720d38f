#include "pkg/extract/guard.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "pkg/registry/url.hpp"

namespace gyre::pkg {
namespace {

constexpr size_t kPathLimit = 1024;
constexpr size_t kNameLimit = 255;

Error bad_path(std::string_view name, const char* why) {
  return Error(Code::ETARPATH, "the archive entry \"" + printable_text(name, 200) + "\" " + why);
}

}  // namespace

Result<std::string> checked_entry_path(std::string_view name) {
  if (name.empty()) return bad_path(name, "has no name");
  if (name.front() == '/') return bad_path(name, "has an absolute path");
  if (name.find('\0') != std::string_view::npos)
    return bad_path(name, "has a NUL byte in its name");
  std::string path;
  bool is_first = true;
  for (size_t at = 0; at <= name.size();) {
    const size_t end = std::min(name.find('/', at), name.size());
    const std::string_view part = name.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") return bad_path(name, "leaves the package");
    if (part.size() > kNameLimit) return bad_path(name, "has a part of more than 255 bytes");
    if (std::exchange(is_first, false)) continue;
    if (!path.empty()) path += '/';
    path += part;
  }
  if (path.size() > kPathLimit) return bad_path(name, "has a path of more than 1024 bytes");
  return path;
}

bool is_entry_path(std::string_view path) {
  if (path.size() > kPathLimit || path.find('\0') != std::string_view::npos) return false;
  for (size_t at = 0; at <= path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == "." || part == ".." || part.size() > kNameLimit) return false;
  }
  return true;
}

Result<GuardedFolder> GuardedFolder::open(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return Error::from_errno("open", path);
  return GuardedFolder(path, std::move(fd));
}

Result<UniqueFd> GuardedFolder::open_beneath(const std::string& path, int flags, unsigned mode) {
  open_how how{};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC | O_NOFOLLOW);
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  long fd = ::syscall(SYS_openat2, fd_.get(), path.c_str(), &how, sizeof how);
  // Old kernels and some sandboxes lack the call. Nothing here ever makes a symlink and the folder
  // is ours alone, so the checked name is enough there.
  if (fd < 0 && (errno == ENOSYS || errno == EPERM)) {
    fd = ::openat(fd_.get(), path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode);
  }
  if (fd < 0) return Error::from_errno("open", path_ + "/" + path);
  return UniqueFd(static_cast<int>(fd));
}

Status GuardedFolder::make_folders(std::string_view path) {
  if (path.empty() || folders_.contains(std::string(path))) return ok();
  const size_t slash = path.rfind('/');
  if (slash != std::string_view::npos) GYRE_TRY(make_folders(path.substr(0, slash)));
  const std::string folder(path);
  if (::mkdirat(fd_.get(), folder.c_str(), 0755) != 0 && errno != EEXIST) {
    return Error::from_errno("mkdir", path_ + "/" + folder);
  }
  folders_.insert(folder);
  return ok();
}

Result<UniqueFd> GuardedFolder::create_file(const std::string& path, unsigned mode) {
  const size_t slash = path.rfind('/');
  const std::string_view folder(path.data(), slash == std::string::npos ? 0 : slash);
  if (folder != last_folder_) {
    GYRE_TRY(make_folders(folder));
    last_folder_ = folder;
  }
  auto created = open_beneath(path, O_WRONLY | O_CREAT | O_EXCL, mode);
  if (created || created.error().errno_number() != EEXIST) return created;
  if (::unlinkat(fd_.get(), path.c_str(), 0) != 0) return created;
  return open_beneath(path, O_WRONLY | O_CREAT | O_EXCL, mode);
}

Status write_all(int fd, ByteView bytes, const std::string& path, const std::string& folder) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return Error::from_errno("write", folder.empty() ? path : folder + "/" + path);
    }
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return ok();
}

}  // namespace gyre::pkg
