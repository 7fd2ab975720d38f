#include "pkg/store/store.hpp"

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <set>

#include "pkg/extract/guard.hpp"
#include "pkg/files.hpp"
#include "pkg/quiet_folder.hpp"

namespace gyre::pkg {
namespace {

// Bumped when the layout changes: older gyres keep using their own folder.
constexpr const char* kLayout = "/v1";
constexpr int kFolderFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr size_t kManifestLimit = size_t{16} << 20;

// Writes an archive's files into a private folder and collects the index on the way.
class Unpacker final : public TarballVisitor {
 public:
  Unpacker(GuardedFolder& folder, StoredPackage& package) : folder_(folder), package_(package) {}

  Status begin_file(const std::string& path, bool is_executable) override {
    current_ = StoredFile{path, 0, 0, is_executable};
    GYRE_ASSIGN(fd_, folder_.create_file(path, is_executable ? 0755 : 0644));
    if (path == "package.json") manifest_.clear();
    return ok();
  }
  Status write(ByteView bytes) override {
    current_.size += bytes.size();
    current_.crc = libdeflate_crc32(current_.crc, bytes.data(), bytes.size());
    if (current_.path == "package.json") {
      if (manifest_.size() + bytes.size() > kManifestLimit) {
        return Error(Code::EPKGJSON, "the package's package.json is larger than 16 MiB");
      }
      manifest_.append(as_text(bytes));
    }
    return write_all(fd_.get(), bytes, current_.path, folder_.path());
  }
  Status end_file() override {
    fd_.reset();
    if (current_.path == "package.json") has_manifest_ = true;
    if (current_.path == "binding.gyp") package_.has_binding_gyp = true;
    package_.unpacked_size += current_.size;
    package_.files.push_back(std::move(current_));
    return ok();
  }

  // Reads the manifest, marks bins executable, puts the files in linking order.
  Status finish() {
    if (!has_manifest_) return Error(Code::EPKGJSON, "the package has no package.json");
    std::vector<std::string> bins;
    GYRE_TRY(read_package_facts(manifest_, package_, bins));
    drop_replaced();
    for (const std::string& bin : bins) GYRE_TRY(mark_executable(bin));
    return ok();
  }

 private:
  // An archive may name a file twice: the last one counts. Sorted by folder, package.json last.
  void drop_replaced() {
    auto& files = package_.files;
    std::stable_sort(files.begin(), files.end(), [](const StoredFile& a, const StoredFile& b) {
      const bool a_last = a.path == "package.json", b_last = b.path == "package.json";
      if (a_last != b_last) return b_last;
      return a.path < b.path;
    });
    auto same = [](const StoredFile& a, const StoredFile& b) { return a.path == b.path; };
    const auto kept = std::unique(files.rbegin(), files.rend(), same);
    files.erase(files.begin(), kept.base());
  }

  Status mark_executable(const std::string& path) {
    for (StoredFile& file : package_.files) {
      if (file.path != path || file.is_executable) continue;
      file.is_executable = true;
      const std::string full = folder_.path() + "/" + path;
      if (::fchmodat(AT_FDCWD, full.c_str(), 0755, 0) != 0) return Error::from_errno("chmod", full);
    }
    return ok();
  }

  GuardedFolder& folder_;
  StoredPackage& package_;
  StoredFile current_;
  UniqueFd fd_;
  std::string manifest_;
  bool has_manifest_ = false;
};

std::string plain_version(std::string_view version) {
  while (!version.empty() &&
         (version.front() == 'v' || version.front() == '=' || version.front() == ' ')) {
    version.remove_prefix(1);
  }
  while (!version.empty() && version.back() == ' ') version.remove_suffix(1);
  return std::string(version.substr(0, version.find('+')));
}

}  // namespace

std::string Store::place_of(const Digest& key) {
  const std::string hex = key.to_hex();
  return std::string(kLayout) + "/" + std::string(hash_name(key.algorithm)) + "/" +
         hex.substr(0, 2) + "/" + hex.substr(2);
}

std::string Store::folder_of(const Digest& key) const { return root_ + place_of(key); }

std::optional<StoreEntry> Store::find(const Digest& key) const {
  const std::string folder = folder_of(key);
  auto text = read_file(folder + "/index");
  if (!text) return std::nullopt;
  auto package = StoredPackage::parse(*text);
  if (!package) return std::nullopt;
  return StoreEntry{folder + "/package",
                    std::make_shared<const StoredPackage>(std::move(*package))};
}

bool Store::may_have(const Digest& key) const { return path_exists(folder_of(key)); }

std::optional<Store::OpenEntry> Store::open(const std::string& place) const {
  const UniqueFd folder(::open((root_ + place).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return std::nullopt;
  auto index = read_file_at(folder.get(), "index");
  OpenEntry entry{UniqueFd(::openat(folder.get(), "package", kFolderFlags)), {}};
  if (!index || !entry.folder) return std::nullopt;
  entry.index = std::move(*index);
  return entry;
}

Status Store::check_identity(const StoredPackage& package, const ExpectedPackage& expected) {
  return check_identity(package.name, package.version, expected);
}

Status Store::check_identity(std::string_view name, std::string_view version,
                             const ExpectedPackage& expected) {
  if (!expected.name.empty() && !name.empty() && name != expected.name) {
    return Error(Code::EMANIFEST, "the archive contains \"" + std::string(name) + "\" where \"" +
                                      expected.name + "\" was expected");
  }
  if (!expected.version.empty() && !version.empty() && version != expected.version &&
      plain_version(version) != plain_version(expected.version)) {
    return Error(Code::EMANIFEST, "the archive contains version " + std::string(version) +
                                      " where " + expected.version + " was expected");
  }
  return ok();
}

Status Store::open_workshop() const {
  const std::string all = root_ + kLayout + "/tmp";
  GYRE_TRY(make_quiet_folder(all));
  // Process numbers may repeat: in containers, and after a crash.
  for (unsigned number = 0;; ++number) {
    const std::string folder =
        all + "/" + std::to_string(::getpid()) + "-" + std::to_string(number);
    if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) {
      return Error::from_errno("mkdir", folder);
    }
    UniqueFd lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock || (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)) continue;
    // Taken for abandoned and removed before it was locked?
    if (!path_exists(folder)) continue;
    workshop_lock_ = std::move(lock);
    workshop_ = folder;
    return ok();
  }
}

Result<std::string> Store::workshop() const {
  std::lock_guard lock(mutex_);
  if (workshop_.empty()) GYRE_TRY(open_workshop());
  return workshop_;
}

void Store::remove_abandoned() const {
  const std::string all = root_ + kLayout + "/tmp";
  auto names = list_directory(all);
  if (!names) return;
  for (const std::string& name : *names) {
    const std::string folder = all + "/" + name;
    const UniqueFd lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) (void)remove_tree(folder);
  }
}

