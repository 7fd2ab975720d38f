#include "runtime/io/fs_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <memory>
#include <thread>

namespace gyre::io::fs {
namespace {

EntryType entry_type(unsigned char type) {
  switch (type) {
    case DT_REG:
      return EntryType::kFile;
    case DT_DIR:
      return EntryType::kDirectory;
    case DT_LNK:
      return EntryType::kLink;
    case DT_FIFO:
      return EntryType::kFifo;
    case DT_SOCK:
      return EntryType::kSocket;
    case DT_CHR:
      return EntryType::kCharacter;
    case DT_BLK:
      return EntryType::kBlock;
    default:
      return EntryType::kUnknown;
  }
}

bool is_dot_name(const char* name) {
  return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

// The kernel's record; glibc wraps getdents64 only since 2.30 and hides its type.
struct KernelEntry {
  uint64_t inode;
  int64_t offset;
  uint16_t record_length;
  unsigned char type;
  char name[1];
};

// Appends one batch; false at the end of the directory.
Result<bool> read_batch(int directory, std::vector<Entry>& entries, std::string_view syscall,
                        const std::string& path) {
  alignas(KernelEntry) char batch[32 * 1024];
  long size = ::syscall(SYS_getdents64, directory, batch, sizeof batch);
  if (size < 0) return Error::from_errno(syscall, path);
  for (long offset = 0; offset < size;) {
    const auto* entry = reinterpret_cast<const KernelEntry*>(batch + offset);
    if (!is_dot_name(entry->name)) entries.push_back({entry->name, entry_type(entry->type)});
    offset += entry->record_length;
  }
  return size > 0;
}

bool is_directory_at(const std::string& path) {
  struct stat data;
  return ::stat(path.c_str(), &data) == 0 && S_ISDIR(data.st_mode);
}

std::string parent_of(const std::string& path) {
  size_t end = path.find_last_not_of('/');
  if (end == std::string::npos) return "/";
  size_t slash = path.rfind('/', end);
  if (slash == std::string::npos) return ".";
  size_t last = path.find_last_not_of('/', slash);
  return last == std::string::npos ? "/" : path.substr(0, last + 1);
}

bool is_retriable(int number) {
  return number == EBUSY || number == EMFILE || number == ENFILE || number == ENOTEMPTY ||
         number == EPERM;
}

// Removes everything in the directory `name` of `parent`, then the directory. Works by
// descriptors, so a directory swapped for a link meanwhile is not followed out of the tree.
int remove_tree_at(int parent, const char* name, std::string& path) {
  if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT) return 0;
  if (errno != EISDIR && errno != EPERM) return errno;
  int unlink_error = errno;
  UniqueFd directory(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) {
    if (errno == ENOENT) return 0;
    return errno == ENOTDIR ? unlink_error : errno;
  }
  std::vector<Entry> entries;
  while (true) {
    auto more = read_batch(directory.get(), entries, "scandir", path);
    if (!more) return more.error().errno_number();
    if (!*more) break;
  }
  for (const Entry& entry : entries) {
    size_t length = path.size();
    path += '/';
    path += entry.name;
    int error = remove_tree_at(directory.get(), entry.name.c_str(), path);
    if (error != 0) return error;
    path.resize(length);
  }
  directory.reset();
  if (::unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT) return 0;
  return errno;
}

Status remove_once(const std::string& path, Removal how) {
  struct stat data;
  if (::lstat(path.c_str(), &data) != 0) {
    if (errno == ENOENT && how.missing == Removal::Missing::kIgnored) return ok();
    return Error::from_errno(errno == ENOENT ? "lstat" : "rm", path);
  }
  if (!S_ISDIR(data.st_mode)) {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return ok();
    return Error::from_errno("rm", path);
  }
  if (how.recursive == Removal::Recursive::kNo) {
    return Error::from_errno_number(EISDIR, "rm", path);
  }
  std::string failed = path;
  int error = remove_tree_at(AT_FDCWD, path.c_str(), failed);
  if (error != 0) return Error::from_errno_number(error, "rm", failed);
  return ok();
}

// A pipe or a socket behind /proc/self/fd: there is no path to it, its link text stands for one.
std::optional<std::string> unnamed_target(const std::string& path) {
  struct stat data;
  if (::stat(path.c_str(), &data) != 0) return std::nullopt;
  if (!S_ISFIFO(data.st_mode) && !S_ISSOCK(data.st_mode)) return std::nullopt;
  std::string at = path;
  while (true) {
    auto target = readlink(at);
    if (!target) return at;
    at = target->front() == '/' ? *target : parent_of(at) + '/' + *target;
  }
}

}  // namespace

Result<std::vector<Entry>> list_directory(const std::string& path) {
  UniqueFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return Error::from_errno("scandir", path);
  std::vector<Entry> entries;
  while (true) {
    GYRE_ASSIGN(bool more, read_batch(directory.get(), entries, "scandir", path));
    if (!more) break;
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& left, const Entry& right) { return left.name < right.name; });
  return entries;
}

