#include "runtime/io/pipe.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace gyre::io {
namespace {
constexpr int kLastStandardFd = 2;
}  // namespace

Status Pipe::open(int fd) {
  struct stat info;
  if (::fstat(fd, &info) != 0) return Error::from_errno("open");
  const bool is_socket = S_ISSOCK(info.st_mode);
  if (is_socket || fd > kLastStandardFd) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) {
      return Error::from_errno("open");
    }
  }
  adopt(UniqueFd(fd), is_socket ? DescriptorKind::kSocket : DescriptorKind::kOther);
  return ok();
}

Status Pipe::bind_path(const std::string& path) {
  GYRE_ASSIGN(Endpoint endpoint, Endpoint::unix_path(path));
  GYRE_TRY(Socket::bind(endpoint));
  bound_path_ = path;
  return ok();
}

Status Pipe::allow_all(bool readable, bool writable) {
  struct stat info;
  if (bound_path_.empty() || bound_path_.front() == '\0') {
    return Error::from_errno_number(EBADF, "chmod");
  }
  if (::stat(bound_path_.c_str(), &info) != 0) return Error::from_errno("chmod", bound_path_);
  mode_t mode = info.st_mode;
  if (readable) mode |= S_IRUSR | S_IRGRP | S_IROTH;
  if (writable) mode |= S_IWUSR | S_IWGRP | S_IWOTH;
  if (::chmod(bound_path_.c_str(), mode) != 0) return Error::from_errno("chmod", bound_path_);
  return ok();
}

loop::CloseStep Pipe::begin_close() {
  if (!bound_path_.empty() && bound_path_.front() != '\0') ::unlink(bound_path_.c_str());
  return Socket::begin_close();
}

}  // namespace gyre::io
