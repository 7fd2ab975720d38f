#include "pkg/project.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "pkg/files.hpp"
#include "pkg/workspace/pnpm_workspace.hpp"
#include "pkg/workspace/workspace.hpp"

namespace gyre::pkg {

Result<ProjectLock> ProjectLock::acquire(const std::string& project_dir,
                                         const std::function<void()>& on_wait,
                                         const std::function<bool()>& give_up) {
  UniqueFd fd(::open(project_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return Error::from_errno("open", project_dir);
  bool has_told = false;
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    // File systems without locks: nothing to wait for.
    if (errno != EWOULDBLOCK) break;
    if (!std::exchange(has_told, true)) on_wait();
    if (give_up()) {
      return Error::with_code_name("EBUSY", "another install is at work in " + project_dir);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return ProjectLock(std::move(fd));
}

Result<Project> load_manifests(const Options& options, ManifestNeed need) {
  Project project;
  project.dir = options.project_dir;
  const std::string manifest_path = project.dir + "/package.json";
  project.has_manifest = path_exists(manifest_path);
  if (project.has_manifest || need == ManifestNeed::kRequired) {
    GYRE_ASSIGN(project.manifest, load_manifest(manifest_path));
  } else {
    GYRE_ASSIGN(project.manifest, parse_manifest("{}\n", manifest_path));
  }
  if (project.manifest.rules_error) return *project.manifest.rules_error;
  GYRE_TRY(read_pnpm_workspace(project.dir, project.manifest));
  if (!project.manifest.workspaces.empty()) {
    GYRE_ASSIGN(project.workspaces, load_workspaces(project.dir, project.manifest.workspaces));
  }
  project.lockfile_path = project.dir + "/npm-shrinkwrap.json";
  if (!path_exists(project.lockfile_path))
    project.lockfile_path = project.dir + "/package-lock.json";
  project.reads_lockfile = options.package_lock;
  return project;
}

Status read_lockfile_text(Project& project) {
  if (!project.reads_lockfile) return ok();
  auto text = read_file(project.lockfile_path);
  if (!text && text.error().errno_number() == ENOENT) return ok();
  GYRE_ASSIGN(project.lockfile.text, std::move(text));
  project.lockfile.exists = true;
  return ok();
}

Status parse_project_lockfile(Project& project) {
  if (!project.lockfile.exists) return ok();
  GYRE_ASSIGN(project.lockfile,
              parse_lockfile(std::move(project.lockfile.text), project.lockfile_path));
  return ok();
}

Result<Project> load_project(const Options& options, ManifestNeed need) {
  GYRE_ASSIGN(Project project, load_manifests(options, need));
  GYRE_TRY(read_lockfile_text(project));
  GYRE_TRY(parse_project_lockfile(project));
  return project;
}

namespace {

// ".package-lock.json.123-4": what write_file_atomically was working on when it was killed.
bool is_abandoned_write(const std::string& name) {
  for (const std::string_view target :
       {"package.json", "package-lock.json", ".package-lock.json"}) {
    const std::string prefix = "." + std::string(target) + ".";
    if (!name.starts_with(prefix)) continue;
    const std::string_view rest = std::string_view(name).substr(prefix.size());
    return !rest.empty() && rest.find_first_not_of("0123456789-") == std::string_view::npos;
  }
  return false;
}

// ".gyre-123": the stage of the process 123, which no longer holds the project's lock.
bool is_stage(std::string_view name) {
  constexpr std::string_view kPrefix = ".gyre-";
  return name.size() > kPrefix.size() && name.starts_with(kPrefix) &&
         name.find_first_not_of("0123456789", kPrefix.size()) == std::string_view::npos;
}

}  // namespace

void remove_leftovers(const std::string& project_dir) {
  for (const std::string& folder : {project_dir, project_dir + "/node_modules"}) {
    auto names = list_directory(folder);
    if (!names) continue;
    for (const std::string& name : *names) {
      if (is_abandoned_write(name)) (void)::unlink((folder + "/" + name).c_str());
      if (is_stage(name)) (void)remove_tree(folder + "/" + name);
    }
  }
}

}  // namespace gyre::pkg