Store::~Store() {
  if (!workshop_.empty()) (void)::rmdir(workshop_.c_str());
}

Result<std::string> Store::make_private_folder() const {
  static std::atomic<unsigned> counter{0};
  GYRE_ASSIGN(const std::string parent, workshop());
  while (true) {
    const std::string folder = parent + "/" + std::to_string(++counter);
    if (::mkdir(folder.c_str(), 0777) == 0) {
      const std::string content = folder + "/package";
      if (::mkdir(content.c_str(), 0777) != 0) return Error::from_errno("mkdir", content);
      return folder;
    }
    if (errno != EEXIST) return Error::from_errno("mkdir", folder);
  }
}

void Store::discard(const Digest& key) const {
  auto place = make_private_folder();
  if (!place) return;
  (void)::rename(folder_of(key).c_str(), (*place + "/damaged").c_str());
  (void)remove_tree(*place);
}

Result<StoreEntry> Store::publish(const std::string& private_folder, const std::string& folder,
                                  std::shared_ptr<const StoredPackage> package) const {
  bool is_in_place = ::rename(private_folder.c_str(), folder.c_str()) == 0;
  if (!is_in_place && errno == ENOENT) {
    GYRE_TRY(make_directories(folder.substr(0, folder.rfind('/'))));
    is_in_place = ::rename(private_folder.c_str(), folder.c_str()) == 0;
  }
  if (!is_in_place) {
    if (errno != EEXIST && errno != ENOTEMPTY) return Error::from_errno("rename", folder);
    // Someone was faster, or what is there is damaged: then it makes way.
    auto index = read_file(folder + "/index");
    if (index && StoredPackage::parse(*index)) {
      GYRE_TRY(remove_tree(private_folder));
      return StoreEntry{folder + "/package", std::move(package)};
    }
    const std::string damaged = private_folder + ".damaged";
    if (::rename(folder.c_str(), damaged.c_str()) != 0 && errno != ENOENT) {
      return Error::from_errno("rename", folder);
    }
    if (::rename(private_folder.c_str(), folder.c_str()) != 0) {
      return Error::from_errno("rename", folder);
    }
    GYRE_TRY(remove_tree(damaged));
  }
  return StoreEntry{folder + "/package", std::move(package)};
}

Result<StoreEntry> Store::add(const Digest& key, ByteView archive, const ExpectedPackage& expected,
                              const TarballLimits& limits) {
  GYRE_ASSIGN(const std::string private_folder, make_private_folder());
  auto unpack = [&]() -> Result<StoreEntry> {
    GYRE_ASSIGN(GuardedFolder folder, GuardedFolder::open(private_folder + "/package"));
    auto package = std::make_shared<StoredPackage>();
    Unpacker unpacker(folder, *package);
    GYRE_TRY(read_tarball(archive, limits, unpacker,
                          expected.has_digest ? GzipChecksum::kSkip : GzipChecksum::kVerify));
    GYRE_TRY(unpacker.finish());
    GYRE_TRY(check_identity(*package, expected));
    GYRE_ASSIGN(GuardedFolder outer, GuardedFolder::open(private_folder));
    GYRE_ASSIGN(UniqueFd index, outer.create_file("index", 0644));
    GYRE_TRY(write_all(index.get(), as_bytes(package->serialize()), private_folder + "/index"));
    return publish(private_folder, folder_of(key), std::move(package));
  };
  auto entry = unpack();
  if (!entry) (void)remove_tree(private_folder);
  return entry;
}

}  // namespace gyre::pkg
