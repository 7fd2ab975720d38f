#include "pkg/settled.hpp"

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/stat.h>

#include <charconv>
#include <cstdio>
#include <functional>
#include <set>

#include "pkg/files.hpp"
#include "pkg/semver/range.hpp"
#include "pkg/tree/diff.hpp"

namespace gyre::pkg {
namespace {

// Bumped when what is remembered, or what resolution makes of the same inputs, changes.
constexpr std::string_view kSettledMagic = "gyre-settled 1";
constexpr std::string_view kFoldersMagic = "gyre-folders 1";
constexpr std::string_view kHiddenMagic = "gyre-hidden 1";

std::string hex(uint64_t number) {
  char text[20];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

std::string settled_path(const Options& options, const std::string& key) {
  return options.cache_dir + "/settled/" + key;
}

std::string folders_path(const Options& options) {
  return options.cache_dir + "/projects/" + hex(std::hash<std::string>{}(options.project_dir));
}

// NUL-separated fields: no location contains one.
void put(std::string& text, std::string_view field) { text.append(field).push_back('\0'); }

bool take(std::string_view& text, std::string_view& field) {
  const size_t end = text.find('\0');
  if (end == std::string_view::npos) return false;
  field = text.substr(0, end);
  text.remove_prefix(end + 1);
  return true;
}

bool take_number(std::string_view& text, size_t& number) {
  std::string_view field;
  if (!take(text, field)) return false;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
  return error == std::errc() && end == field.data() + field.size();
}

bool take_list(std::string_view& text, std::vector<std::string>& list) {
  size_t count = 0;
  if (!take_number(text, count) || count > text.size()) return false;
  for (size_t i = 0; i < count; ++i) {
    std::string_view field;
    if (!take(text, field)) return false;
    list.emplace_back(field);
  }
  return true;
}

void put_list(std::string& text, const std::vector<std::string>& list) {
  put(text, std::to_string(list.size()));
  for (const std::string& item : list) put(text, item);
}

// Changes with every entry that comes, goes or is replaced.
std::string stamp_of(const struct stat& info) {
  char text[96];
  std::snprintf(text, sizeof text, "%llx.%lx.%llx.%lx.%llx.%llx",
                static_cast<unsigned long long>(info.st_mtim.tv_sec),
                static_cast<unsigned long>(info.st_mtim.tv_nsec),
                static_cast<unsigned long long>(info.st_ctim.tv_sec),
                static_cast<unsigned long>(info.st_ctim.tv_nsec),
                static_cast<unsigned long long>(info.st_ino),
                static_cast<unsigned long long>(info.st_nlink));
  return text;
}

// The packages' folders and all between them and the project.
std::set<std::string> folders_of(const Tree& wanted, const Options& options) {
  std::set<std::string> folders;
  for (const auto& [location, node] : wanted.nodes) {
    if (name_of_location(location).empty() || node.is_inert || node.flags.in_bundle ||
        is_omitted(node, options.omit)) {
      continue;
    }
    if (!node.is_link) folders.insert(location);
    std::string_view at = location;
    while ((at = at.substr(0, at.rfind('/'))).find('/') != std::string_view::npos) {
      if (!folders.insert(std::string(at)).second) break;
    }
    folders.insert("node_modules");
  }
  return folders;
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
  std::string text;
  put(text, hex(options.settings_hash));
  put(text, options.user_agent);
  put(text, options.platform.os + " " + options.platform.cpu + " " + options.platform.libc + " " +
                options.platform.node_version);
  const Omit& omit = options.omit;
  put(text, std::to_string(omit.dev * 4 + omit.optional * 2 + omit.peer));
  put(text, std::to_string(static_cast<int>(options.node_linker)));
  put(text, write_manifest(project.manifest));
  for (const auto& [catalog, entries] : project.manifest.catalogs) {
    put(text, catalog + " " + std::to_string(entries.size()));
    for (const auto& [name, spec] : entries) put(text, name + " " + spec);
  }
  put(text, project.lockfile_path.substr(project.dir.size()));
  const std::hash<std::string_view> hash;
  return hex(hash(text)) + hex(hash(lockfile_text)) + hex(lockfile_text.size());
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
  std::string_view rest = *text, magic;
  Settled settled;
  if (!take(rest, magic) || magic != kSettledMagic || !take_number(rest, settled.packages) ||
      !take_list(rest, settled.inert) || !take_list(rest, settled.indirect) || !rest.empty()) {
    return std::nullopt;
  }
  return settled;
}

void store_settled(const Options& options, const std::string& key, const Settled& settled) {
  std::string text;
  put(text, kSettledMagic);
  put(text, std::to_string(settled.packages));
  put_list(text, settled.inert);
  put_list(text, settled.indirect);
  write_cache_file(settled_path(options, key), text);
}

std::optional<std::string> find_hidden_text(const Options& options, const std::string& key) {
  auto text = read_file(settled_path(options, key) + "-hidden");
  if (!text) return std::nullopt;
  std::string_view rest = *text, magic;
  size_t size = 0, crc = 0;
  // A loss of power may leave anything under the name.
  if (!take(rest, magic) || magic != kHiddenMagic || !take_number(rest, size) ||
      !take_number(rest, crc) || rest.size() != size ||
      libdeflate_crc32(0, rest.data(), rest.size()) != crc) {
    return std::nullopt;
  }
  return std::string(rest);
}

void store_hidden_text(const Options& options, const std::string& key, std::string_view hidden) {
  std::string text;
  text.reserve(hidden.size() + 64);
  put(text, kHiddenMagic);
  put(text, std::to_string(hidden.size()));
  put(text, std::to_string(libdeflate_crc32(0, hidden.data(), hidden.size())));
  text += hidden;
  write_cache_file(settled_path(options, key) + "-hidden", text);
}

void store_folders(const Options& options, const std::string& key, const Tree& wanted) {
  std::string text;
  put(text, kFoldersMagic);
  put(text, options.project_dir);
  put(text, key);
  for (const std::string& folder : folders_of(wanted, options)) {
    struct stat info {};
    if (::lstat((options.project_dir + "/" + folder).c_str(), &info) != 0) return;
    put(text, folder);
    put(text, stamp_of(info));
  }
  write_cache_file(folders_path(options), text);
}

bool are_folders_untouched(const Options& options, const std::string& key) {
  auto text = read_file(folders_path(options));
  if (!text) return false;
  std::string_view rest = *text, magic, project, stored_key, folder, stamp;
  if (!take(rest, magic) || magic != kFoldersMagic || !take(rest, project) ||
      project != options.project_dir || !take(rest, stored_key) || stored_key != key) {
    return false;
  }
  const UniqueFd root(::open(options.project_dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return false;
  while (!rest.empty()) {
    struct stat info {};
    if (!take(rest, folder) || !take(rest, stamp)) return false;
    // The fields are NUL-terminated in the text.
    if (::fstatat(root.get(), folder.data(), &info, AT_SYMLINK_NOFOLLOW) != 0) return false;
    if (stamp_of(info) != stamp) return false;
  }
  return true;
}

}  // namespace gyre::pkg
