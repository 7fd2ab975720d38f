#include "pkg/quiet_folder.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include "pkg/files.hpp"
#include "runtime/base/fd.hpp"

namespace gyre::pkg {

Status make_quiet_folder(const std::string& path) {
  GYRE_TRY(make_directories(path));
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  int flags = 0;
  if (fd && ::ioctl(fd.get(), FS_IOC_GETFLAGS, &flags) == 0 && (flags & FS_TOPDIR_FL) == 0) {
    flags |= FS_TOPDIR_FL;
    // A preference: nothing depends on it.
    (void)::ioctl(fd.get(), FS_IOC_SETFLAGS, &flags);
  }
  return ok();
}

}  // namespace gyre::pkg
