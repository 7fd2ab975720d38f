#include "pkg/link/stage.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "pkg/files.hpp"
#include "runtime/base/fd.hpp"

namespace gyre::pkg {
namespace {

Result<UniqueFd> open_folder(int parent, const char* path, const std::string& label) {
  UniqueFd fd(::openat(parent, path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return Error::from_errno("open", label);
  return fd;
}

// The pair of open folders files are currently linked between. Files come sorted by folder, so each
// folder is opened once or a few times.
class FolderPair {
 public:
  FolderPair(const std::string& from, const std::string& to) : from_(from), to_(to) {}

  Status enter(std::string_view folder) {
    if (entered_ && folder == folder_) return ok();
    entered_ = false;
    folder_ = folder;
    const std::string below = folder_.empty() ? "" : "/" + folder_;
    if (!folder_.empty()) GYRE_TRY(make_directories(to_ + below));
    GYRE_ASSIGN(from_fd_, open_folder(AT_FDCWD, (from_ + below).c_str(), from_ + below));
    GYRE_ASSIGN(to_fd_, open_folder(AT_FDCWD, (to_ + below).c_str(), to_ + below));
    entered_ = true;
    return ok();
  }
  int from() const { return from_fd_.get(); }
  int to() const { return to_fd_.get(); }

 private:
  const std::string& from_;
  const std::string& to_;
  std::string folder_;
  bool entered_ = false;
  UniqueFd from_fd_, to_fd_;
};

}  // namespace

Status stage_package(const StoreEntry& entry, const std::string& target, LinkModes& modes) {
  GYRE_TRY(make_directories(target));
  FolderPair folders(entry.folder, target);
  for (const StoredFile& file : entry.package->files) {
    const size_t slash = file.path.rfind('/');
    const size_t name = slash == std::string::npos ? 0 : slash + 1;
    GYRE_TRY(folders.enter(std::string_view(file.path).substr(0, name == 0 ? 0 : slash)));
    const Placement placement{folders.from(), folders.to(), file.path.c_str() + name,
                              file.is_executable};
    GYRE_TRY(modes.place(placement, target + "/" + file.path));
  }
  return ok();
}

}  // namespace gyre::pkg
