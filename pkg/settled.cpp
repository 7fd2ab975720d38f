#include "pkg/settled.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdio>
#include <functional>
#include <set>

#include "pkg/files.hpp"
#include "pkg/record.hpp"
#include "pkg/semver/range.hpp"
#include "pkg/tree/diff.hpp"

namespace gyre::pkg {
namespace {

// Bumped when what is remembered, or what resolution makes of the same inputs, changes.
constexpr std::string_view kSettledMagic = "gyre-settled 1";
constexpr std::string_view kFoldersMagic = "gyre-folders 2";
constexpr std::string_view kHiddenMagic = "gyre-hidden 1";

std::string hex(uint64_t number) {
  char text[20];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

std::string folders_path(const Options& options) {
  return options.cache_dir + "/projects/" + hex(std::hash<std::string>{}(options.project_dir));
}

// Changes with every entry that comes, goes or is replaced; with the size also where the clock of
// the file system is coarse.
std::string stamp_of(const struct stat& info) {
  char text[128];
  std::snprintf(text, sizeof text, "%llx.%lx.%llx.%lx.%llx.%llx.%llx",
                static_cast<unsigned long long>(info.st_mtim.tv_sec),
                static_cast<unsigned long>(info.st_mtim.tv_nsec),
                static_cast<unsigned long long>(info.st_ctim.tv_sec),
                static_cast<unsigned long>(info.st_ctim.tv_nsec),
                static_cast<unsigned long long>(info.st_ino),
                static_cast<unsigned long long>(info.st_nlink),
                static_cast<unsigned long long>(info.st_size));
  return text;
}

// The packages' folders and all between them and the project.
std::set<std::string> folders_of(const FolderList& packages) {
  std::set<std::string> folders;
  for (const auto& [location, is_link] : packages) {
    if (!is_link) folders.emplace(location);
    std::string_view at = location;
    while ((at = at.substr(0, at.rfind('/'))).find('/') != std::string_view::npos) {
      if (!folders.insert(std::string(at)).second) break;
    }
    folders.insert("node_modules");
  }
  return folders;
}

FolderList packages_of(const Tree& wanted, const Options& options) {
  FolderList packages;
  for (const auto& [location, node] : wanted.nodes) {
    if (name_of_location(location).empty() || node.is_inert || node.flags.in_bundle ||
        is_omitted(node, options.omit)) {
      continue;
    }
    packages.emplace_back(location, node.is_link);
  }
  return packages;
}

// Archives bring packages whose needs nothing in the tree meets. As with npm, the first install
// takes them as they are and the next one adds what is missing.
bool has_what_it_needs(const Tree& tree, const Node& node) {
  for (const auto& [name, spec] : node.meta.dependencies) {
    const Node* found = find_dependency(tree, node.location, name);
    if (found == nullptr) return false;
    const auto range = semver::Range::parse(spec);
    if (range && !range->test(found->meta.version)) return false;
  }
  return true;
}

}  // namespace

std::string settled_path(const Options& options, const std::string& key) {
  return options.cache_dir + "/settled/" + key;
}

Tree Settled::apply_to(Tree locked) const {
  for (const std::string& location : inert) {
    const auto found = locked.nodes.find(location);
    if (found != locked.nodes.end()) found->second.is_inert = true;
  }
  for (const std::string& location : indirect) {
    const auto found = locked.nodes.find(location);
    if (found != locked.nodes.end()) found->second.is_registry = false;
  }
  return locked;
}

std::string settled_key(const Options& options, const Project& project,
                        std::string_view lockfile_text) {
  if (options.settings_hash == 0 || !project.workspaces.empty()) return {};
  RecordWriter inputs;
  inputs.put(hex(options.settings_hash)).put(options.user_agent);
  inputs.put(options.platform.os + " " + options.platform.cpu + " " + options.platform.libc + " " +
             options.platform.node_version);
  const Omit& omit = options.omit;
  inputs.put(omit.dev * 4u + omit.optional * 2u + omit.peer);
  inputs.put(static_cast<size_t>(options.node_linker));
  inputs.put(write_manifest(project.manifest));
  for (const auto& [catalog, entries] : project.manifest.catalogs) {
    inputs.put(catalog + " " + std::to_string(entries.size()));
    for (const auto& [name, spec] : entries) inputs.put(name + " " + spec);
  }
  inputs.put(project.lockfile_path.substr(project.dir.size()));
  const std::hash<std::string_view> hash;
  return hex(hash(inputs.text())) + hex(hash(lockfile_text)) + hex(lockfile_text.size());
}

bool may_settle(const Tree& tree) {
  for (const auto& [location, node] : tree.nodes) {
    if (node.flags.in_bundle && !has_what_it_needs(tree, node)) return false;
    if (node.is_link || !(node.resolved.empty() || node.resolved.starts_with("http"))) return false;
    if (name_of_location(location).empty() && !location.empty()) return false;
  }
  return true;
}

std::optional<Settled> find_settled(const Options& options, const std::string& key) {
  auto text = read_file(settled_path(options, key));
  if (!text) return std::nullopt;
  RecordReader reader(*text);
  std::string_view magic;
  Settled settled;
  if (!reader.take(magic) || magic != kSettledMagic || !reader.take_number(settled.packages) ||
      !reader.take_list(settled.inert) || !reader.take_list(settled.indirect) ||
      !reader.is_over()) {
    return std::nullopt;
  }
  return settled;
}

void store_settled(const Options& options, const std::string& key, const Settled& settled) {
  RecordWriter record;
  record.put(kSettledMagic).put(settled.packages).put(settled.inert).put(settled.indirect);
  write_cache_file(settled_path(options, key), record.text());
}

std::optional<std::string> find_hidden_text(const Options& options, const std::string& key) {
  return read_sealed(settled_path(options, key) + "-hidden", kHiddenMagic);
}

void store_hidden_text(const Options& options, const std::string& key, std::string_view hidden) {
  write_sealed(settled_path(options, key) + "-hidden", kHiddenMagic, hidden);
}

void store_folders(const Options& options, const std::string& key, const Tree& wanted) {
  store_folders(options, key, packages_of(wanted, options));
}

void store_folders(const Options& options, const std::string& key, const FolderList& packages) {
  const UniqueFd root(::open(options.project_dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return;
  RecordWriter record;
  record.put(kFoldersMagic).put(options.project_dir).put(key);
  for (const std::string& folder : folders_of(packages)) {
    struct stat info {};
    if (::fstatat(root.get(), folder.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return;
    record.put(folder).put(stamp_of(info));
  }
  write_cache_file(folders_path(options), record.text());
}

bool are_folders_untouched(const Options& options, const std::string& key) {
  auto text = read_file(folders_path(options));
  if (!text) return false;
  RecordReader reader(*text);
  std::string_view magic, project, stored_key, folder, stamp;
  if (!reader.take(magic) || magic != kFoldersMagic || !reader.take(project) ||
      project != options.project_dir || !reader.take(stored_key) || stored_key != key) {
    return false;
  }
  const UniqueFd root(::open(options.project_dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return false;
  while (!reader.is_over()) {
    struct stat info {};
    if (!reader.take(folder) || !reader.take(stamp)) return false;
    // The fields are NUL-terminated in the text.
    if (::fstatat(root.get(), folder.data(), &info, AT_SYMLINK_NOFOLLOW) != 0) return false;
    if (stamp_of(info) != stamp) return false;
  }
  return true;
}

}  // namespace gyre::pkg
