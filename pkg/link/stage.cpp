#include "pkg/link/stage.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "pkg/files.hpp"
#include "runtime/base/fd.hpp"

namespace gyre::pkg {
namespace {

Result<UniqueFd> open_folder(int root, const std::string& path) {
  UniqueFd fd(::openat(root, path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return Error::from_errno("open", path);
  return fd;
}

}  // namespace

Status FileStager::place(std::string_view path, bool is_executable) {
  const size_t slash = path.rfind('/');
  if (slash != std::string_view::npos) GYRE_TRY(enter(path.substr(0, slash)));
  return modes_.place({from_, to_, path.data(), is_executable}, label_);
}

Status FileStager::enter(std::string_view folder) {
  if (folder == current_) return ok();
  for (size_t at = 0; at < folder.size();) {
    const size_t end = std::min(folder.find('/', at + 1), folder.size());
    const std::string_view part = folder.substr(0, end);
    at = end;
    if (is_made(part)) continue;
    const std::string path(part);
    if (::mkdirat(to_, path.c_str(), 0777) != 0 && errno != EEXIST) {
      return Error::from_errno("mkdir", label_ + "/" + path);
    }
  }
  current_ = folder;
  return ok();
}

// The one just left, or above it.
bool FileStager::is_made(std::string_view folder) const {
  return current_.starts_with(folder) &&
         (current_.size() == folder.size() || current_[folder.size()] == '/');
}

Status stage_package(const StoreEntry& entry, const std::string& target, LinkModes& modes) {
  GYRE_TRY(make_directories(target));
  GYRE_ASSIGN(const UniqueFd from, open_folder(AT_FDCWD, entry.folder));
  GYRE_ASSIGN(const UniqueFd to, open_folder(AT_FDCWD, target));
  FileStager stager(from.get(), to.get(), target, modes);
  for (const StoredFile& file : entry.package->files) {
    GYRE_TRY(stager.place(file.path, file.is_executable));
  }
  return ok();
}

Status stage_entry(const Store::OpenEntry& entry, IndexView& index, int root,
                   const std::string& target, LinkModes& modes) {
  GYRE_TRY(make_directories_at(root, target));
  GYRE_ASSIGN(const UniqueFd to, open_folder(root, target));
  FileStager stager(entry.folder.get(), to.get(), target, modes);
  for (IndexView::File file; index.next_path(file);) {
    GYRE_TRY(stager.place(file.path, file.is_executable));
  }
  return index.is_whole() ? ok() : Status(Error(Code::ESTORE));
}

}  // namespace gyre::pkg
