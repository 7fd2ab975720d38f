#include "pkg/link/apply.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <set>

#include "pkg/files.hpp"

namespace gyre::pkg {
namespace {

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

std::optional<std::string> read_link(const std::string& path) {
  char text[PATH_MAX];
  const ssize_t size = ::readlink(path.c_str(), text, sizeof text);
  if (size < 0) return std::nullopt;
  return std::string(text, static_cast<size_t>(size));
}

}  // namespace

Applier::~Applier() {
  if (!undo_.empty()) roll_back();
}

bool Applier::is_in_whole(const LinkUnit& unit) const {
  return is_whole_ && unit.location.starts_with("node_modules/");
}

std::string Applier::stage_of(const LinkUnit& unit, size_t index) const {
  if (is_in_whole(unit)) return stage_dir_ + "/new/" + unit.location;
  return stage_dir_ + "/new/" + std::to_string(index);
}

std::string Applier::aside_path() { return stage_dir_ + "/old/" + std::to_string(asides_++); }

Status Applier::rename_logged(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return Error::from_errno("rename", from, to);
  undo_.push_back({Undo::Kind::kRename, to, from});
  return ok();
}

Status Applier::set_aside(const std::string& path) {
  const std::string aside = aside_path();
  GYRE_TRY(make_directories(folder_of(aside)));
  return rename_logged(path, aside);
}

Status Applier::empty_folder(const std::string& folder) {
  GYRE_ASSIGN(const std::vector<std::string> names, list_directory(folder));
  for (const std::string& name : names) {
    if (!name.starts_with(".gyre-")) GYRE_TRY(set_aside(folder + "/" + name));
  }
  return ok();
}

Status Applier::make_folders(const std::string& path) {
  if (::mkdir(path.c_str(), 0777) == 0) {
    undo_.push_back({Undo::Kind::kRemoveFolder, {}, path});
    return ok();
  }
  if (errno == ENOENT && path.rfind('/') > 0) {
    GYRE_TRY(make_folders(folder_of(path)));
    return make_folders(path);
  }
  if (errno != EEXIST) return Error::from_errno("mkdir", path);
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return ok();
  return Error::from_errno_number(ENOTDIR, "mkdir", path);
}

Status Applier::apply(const LinkPlan& plan) {
  auto run = [&]() -> Status {
    for (const std::string& location : plan.removals) GYRE_TRY(remove(location));
    if (is_whole_) GYRE_TRY(enter_whole_folder(plan));
    for (size_t i = 0; i < plan.units.size(); ++i) {
      if (plan.units[i].is_skipped || is_in_whole(plan.units[i])) continue;
      GYRE_TRY(enter_unit(plan.units[i], i));
    }
    return ok();
  };
  Status status = run();
  if (!status) roll_back();
  return status;
}

Status Applier::remove(const std::string& location) {
  const std::string path = project_dir_ + "/" + location;
  if (!path_exists(path)) return ok();
  GYRE_TRY(set_aside(path));
  // Folders that have become empty go too: a scope, a nested node_modules, an isolated package's.
  const std::string top = project_dir_ + "/node_modules";
  for (std::string parent = folder_of(path);
       parent != top && parent.find("/node_modules", project_dir_.size()) != std::string::npos;
       parent = folder_of(parent)) {
    GYRE_TRY(drop_dead(parent + "/.bin"));
    if (::rmdir(parent.c_str()) != 0) break;
    undo_.push_back({Undo::Kind::kMakeFolder, {}, parent});
  }
  return ok();
}

Status Applier::stage_symlink(const LinkUnit& unit, const std::string& staged) {
  GYRE_TRY(make_directories(folder_of(staged)));
  if (::symlink(unit.symlink.c_str(), staged.c_str()) == 0 || errno == EEXIST) return ok();
  return Error::from_errno("symlink", unit.symlink, project_dir_ + "/" + unit.location);
}

Status Applier::enter_whole_folder(const LinkPlan& plan) {
  for (size_t i = 0; i < plan.units.size(); ++i) {
    const LinkUnit& unit = plan.units[i];
    if (unit.symlink.empty() || unit.is_skipped || !is_in_whole(unit)) continue;
    GYRE_TRY(stage_symlink(unit, stage_of(unit, i)));
  }
  const std::string target = project_dir_ + "/node_modules";
  if (!path_exists(whole_folder())) return ok();
  // An empty folder gives way; one that has been filled meanwhile does not.
  return rename_logged(whole_folder(), target);
}

Status Applier::enter_unit(const LinkUnit& unit, size_t index) {
  const std::string target = project_dir_ + "/" + unit.location;
  const std::string staged = stage_of(unit, index);
  GYRE_TRY(make_folders(folder_of(target)));
  if (!unit.symlink.empty()) GYRE_TRY(stage_symlink(unit, staged));
  if (!path_exists(target)) return rename_logged(staged, target);
  // One call swaps old and new where the file system can: the package is never absent.
  if (::renameat2(AT_FDCWD, staged.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) {
    // Undone in reverse: new to its stage, old back to its place.
    undo_.push_back({Undo::Kind::kRename, staged, target});
    undo_.push_back({Undo::Kind::kRename, target, staged + ".undone"});
    return move_kept(unit, staged, target);
  }
  if (errno != EINVAL && errno != ENOSYS && errno != EPERM) {
    return Error::from_errno("rename", staged, target);
  }
  GYRE_TRY(set_aside(target));
  const std::string aside = undo_.back().from;
  GYRE_TRY(rename_logged(staged, target));
  return move_kept(unit, aside, target);
}

Status Applier::move_kept(const LinkUnit& unit, const std::string& old_folder,
                          const std::string& folder) {
  for (const std::string& location : unit.kept) {
    const std::string below = location.substr(unit.location.size());
    if (!path_exists(old_folder + below)) continue;
    GYRE_TRY(make_directories(folder_of(folder + below)));
    if (path_exists(folder + below)) continue;
    GYRE_TRY(rename_logged(old_folder + below, folder + below));
  }
  return ok();
}

Status Applier::link_bins(const std::vector<BinLink>& wanted) {
  std::set<std::string> folders;
  Status status;
  for (const BinLink& link : wanted) {
    folders.insert(link.folder);
    if (status) status = link_one(link);
  }
  folders.insert("node_modules/.bin");
  for (const std::string& folder : folders) {
    if (status) status = drop_dead(project_dir_ + "/" + folder);
  }
  if (!status) roll_back();
  return status;
}

Status Applier::link_one(const BinLink& link) {
  const std::string folder = project_dir_ + "/" + link.folder;
  const std::string path = folder + "/" + link.name;
  // Not through the .bin folder, which may not be there yet.
  const std::string command = folder_of(folder) + link.target.substr(2);
  struct stat info {};
  if (::stat(command.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return ok();
  if ((info.st_mode & 0111) != 0111 && ::chmod(command.c_str(), info.st_mode | 0755) != 0 &&
      errno != EPERM && errno != EROFS) {
    return Error::from_errno("chmod", command);
  }
  const std::optional<std::string> present = read_link(path);
  if (present == link.target) return ok();
  GYRE_TRY(make_folders(folder));
  if (present) {
    if (::unlink(path.c_str()) != 0) return Error::from_errno("unlink", path);
    undo_.push_back({Undo::Kind::kRestoreLink, *present, path});
  } else if (path_exists(path)) {
    GYRE_TRY(set_aside(path));
  }
  if (::symlink(link.target.c_str(), path.c_str()) != 0) {
    return Error::from_errno("symlink", link.target, path);
  }
  undo_.push_back({Undo::Kind::kRemoveLink, {}, path});
  return ok();
}

// Links into packages that are no longer there. Others' links are left alone.
Status Applier::drop_dead(const std::string& folder) {
  GYRE_ASSIGN(const std::vector<std::string> names, list_directory(folder));
  size_t left = names.size();
  for (const std::string& name : names) {
    const std::string path = folder + "/" + name;
    const std::optional<std::string> target = read_link(path);
    struct stat info {};
    if (!target || !target->starts_with("../") || ::stat(path.c_str(), &info) == 0) continue;
    if (::unlink(path.c_str()) != 0) return Error::from_errno("unlink", path);
    undo_.push_back({Undo::Kind::kRestoreLink, *target, path});
    --left;
  }
  if (!names.empty() && left == 0) (void)::rmdir(folder.c_str());
  return ok();
}

void Applier::roll_back() {
  while (!undo_.empty()) {
    const Undo entry = std::move(undo_.back());
    undo_.pop_back();
    switch (entry.kind) {
      case Undo::Kind::kRename:
        (void)make_directories(folder_of(entry.to));
        (void)::rename(entry.from.c_str(), entry.to.c_str());
        break;
      case Undo::Kind::kRemoveLink:
        (void)::unlink(entry.to.c_str());
        break;
      case Undo::Kind::kRestoreLink:
        (void)make_directories(folder_of(entry.to));
        (void)::symlink(entry.from.c_str(), entry.to.c_str());
        break;
      case Undo::Kind::kMakeFolder:
        (void)make_directories(entry.to);
        break;
      case Undo::Kind::kRemoveFolder:
        (void)::rmdir(entry.to.c_str());
        break;
    }
  }
}

}  // namespace gyre::pkg
