#include "runtime/modules/resolution/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/base/fd.hpp"
#include "runtime/base/path.hpp"

namespace gyre::resolution {
namespace {

FileKind kind_of(const struct stat& info) {
  return S_ISDIR(info.st_mode) ? FileKind::kDirectory : FileKind::kFile;
}

bool has_nul(const std::string& path) { return path.find('\0') != std::string::npos; }

}  // namespace

FileKind Files::kind(const std::string& path) {
  if (auto found = kinds_.find(path); found != kinds_.end()) return found->second.kind;
  struct stat info;
  if (has_nul(path) || ::lstat(path.c_str(), &info) != 0) return FileKind::kMissing;
  bool is_link = S_ISLNK(info.st_mode);
  if (is_link && ::stat(path.c_str(), &info) != 0) return FileKind::kMissing;
  FileKind kind = kind_of(info);
  kinds_.emplace(path, Known{kind, is_link});
  return kind;
}

std::optional<std::string> Files::real_path(const std::string& path) {
  constexpr int kMaxLinks = 40;  // the kernel's own limit
  return real_path_limited(path::resolve("/", path), kMaxLinks);
}

std::optional<std::string> Files::real_directory(const std::string& path, int links_left) {
  if (path == "/") return path;
  if (auto found = real_directories_.find(path); found != real_directories_.end()) {
    return found->second;
  }
  auto real = real_path_limited(path, links_left);
  if (real) real_directories_.emplace(path, *real);
  return real;
}

std::optional<std::string> Files::real_path_limited(const std::string& path, int links_left) {
  if (path == "/") return path;
  if (links_left <= 0 || has_nul(path)) return std::nullopt;
  auto directory = real_directory(std::string(path::dirname(path)), links_left);
  if (!directory) return std::nullopt;
  std::string here = *directory == "/" ? "/" : *directory + "/";
  here += path::basename(path);
  if (auto known = kinds_.find(path); known != kinds_.end() && !known->second.is_link) return here;

  char target[4096];
  ssize_t length = ::readlink(here.c_str(), target, sizeof target);
  if (length < 0) return errno == EINVAL ? std::optional(here) : std::nullopt;
  if (static_cast<size_t>(length) == sizeof target) return std::nullopt;
  std::string_view text(target, static_cast<size_t>(length));
  // Links are followed one at a time: the target's own directories may be links in turn.
  if (path::is_absolute(text)) return real_path_limited(path::resolve("/", text), links_left - 1);
  return real_path_limited(path::resolve(*directory, text), links_left - 1);
}

std::optional<std::string> Files::read(const std::string& path) {
  if (has_nul(path)) return std::nullopt;
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return std::nullopt;
  struct stat info;
  if (::fstat(fd.get(), &info) != 0 || S_ISDIR(info.st_mode)) return std::nullopt;
  std::string text;
  text.resize(static_cast<size_t>(info.st_size) + 1);
  size_t filled = 0;
  for (;;) {
    if (filled == text.size()) text.resize(text.size() * 2);
    ssize_t count = ::read(fd.get(), text.data() + filled, text.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    filled += static_cast<size_t>(count);
  }
  text.resize(filled);
  return text;
}

}  // namespace gyre::resolution
