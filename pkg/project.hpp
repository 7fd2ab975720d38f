// Project: a folder being installed into: its manifest, workspaces and lockfile, under a lock that
// keeps other installs out. Owned by one install; one thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "pkg/lockfile/package_lock.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/options.hpp"
#include "pkg/resolve/ideal.hpp"
#include "runtime/base/fd.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// Held until destroyed. The lock is on the folder itself: no file is left behind.
class ProjectLock {
 public:
  // Waits for another install to end, after `on_wait` was told; EBUSY when `give_up` says so.
  static Result<ProjectLock> acquire(const std::string& project_dir,
                                     const std::function<void()>& on_wait,
                                     const std::function<bool()>& give_up);

 private:
  explicit ProjectLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

struct Project {
  std::string dir;
  Manifest manifest;
  bool has_manifest = false;
  std::vector<LocalPackage> workspaces;
  // Locations of the packages a command is about: "" for the project's own. Empty: all of it.
  std::vector<std::string> chosen;
  std::map<std::string, Manifest> edited;  // workspaces' manifests that were changed, by location
  Lockfile lockfile;
  std::string lockfile_path;   // npm-shrinkwrap.json where there is one
  bool reads_lockfile = true;  // --no-package-lock

  std::string hidden_lockfile_path() const { return dir + "/node_modules/.package-lock.json"; }
};

// A missing package.json is an empty project only where something is to be added.
enum class ManifestNeed : uint8_t { kRequired, kOptional };
Result<Project> load_project(const Options& options, ManifestNeed need);
// The same in steps: manifests only, then the lockfile as text, then what the text says.
Result<Project> load_manifests(const Options& options, ManifestNeed need);
Status read_lockfile_text(Project& project);
Status parse_project_lockfile(Project& project);

// Stage folders that interrupted runs left. Only under the lock.
void remove_leftovers(const std::string& project_dir);

}  // namespace gyre::pkg
