#include "pkg/tree/actual.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <set>

#include "pkg/files.hpp"
#include "pkg/lockfile/package_lock.hpp"
#include "pkg/lockfile/read_entry.hpp"
#include "pkg/resolve/location.hpp"
#include "pkg/spec/spec.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {
namespace {

// Folders are touched while the hidden lockfile is written.
constexpr std::chrono::milliseconds kSlack{10};

std::chrono::nanoseconds changed_at(const struct stat& info) {
  return std::chrono::seconds(info.st_mtim.tv_sec) + std::chrono::nanoseconds(info.st_mtim.tv_nsec);
}

// Calls visit(name, is_link) for each package folder and link in a node_modules, "@scope/name"
// included. What begins with a period is ours or npm's.
template <typename F>
void for_each_package(const std::string& node_modules, const std::string& scope, F&& visit) {
  DIR* dir = ::opendir(scope.empty() ? node_modules.c_str() : (node_modules + '/' + scope).c_str());
  if (dir == nullptr) return;
  std::vector<std::pair<std::string, unsigned char>> entries;
  while (dirent* entry = ::readdir(dir)) {
    if (entry->d_name[0] != '.') entries.emplace_back(entry->d_name, entry->d_type);
  }
  ::closedir(dir);
  for (auto& [name, type] : entries) {
    std::string full = scope.empty() ? name : scope + '/' + name;
    if (type == DT_UNKNOWN) {
      struct stat info {};
      if (::lstat((node_modules + '/' + full).c_str(), &info) != 0) continue;
      type = S_ISLNK(info.st_mode) ? DT_LNK : S_ISDIR(info.st_mode) ? DT_DIR : DT_REG;
    }
    if (type == DT_LNK)
      visit(full, true);
    else if (type == DT_DIR && scope.empty() && name[0] == '@')
      for_each_package(node_modules, name, visit);
    else if (type == DT_DIR)
      visit(full, false);
  }
}

// Folders that hold the packages of the isolated layout, relative to the project.
std::vector<std::string> isolated_homes(const std::string& root) {
  constexpr const char* kFolder = "node_modules/.gyre";
  std::vector<std::string> homes;
  auto names = list_directory(root + "/" + kFolder);
  if (!names) return homes;
  for (const std::string& name : *names) homes.push_back(std::string(kFolder) + "/" + name);
  return homes;
}

std::string below(const std::string& location, const std::string& name) {
  return (location.empty() ? "" : location + '/') + "node_modules/" + name;
}

// Whether the disk still is what the hidden lockfile says: nothing newer, nothing more, nothing
// less.
class Verifier {
 public:
  Verifier(const std::string& root, const Tree& tree, std::chrono::nanoseconds written)
      : root_(root), tree_(tree), written_(written) {}

  bool holds() {
    if (!check_folder("")) return false;
    for (const std::string& home : isolated_homes(root_)) {
      if (!check_folder(home)) return false;
    }
    for (const auto& [location, node] : tree_.nodes) {
      if (name_of_location(location).empty() && !location.empty() && !check_folder(location))
        return false;
    }
    for (const auto& [location, node] : tree_.nodes) {
      if (!name_of_location(location).empty() && !seen_.contains(location)) return false;
    }
    return true;
  }

 private:
  bool check_folder(const std::string& location) {
    std::string folder = location.empty() ? root_ : root_ + '/' + location;
    bool good = true;
    for_each_package(folder + "/node_modules", "", [&](const std::string& name, bool is_link) {
      if (!good) return;
      std::string at = below(location, name);
      const Node* node = tree_.find(at);
      good = node && node->is_link == is_link && (is_link || check_package(at, *node));
      seen_.insert(std::move(at));
    });
    return good;
  }

  bool check_package(const std::string& location, const Node& node) {
    struct stat info {};
    if (::stat((root_ + '/' + location).c_str(), &info) != 0) return false;
    if (changed_at(info) > written_ + kSlack) return false;
    if (node.meta.bundle_dependencies.empty()) return check_folder(location);
    // What came in its tarball is its own affair.
    std::string below = location + '/';
    for (auto at = tree_.nodes.lower_bound(below);
         at != tree_.nodes.end() && at->first.starts_with(below); ++at)
      seen_.insert(at->first);
    return true;
  }

  const std::string& root_;
  const Tree& tree_;
  std::chrono::nanoseconds written_;
  std::set<std::string> seen_;
};

class Scanner {
 public:
  explicit Scanner(Tree& tree) : tree_(tree) {}
  // The first refused bin. On disk such a package counts as half gone.
  Status take_error() { return std::move(error_); }

