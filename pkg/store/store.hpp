// Store: unpacked packages, shared by all projects of a user and safe to use from many processes at
// once. A package lies in a folder named by its archive's hash. It is unpacked beside the others
// under a private name and renamed in when it is complete, so nobody ever sees half of one. Methods
// are safe on any thread; what they return is a value.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "pkg/extract/tarball.hpp"
#include "pkg/store/index.hpp"
#include "pkg/store/integrity.hpp"
#include "runtime/base/fd.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// What the registry or the lockfile said the archive contains; empty members are not checked.
struct ExpectedPackage {
  std::string name;
  std::string version;
  bool has_digest = false;  // the archive's was said, and is right
};

struct StoreEntry {
  std::string folder;  // absolute path of the package's files
  std::shared_ptr<const StoredPackage> package;
};

class Store {
 public:
  // `root` is created when something is first stored.
  explicit Store(std::string root) : root_(std::move(root)) {}
  ~Store();
  // Removes what processes that are gone were unpacking.
  void remove_abandoned() const;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Nothing if the package is not there, or not whole.
  std::optional<StoreEntry> find(const Digest& key) const;
  // Whether that is worth asking: one system call, where find() reads a file.
  bool may_have(const Digest& key) const;
  // find() with as little as possible done: the folder of the files is open, their list is text.
  struct OpenEntry {
    UniqueFd folder;
    std::string index;  // for IndexView
  };
  // `place` is place_of() a key.
  std::optional<OpenEntry> open(const std::string& place) const;
  // Where a package is, below the root.
  static std::string place_of(const Digest& key);
  // Unpacks an archive whose hash has been checked against `key` by the caller. Another process may
  // store the same package meanwhile: then its copy is used.
  Result<StoreEntry> add(const Digest& key, ByteView archive, const ExpectedPackage& expected,
                         const TarballLimits& limits = {});
  // Removes a package that turned out to lack files. Others may be linking from it: they fail
  // alike.
  void discard(const Digest& key) const;
  // EMANIFEST when the package calls itself something else.
  static Status check_identity(const StoredPackage& package, const ExpectedPackage& expected);
  static Status check_identity(std::string_view name, std::string_view version,
                               const ExpectedPackage& expected);

  struct Listed {
    std::string name, version, folder;
  };
  // What is there, in the order of the hashes.
  Result<std::vector<Listed>> list() const;

  struct VerifyReport {
    size_t packages = 0;
    size_t files = 0;
    uint64_t bytes = 0;
    std::vector<std::string> damaged;  // folders that were removed
  };
  // Reads everything; what does not match its index is removed and will be fetched again.
  Result<VerifyReport> verify() const;
  struct PruneReport {
    size_t packages = 0;
    uint64_t bytes = 0;
  };
  // Removes packages whose files no project links to, and leftovers of interrupted runs.
  Result<PruneReport> prune() const;
  const std::string& root() const { return root_; }

 private:
  std::string folder_of(const Digest& key) const;
  // Where this process unpacks: a folder of its own, locked while it lives.
  Result<std::string> workshop() const;
  Status open_workshop() const;
  Result<std::string> make_private_folder() const;
  Result<StoreEntry> publish(const std::string& private_folder, const std::string& folder,
                             std::shared_ptr<const StoredPackage> package) const;

  std::string root_;
  mutable std::mutex mutex_;  // guards the workshop
  mutable std::string workshop_;
  mutable UniqueFd workshop_lock_;
};

}  // namespace gyre::pkg
