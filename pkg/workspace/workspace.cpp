#include "pkg/workspace/workspace.hpp"

#include <dirent.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>

#include "pkg/lockfile/collate.hpp"

namespace gyre::pkg {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.emplace_back(part);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return parts;
}

bool is_folder(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool is_file(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

std::vector<std::string> sub_folders(const std::string& path) {
  std::vector<std::string> names;
  DIR* dir = ::opendir(path.c_str());
  if (dir == nullptr) return names;
  while (dirent* entry = ::readdir(dir)) {
    std::string name = entry->d_name;
    if (name[0] == '.' || name == "node_modules") continue;
    if (is_folder(path + '/' + name)) names.push_back(std::move(name));
  }
  ::closedir(dir);
  std::sort(names.begin(), names.end());
  return names;
}

// "{a,b}c" -> "ac", "bc".
void expand_braces(const std::string& glob, std::vector<std::string>& out) {
  size_t open = glob.find('{');
  size_t close = open == std::string::npos ? open : glob.find('}', open);
  if (close == std::string::npos || out.size() > 1000) {
    out.push_back(glob);
    return;
  }
  std::string inner = glob.substr(open + 1, close - open - 1);
  for (size_t begin = 0; begin <= inner.size();) {
    size_t comma = std::min(inner.find(',', begin), inner.size());
    expand_braces(
        glob.substr(0, open) + inner.substr(begin, comma - begin) + glob.substr(close + 1), out);
    begin = comma + 1;
  }
}

constexpr int kMaxDepth = 20;

void walk(const std::string& root, const std::string& location,
          const std::vector<std::string>& parts, size_t index, int depth,
          std::set<std::string>& found) {
  if (depth > kMaxDepth) return;
  std::string folder = location.empty() ? root : root + '/' + location;
  if (index == parts.size()) {
    if (!location.empty() && is_file(folder + "/package.json")) found.insert(location);
    return;
  }
  const std::string& part = parts[index];
  auto child = [&location](const std::string& name) {
    return location.empty() ? name : location + '/' + name;
  };
  if (part == "**") {
    walk(root, location, parts, index + 1, depth, found);
    for (const std::string& name : sub_folders(folder))
      walk(root, child(name), parts, index, depth + 1, found);
  } else if (part.find_first_of("*?[") == std::string::npos) {
    if (part != ".." && is_folder(folder + '/' + part))
      walk(root, child(part), parts, index + 1, depth + 1, found);
  } else {
    for (const std::string& name : sub_folders(folder)) {
      if (::fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) == 0)
        walk(root, child(name), parts, index + 1, depth + 1, found);
    }
  }
}

std::set<std::string> expand_globs(const std::string& project_dir,
                                   const std::vector<std::string>& globs) {
  std::set<std::string> locations;
  for (const std::string& glob : globs) {
    bool negated = glob.starts_with('!');
    std::vector<std::string> plain;
    expand_braces(negated ? glob.substr(1) : glob, plain);
    std::set<std::string> found;
    for (const std::string& pattern : plain) walk(project_dir, "", split(pattern), 0, 0, found);
    for (const std::string& location : found) {
      if (negated)
        locations.erase(location);
      else
        locations.insert(location);
    }
  }
  return locations;
}

// Whether `names` from `at` on is what `parts` from `index` on mean; the disk is not asked.
bool fits(const std::vector<std::string>& parts, size_t index,
          const std::vector<std::string>& names, size_t at) {
  if (index == parts.size()) return at == names.size();
  const std::string& part = parts[index];
  if (part == "**") {
    if (fits(parts, index + 1, names, at)) return true;
    const bool goes_on = at < names.size() && at < kMaxDepth && !names[at].starts_with('.');
    return goes_on && fits(parts, index, names, at + 1);
  }
  if (at == names.size() || ::fnmatch(part.c_str(), names[at].c_str(), FNM_PERIOD) != 0)
    return false;
  return fits(parts, index + 1, names, at + 1);
}

}  // namespace

bool is_workspace_location(const std::vector<std::string>& globs, const std::string& location) {
  const std::vector<std::string> names = split(location);
  bool is_listed = false;
  for (const std::string& glob : globs) {
    const bool negated = glob.starts_with('!');
    std::vector<std::string> plain;
    expand_braces(negated ? glob.substr(1) : glob, plain);
    for (const std::string& pattern : plain) {
      if (fits(split(pattern), 0, names, 0)) is_listed = !negated;
    }
  }
  return is_listed;
}

Result<std::vector<LocalPackage>> load_workspaces(const std::string& project_dir,
                                                  const std::vector<std::string>& globs) {
  std::vector<LocalPackage> out;
  std::map<std::string, std::string> by_name;
  for (const std::string& location : expand_globs(project_dir, globs)) {
    std::string path = project_dir + '/' + location + "/package.json";
    GYRE_ASSIGN(Manifest manifest, load_manifest(path));
    if (manifest.meta.name.empty())  // as npm: the folder names it
      manifest.meta.name = location.substr(location.rfind('/') + 1);
    auto [other, added] = by_name.emplace(manifest.meta.name, location);
    if (!added)
      return Error(Code::EMANIFEST,
                   "two workspaces are named " + manifest.meta.name + ": " + other->second +
                       " and " + location,
                   "Rename one of them.");
    out.push_back({location, std::move(manifest.meta)});
  }
  std::sort(out.begin(), out.end(), [](const LocalPackage& a, const LocalPackage& b) {
    return sorts_before(a.location, b.location);
  });
  return out;
}

}  // namespace gyre::pkg
