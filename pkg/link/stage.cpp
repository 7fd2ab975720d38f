#include "pkg/link/stage.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "pkg/files.hpp"
#include "runtime/base/fd.hpp"

namespace gyre::pkg {
namespace {

Result<UniqueFd> open_folder(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return Error::from_errno("open", path);
  return fd;
}

// Makes the folders of files that come sorted by path, each once.
class FolderMaker {
 public:
  FolderMaker(int root, const std::string& label) : root_(root), label_(label) {}

  Status enter(std::string_view folder) {
    if (folder == current_) return ok();
    for (size_t at = 0; at < folder.size();) {
      const size_t end = std::min(folder.find('/', at + 1), folder.size());
      const std::string_view part = folder.substr(0, end);
      at = end;
      if (is_made(part)) continue;
      const std::string path(part);
      if (::mkdirat(root_, path.c_str(), 0777) != 0 && errno != EEXIST) {
        return Error::from_errno("mkdir", label_ + "/" + path);
      }
    }
    current_ = folder;
    return ok();
  }

 private:
  // The one just left, or above it.
  bool is_made(std::string_view folder) const {
    return current_.starts_with(folder) &&
           (current_.size() == folder.size() || current_[folder.size()] == '/');
  }

  int root_;
  const std::string& label_;
  std::string current_;
};

}  // namespace

Status stage_package(const StoreEntry& entry, const std::string& target, LinkModes& modes) {
  GYRE_TRY(make_directories(target));
  GYRE_ASSIGN(const UniqueFd from, open_folder(entry.folder));
  GYRE_ASSIGN(const UniqueFd to, open_folder(target));
  FolderMaker folders(to.get(), target);
  for (const StoredFile& file : entry.package->files) {
    const size_t slash = file.path.rfind('/');
    if (slash != std::string::npos) {
      GYRE_TRY(folders.enter(std::string_view(file.path).substr(0, slash)));
    }
    GYRE_TRY(modes.place({from.get(), to.get(), file.path.c_str(), file.is_executable}, target));
  }
  return ok();
}

}  // namespace gyre::pkg
