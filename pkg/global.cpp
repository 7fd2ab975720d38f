#include "pkg/global.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>

#include "pkg/files.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/spec/spec.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {
namespace {

std::string real_path(const std::string& path) {
  char resolved[PATH_MAX];
  return ::realpath(path.c_str(), resolved) != nullptr ? resolved : std::string();
}

std::string link_text(const std::string& path) {
  char text[PATH_MAX];
  const ssize_t size = ::readlink(path.c_str(), text, sizeof text);
  return size > 0 ? std::string(text, static_cast<size_t>(size)) : std::string();
}

Status make_link(const std::string& text, const std::string& path) {
  GYRE_TRY(make_directories(std::string(path::dirname(path))));
  const std::string temporary = path + "." + std::to_string(::getpid());
  if (::symlink(text.c_str(), temporary.c_str()) != 0) {
    return Error::from_errno("symlink", text, path);
  }
  if (::rename(temporary.c_str(), path.c_str()) == 0) return ok();
  const Error error = Error::from_errno("rename", path);
  (void)::unlink(temporary.c_str());
  return error;
}

std::string bin_text(const std::string& name, const Bin& bin) {
  return "../lib/node_modules/" + name + "/" + bin.path;
}

Result<GlobalPackage> describe(const std::string& prefix, const std::string& name) {
  const std::string entry = global_modules_folder(prefix) + "/" + name;
  GlobalPackage package{name, {}, real_path(entry), false, {}};
  package.is_link = !path::is_inside(real_path(prefix), package.folder);
  GYRE_ASSIGN(const Manifest manifest, load_manifest(entry + "/package.json"));
  package.version = manifest.meta.version;
  package.bins = manifest.meta.bins;
  return package;
}

Status check_free(const std::string& prefix, const std::string& name, const Bin& bin) {
  const std::string path = prefix + "/bin/" + bin.name;
  if (!path_exists(path)) return ok();
  const std::string text = link_text(path);
  // Links into the same package may be of an older version.
  if (text.starts_with("../lib/node_modules/" + name + "/")) return ok();
  return Error::from_errno_number(EEXIST, "symlink", path)
      .with_hint("--force replaces it; it is not a command of " + name);
}

void drop_bins(const std::string& prefix, const std::string& name) {
  auto names = list_directory(prefix + "/bin");
  if (!names) return;
  for (const std::string& bin : *names) {
    const std::string path = prefix + "/bin/" + bin;
    if (link_text(path).starts_with("../lib/node_modules/" + name + "/"))
      (void)::unlink(path.c_str());
  }
}

}  // namespace

std::string global_modules_folder(const std::string& prefix) {
  return prefix + "/lib/node_modules";
}

std::string global_project_folder(const std::string& prefix, const std::string& key) {
  return prefix + "/lib/gyre/" + key;
}

Result<GlobalPackage> link_global(const std::string& prefix, const std::string& folder,
                                  Replace replace) {
  GYRE_ASSIGN(const Manifest manifest, load_manifest(folder + "/package.json"));
  const std::string& name = manifest.meta.name;
  if (name.empty())
    return Error(Code::EPKGJSON, folder + "/package.json has no name to link it by");
  GYRE_TRY(check_package_name(name));
  for (const Bin& bin : manifest.meta.bins) {
    if (replace == Replace::kOwn) GYRE_TRY(check_free(prefix, name, bin));
  }
  const std::string entry = global_modules_folder(prefix) + "/" + name;
  struct stat info {};
  if (::lstat(entry.c_str(), &info) == 0 && !S_ISLNK(info.st_mode)) {
    if (replace == Replace::kOwn)
      return Error::from_errno_number(EEXIST, "symlink", entry)
          .with_hint("another package manager installed it there; --force replaces it");
    GYRE_TRY(remove_tree(entry));
  }
  drop_bins(prefix, name);
  GYRE_TRY(make_link(folder, entry));
  for (const Bin& bin : manifest.meta.bins) {
    const std::string program = folder + "/" + bin.path;
    if (::stat(program.c_str(), &info) == 0 && (info.st_mode & 0111) != 0111)
      (void)::chmod(program.c_str(), info.st_mode | 0755);
    GYRE_TRY(make_link(bin_text(name, bin), prefix + "/bin/" + bin.name));
  }
  return describe(prefix, name);
}

Result<GlobalPackage> unlink_global(const std::string& prefix, const std::string& name) {
  GYRE_TRY(check_package_name(name));
  const std::string entry = global_modules_folder(prefix) + "/" + name;
  const std::string text = link_text(entry);
  if (text.empty()) {
    return Error(Code::EUSAGE, name + " is not a global package of gyre's",
                 "gyre ls -g lists those that are");
  }
  auto package = describe(prefix, name);
  drop_bins(prefix, name);
  if (::unlink(entry.c_str()) != 0) return Error::from_errno("unlink", entry);
  if (name[0] == '@') (void)::rmdir(entry.substr(0, entry.rfind('/')).c_str());
  const std::string own = prefix + "/lib/gyre/";
  if (text.starts_with(own)) {
    const size_t modules = text.find("/node_modules/", own.size());
    if (modules != std::string::npos) GYRE_TRY(remove_tree(text.substr(0, modules)));
  }
  if (!package) return GlobalPackage{name, {}, text, true, {}};
  return package;
}

std::vector<GlobalPackage> list_global(const std::string& prefix) {
  std::vector<GlobalPackage> packages;
  const std::string modules = global_modules_folder(prefix);
  auto names = list_directory(modules);
  if (!names) return packages;
  auto add = [&](const std::string& name) {
    if (auto package = describe(prefix, name)) packages.push_back(std::move(*package));
  };
  for (const std::string& name : *names) {
    if (name[0] == '.') continue;
    if (name[0] != '@') {
      add(name);
      continue;
    }
    auto scoped = list_directory(modules + "/" + name);
    if (!scoped) continue;
    for (const std::string& below : *scoped) add(name + "/" + below);
  }
  return packages;
}

}  // namespace gyre::pkg