  void scan(const std::string& location) {
    std::string folder = location.empty() ? tree_.root_dir : tree_.root_dir + '/' + location;
    for_each_package(folder + "/node_modules", "", [&](const std::string& name, bool is_link) {
      std::string at = below(location, name);
      if (is_link)
        add_link(at, name);
      else
        add_package(at, name);
    });
  }

 private:
  void add_link(const std::string& location, const std::string& name) {
    std::string path = tree_.root_dir + '/' + location;
    char buffer[4096];
    ssize_t length = ::readlink(path.c_str(), buffer, sizeof buffer);
    if (length <= 0) return;
    std::string_view target(buffer, static_cast<size_t>(length));
    size_t slash = location.rfind('/');
    std::string resolved = resolve::join_location(location.substr(0, slash), target);
    if (resolved.starts_with('/')) resolved = path::relative(tree_.root_dir, resolved);
    Node node;
    node.location = location;
    node.name = name;
    node.is_link = true;
    node.link_target = std::move(resolved);
    const std::string folder = node.link_target;
    tree_.nodes.emplace(location, std::move(node));
    // The folder a link leads to has dependencies too, unless it is a package of the tree.
    const bool is_own = name_of_location(folder).empty() && !folder.empty();
    if (is_own && !tree_.find(folder)) add_package(folder, std::string(path::basename(folder)));
  }

  void add_package(const std::string& location, const std::string& name) {
    Node node;
    node.location = location;
    node.name = name;
    // A folder without a readable manifest is a package half gone: it will be replaced.
    Result<std::string> text = read_file(tree_.root_dir + '/' + location + "/package.json");
    if (text) {
      Status read = read_manifest(*text, node);
      if (!read && error_) error_ = std::move(read);
    }
    tree_.nodes.emplace(location, std::move(node));
    scan(location);
  }

  static Status read_manifest(const std::string& text, Node& node) {
    static thread_local od::parser parser;
    simdjson::padded_string padded(text);
    od::document document;
    od::value root;
    TextArena arena;
    if (parser.iterate(padded).get(document) || document.get_value().get(root)) return ok();
    bool whole = true;
    Status read = ok();
    if (is_object(root)) read = read_entry(root, arena, EntryKind::kManifest, node, whole);
    if (!is_object(root) || !read || !whole) node.meta = PackageMeta{};
    return read;
  }

  Tree& tree_;
  Status error_;
};

}  // namespace

Result<Tree> load_actual(const std::string& project_dir) {
  std::string hidden = project_dir + "/node_modules/.package-lock.json";
  struct stat info {};
  if (::stat(hidden.c_str(), &info) == 0) {
    Result<Lockfile> lockfile = load_lockfile(hidden);
    if (lockfile && lockfile->exists) {
      lockfile->tree.root_dir = project_dir;
      if (Verifier(project_dir, lockfile->tree, changed_at(info)).holds())
        return std::move(lockfile->tree);
    }
  }
  return scan_modules(project_dir);
}

Result<Tree> scan_modules(const std::string& folder) {
  Tree tree;
  tree.root_dir = folder;
  tree.nodes.emplace("", Node{});
  Scanner scanner(tree);
  scanner.scan("");
  for (const std::string& home : isolated_homes(folder)) scanner.scan(home);
  return tree;
}

namespace {

// An archive's own shrinkwrap knows where its packages came from.
void add_origins(Tree& tree, const std::string& shrinkwrap) {
  Result<Lockfile> lockfile = load_lockfile(shrinkwrap);
  if (!lockfile || !lockfile->exists) return;
  for (auto& [location, node] : tree.nodes) {
    const Node* known = lockfile->tree.find(location);
    if (!known || known->integrity.empty() || known->meta.version != node.meta.version) continue;
    node.integrity = known->integrity;
    const std::string& address = known->resolved;
    if (address.starts_with("https://") || address.starts_with("http://")) node.resolved = address;
  }
}

}  // namespace

Result<Tree> scan_bundle(const std::string& folder) {
  Tree tree;
  tree.root_dir = folder;
  Scanner scanner(tree);
  scanner.scan("");
  GYRE_TRY(scanner.take_error());
  // Names become keys of the lockfile; folders that are no package need no entry in it.
  std::erase_if(tree.nodes, [](const auto& entry) {
    const Node& node = entry.second;
    return node.is_link || node.meta.version.empty() || !check_package_name(node.name) ||
           !check_package_name(node.meta.name);
  });
  add_origins(tree, folder + "/npm-shrinkwrap.json");
  return tree;
}

}  // namespace gyre::pkg