Result<std::vector<Entry>> read_entries(int directory) {
  std::vector<Entry> entries;
  // A batch may hold nothing but the dot names.
  while (entries.empty()) {
    GYRE_ASSIGN(bool more, read_batch(directory, entries, "scandir", {}));
    if (!more) break;
  }
  return entries;
}

Result<std::optional<std::string>> make_directories(const std::string& path, uint32_t mode) {
  std::vector<std::string> wanted{path};
  std::optional<std::string> first;
  while (!wanted.empty()) {
    const std::string& next = wanted.back();
    if (::mkdir(next.c_str(), mode) == 0) {
      if (!first) first = next;
      wanted.pop_back();
      continue;
    }
    int number = errno;
    if (number == ENOENT) {
      std::string parent = parent_of(next);
      if (parent == next || parent == ".") return Error::from_errno_number(number, "mkdir", path);
      wanted.push_back(std::move(parent));
      continue;
    }
    if (number == ENOTDIR) return Error::from_errno_number(number, "mkdir", path);
    if (!is_directory_at(next)) {
      // A file stands where a directory must be: of the last component it is EEXIST.
      int shown = number == EEXIST && wanted.size() > 1 ? ENOTDIR : number;
      return Error::from_errno_number(shown, "mkdir", path);
    }
    wanted.pop_back();
  }
  return first;
}

Result<std::string> native_realpath(const std::string& path) {
  std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(path.c_str(), nullptr),
                                                       &std::free);
  if (!resolved) return Error::from_errno("realpath", path);
  return std::string(resolved.get());
}

Result<std::string> realpath(const std::string& path) {
  std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(path.c_str(), nullptr),
                                                       &std::free);
  if (resolved) return std::string(resolved.get());
  int number = errno;
  if (auto target = unnamed_target(path)) return *target;
  // The shortest prefix that fails is the one a walk would have stopped at.
  std::string whole = path;
  if (path.empty() || path[0] != '/') {
    char cwd[PATH_MAX];
    if (::getcwd(cwd, sizeof cwd) == nullptr) return Error::from_errno("lstat", path);
    whole = std::string(cwd) + '/' + path;
  }
  for (size_t slash = whole.find('/', 1);; slash = whole.find('/', slash + 1)) {
    std::string prefix = whole.substr(0, slash);
    struct stat data;
    if (::lstat(prefix.c_str(), &data) != 0) return Error::from_errno("lstat", prefix);
    if (S_ISLNK(data.st_mode) && ::stat(prefix.c_str(), &data) != 0) {
      return Error::from_errno("stat", prefix);
    }
    if (slash == std::string::npos) break;
  }
  return Error::from_errno_number(number, "lstat", path);
}

Status remove(const std::string& path, Removal how) {
  for (uint32_t attempt = 0;; ++attempt) {
    Status status = remove_once(path, how);
    if (status || attempt >= how.max_retries) return status;
    if (!is_retriable(status.error().errno_number())) return status;
    // Linear back-off, as rm's options document it.
    std::this_thread::sleep_for(std::chrono::milliseconds(how.retry_delay_ms * (attempt + 1)));
  }
}

}  // namespace gyre::io::fs
