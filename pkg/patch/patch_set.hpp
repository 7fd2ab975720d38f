// patchedDependencies of a package.json: "name@version" -> a patch file of the project, applied to
// the package's files when they are linked. Blocking reads; then any thread.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "pkg/manifest/manifest.hpp"
#include "pkg/patch/unified_diff.hpp"

namespace gyre::pkg {

struct Patch {
  std::string key;   // "name@version"
  std::string file;  // relative to the project
  std::string hash;  // of its text
  std::vector<FileDiff> diffs;
};
using PatchRef = std::shared_ptr<const Patch>;

class PatchSet {
 public:
  // EPATCH for a missing or unreadable patch file.
  static Result<PatchSet> load(const std::string& project_dir, const OrderedJson& manifest);

  bool empty() const { return patches_.empty(); }
  // Null when the package is not patched.
  PatchRef find(const std::string& name, const std::string& version) const;
  std::vector<std::string> keys() const;

 private:
  std::map<std::string, PatchRef> patches_;
};

// Which locations of node_modules hold a patched package, by the hash of the patch.
using PatchState = std::map<std::string, std::string>;
PatchState read_patch_state(const std::string& project_dir);
// Removes the file when there is nothing to say.
Status write_patch_state(const std::string& project_dir, const PatchState& state);

// "patches/@scope__name@1.0.0.patch".
std::string patch_file_name(const std::string& name, const std::string& version);
// EPATCH naming the package and the patch.
Status apply_patch(const Patch& patch, const std::string& folder);

}  // namespace gyre::pkg
