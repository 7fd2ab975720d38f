// Apply: moves staged packages into a project's node_modules, and undoes all of it if something
// fails later. Every package folder changes by one rename, so it is never seen half-made; what is
// replaced or removed is set aside until finish(). One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pkg/link/plan.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

class Applier {
 public:
  // Both absolute; `stage_dir` is on the project's file system and owned by this run.
  Applier(std::string project_dir, std::string stage_dir)
      : project_dir_(std::move(project_dir)), stage_dir_(std::move(stage_dir)) {}
  // Rolls back unless finish() was called.
  ~Applier();
  Applier(const Applier&) = delete;
  Applier& operator=(const Applier&) = delete;

  // Where a project has no node_modules yet all of it is staged as one folder, outside, and moved
  // in by one rename. To be said before anything is staged.
  void stage_whole_folder() { is_whole_ = true; }
  // Where unit `index` is to be staged.
  std::string stage_of(const LinkUnit& unit, size_t index) const;
  // Sets aside all that is in a node_modules folder (absolute), our stage excepted.
  Status empty_folder(const std::string& folder);
  // Moves one file or folder out of the way.
  Status set_aside(const std::string& path);
  Status apply(const LinkPlan& plan);
  // Makes the wanted links of the folders given and drops links there that lead to packages which
  // have gone. Commands are made executable.
  Status link_bins(const std::vector<BinLink>& wanted);
  // Puts everything back. Failures are ignored: the next run repairs.
  void roll_back();
  // Keeps the new state. What was set aside is left in the stage folder, which the caller removes.
  void finish() { undo_.clear(); }

 private:
  struct Undo {
    enum class Kind : uint8_t {
      kRename,
      kRemoveLink,
      kRestoreLink,
      kMakeFolder,
      kRemoveFolder
    } kind;
    std::string from, to;  // kRename: back from -> to. Links: to = path, from = old text
  };
  std::string aside_path();
  Status rename_logged(const std::string& from, const std::string& to);
  Status make_folders(const std::string& path);
  bool is_in_whole(const LinkUnit& unit) const;
  std::string whole_folder() const { return stage_dir_ + "/new/node_modules"; }
  Status remove(const std::string& location);
  Status stage_symlink(const LinkUnit& unit, const std::string& staged);
  Status enter_whole_folder(const LinkPlan& plan);
  Status enter_unit(const LinkUnit& unit, size_t index);
  Status move_kept(const LinkUnit& unit, const std::string& old_folder, const std::string& folder);
  Status link_one(const BinLink& link);
  Status drop_dead(const std::string& folder);

  std::string project_dir_, stage_dir_;
  std::vector<Undo> undo_;
  size_t asides_ = 0;
  bool is_whole_ = false;
};

}  // namespace gyre::pkg
