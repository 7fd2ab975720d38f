#include "pkg/link/mode.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "pkg/extract/guard.hpp"
#include "runtime/base/fd.hpp"

namespace gyre::pkg {
namespace {

struct OpenPair {
  UniqueFd from, to;
};

Result<OpenPair> open_both(const Placement& file) {
  OpenPair pair;
  pair.from.reset(::openat(file.from_folder, file.name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!pair.from) return Error::from_errno("open");
  const mode_t mode = file.is_executable ? 0755 : 0644;
  pair.to.reset(::openat(file.to_folder, file.name,
                         O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!pair.to) return Error::from_errno("open");
  return pair;
}

// A half-made file must not stay.
Status undo(const Placement& file, Error error) {
  ::unlinkat(file.to_folder, file.name, 0);
  return error;
}

Status reflink(const Placement& file) {
  GYRE_ASSIGN(const OpenPair pair, open_both(file));
  if (::ioctl(pair.to.get(), FICLONE, pair.from.get()) == 0) return ok();
  return undo(file, Error::from_errno("ioctl_ficlone"));
}

Status hardlink(const Placement& file) {
  if (::linkat(file.from_folder, file.name, file.to_folder, file.name, 0) == 0) return ok();
  return Error::from_errno("link");
}

Status copy(const Placement& file) {
  GYRE_ASSIGN(const OpenPair pair, open_both(file));
  char chunk[64 << 10];
  while (true) {
    const ssize_t count = ::read(pair.from.get(), chunk, sizeof chunk);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return undo(file, Error::from_errno("read"));
    if (count == 0) return ok();
    const ByteView bytes{reinterpret_cast<const uint8_t*>(chunk), static_cast<size_t>(count)};
    if (Status written = write_all(pair.to.get(), bytes, {}); !written) {
      return undo(file, std::move(written).error());
    }
  }
}

Status place_by(LinkMode mode, const Placement& file) {
  switch (mode) {
    case LinkMode::kReflink:
      return reflink(file);
    case LinkMode::kHardlink:
      return hardlink(file);
    default:
      return copy(file);
  }
}

// The file systems cannot do it, as opposed to: this file, this disk, these rights.
bool is_unsupported(int number) {
  switch (number) {
    case EXDEV:
    case EOPNOTSUPP:
    case ENOTTY:
    case EINVAL:
    case ENOSYS:
    case EPERM:
    case EMLINK:
      return true;
    default:
      return false;
  }
}

}  // namespace

Status LinkModes::place(const Placement& file, const std::string& folder) {
  const LinkMode mode = proven_.load(std::memory_order_relaxed);
  Status placed = mode == LinkMode::kAuto ? try_in_order(file) : place_by(mode, file);
  if (placed) return placed;
  const int number = placed.error().errno_number();
  if (number == EEXIST) return ok();
  // A file with as many links as the file system allows: this one is copied.
  if (number == EMLINK && mode == LinkMode::kHardlink) placed = copy(file);
  if (placed) return placed;
  return std::move(placed).error().with_path(folder + "/" + file.name);
}

Status LinkModes::try_in_order(const Placement& file) {
  Status last;
  for (const LinkMode mode : {LinkMode::kReflink, LinkMode::kHardlink, LinkMode::kCopy}) {
    if (wanted_ != LinkMode::kAuto && wanted_ != mode && mode != LinkMode::kCopy) continue;
    last = place_by(mode, file);
    if (last) {
      proven_.store(mode, std::memory_order_relaxed);
      return last;
    }
    if (!is_unsupported(last.error().errno_number())) return last;
  }
  return last;
}

}  // namespace gyre::pkg
