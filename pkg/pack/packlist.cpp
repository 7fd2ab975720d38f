#include "pkg/pack/packlist.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "pkg/files.hpp"
#include "pkg/lockfile/collate.hpp"
#include "pkg/pack/glob.hpp"

namespace gyre::pkg {
namespace {

using Rules = std::vector<GlobRule>;
using Lines = std::vector<std::string>;

constexpr int kDeepestFolder = 256;

// Sources of rules in the order they apply; later ones win.
enum Source : size_t { kDefaults, kPackageJson, kNpmIgnore, kGitIgnore, kStrict, kSourceCount };
constexpr const char* kSourceFiles[] = {"", "package.json", ".npmignore", ".gitignore", ""};

const Lines& default_lines() {
  static const Lines lines = {".npmignore",
                              ".gitignore",
                              "**/.git",
                              "**/.svn",
                              "**/.hg",
                              "**/CVS",
                              "**/.git/**",
                              "**/.svn/**",
                              "**/.hg/**",
                              "**/CVS/**",
                              "/.lock-wscript",
                              "/.wafpickle-*",
                              "/build/config.gypi",
                              "npm-debug.log",
                              "**/.npmrc",
                              ".*.swp",
                              ".DS_Store",
                              "**/.DS_Store/**",
                              "._*",
                              "**/._*/**",
                              "*.orig",
                              "/archived-packages/**"};
  return lines;
}

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\f\v");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\f\v") - begin + 1);
}

Rules parse_rules(std::string_view text) {
  Rules rules;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line[0] != '#') rules.emplace_back(line);
  }
  return rules;
}

Rules rules_of(const Lines& lines) {
  Rules rules;
  for (const std::string& line : lines) {
    const std::string_view text = trimmed(line);
    if (!text.empty() && text[0] != '#') rules.emplace_back(text);
  }
  return rules;
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// What one package contributes to the rules of its own folder.
struct PackageRules {
  bool has_files = false;
  Lines files;                        // rules of "files"
  Lines strict;                       // what nothing overrides
  std::vector<std::string> required;  // plain files named in "files"
};

void add_files_entry(const std::string& folder, std::string entry, PackageRules& rules) {
  if (entry.starts_with("./")) entry.erase(0, 1);
  if (entry.ends_with("/*")) entry += '*';
  const std::string inverse = "!" + entry;
  struct stat info {};
  const size_t plain = std::min(entry.find_first_not_of('!'), entry.size());
  if (::lstat((folder + "/" + entry.substr(plain)).c_str(), &info) != 0) {
    rules.files.push_back(inverse);  // a pattern
  } else if (S_ISREG(info.st_mode)) {
    rules.strict.insert(rules.strict.begin(), inverse);
    rules.required.push_back(entry.starts_with('/') ? entry.substr(1) : entry);
  } else if (S_ISDIR(info.st_mode)) {
    rules.files.push_back(inverse);
    rules.files.push_back(inverse + "/**");
  }
}

PackageRules package_rules(const std::string& folder, const Manifest& manifest) {
  PackageRules rules;
  rules.strict = {"/.git",
                  "!/package.json",
                  "!/readme{,.*[^~$]}",
                  "!/copying{,.*[^~$]}",
                  "!/license{,.*[^~$]}",
                  "!/licence{,.*[^~$]}",
                  "/.git",
                  "/node_modules",
                  ".npmrc",
                  "/package-lock.json",
                  "/yarn.lock",
                  "/pnpm-lock.yaml",
                  "/bun.lockb"};
  const auto files = manifest.json.find("files");
  if (files != manifest.json.end() && files->is_array()) {
    rules.has_files = true;
    rules.files.push_back("*");
    for (const OrderedJson& entry : *files) {
      if (entry.is_string()) add_files_entry(folder, entry.get<std::string>(), rules);
    }
  }
  for (const char* key : {"browser", "main"}) {
    const auto found = manifest.json.find(key);
    if (found == manifest.json.end() || !found->is_string()) continue;
    const std::string path = found->get<std::string>();
    if (!path.empty()) rules.strict.push_back("!/" + path);
  }
  for (const Bin& bin : manifest.meta.bins) rules.strict.push_back("!/" + bin.path);
  return rules;
}

// What a whole walk shares.
struct Walk {
  std::string root;
  std::set<std::string> found;  // relative to root
  bool has_workspaces = false;
  bool used_gitignore = false;
};

// One folder of a walk; asks the folders above first.
class Folder {
 public:
  Folder(Walk& walk, std::string path, const Folder* parent)
      : walk_(walk), path_(std::move(path)), name_(base_name(path_)), parent_(parent) {}

  void use(Source source, Rules rules) {
    rules_[source] = std::move(rules);
    has_[source] = true;
  }
  void listen_to(std::initializer_list<Source> sources) { sources_ = sources; }
  // Plain files that "files" names, relative to this folder.
  std::vector<std::string> required;
  bool is_exact = false;

  Status collect(int depth) {
    if (depth > kDeepestFolder) {
      return Error::from_errno_number(ELOOP, "scandir", path_);
    }
    GYRE_ASSIGN(const std::vector<std::string> names, list_directory(path_));
    GYRE_TRY(read_ignore_files(names));
    for (const std::string& name : names) GYRE_TRY(collect_entry(name, depth));
    return ok();
  }

 private:
  bool listens_to(Source source) const {
    return std::find(sources_.begin(), sources_.end(), source) != sources_.end();
  }

  Status read_ignore_files(const std::vector<std::string>& names) {
    for (const Source source : {kPackageJson, kNpmIgnore, kGitIgnore}) {
      if (has_[source] || !listens_to(source)) continue;
      const std::string file = kSourceFiles[source];
      if (!std::binary_search(names.begin(), names.end(), file)) continue;
      // A package.json below the top turns the ignore files beside it off and is none itself.
      if (source == kPackageJson) {
        if (parent_ != nullptr) use(source, {});
        continue;
      }
      GYRE_ASSIGN(const std::string text, read_file(path_ + "/" + file));
      use(source, parse_rules(text));
    }
    if (has_[kPackageJson]) has_[kNpmIgnore] = has_[kGitIgnore] = false;
    if (has_[kNpmIgnore]) has_[kGitIgnore] = false;
    if (has_[kGitIgnore] && parent_ == nullptr) walk_.used_gitignore = true;
    return ok();
  }

  Status collect_entry(const std::string& name, int depth) {
    const bool passes_as_file = includes(name, false, {});
    const bool passes_as_folder = includes(name, true, {});
    if ((!passes_as_file && !passes_as_folder) || name.find('*') != std::string::npos) return ok();
    const std::string path = path_ + "/" + name;
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return Error::from_errno("lstat", path);
    if (S_ISREG(info.st_mode)) {
      if (passes_as_file) walk_.found.insert(path.substr(walk_.root.size() + 1));
      return ok();
    }
    if (!S_ISDIR(info.st_mode) || !passes_as_folder) return ok();
    Folder below(walk_, path, this);
    below.is_exact = passes_as_file || includes(name + "/", false, {});
    for (const std::string& file : required) {
      if (file.starts_with(name + "/") && file.find('/', name.size() + 1) == std::string::npos) {
        below.required.push_back(file.substr(name.size() + 1));
      }
    }
    below.apply_folder_rules();
    return below.collect(depth + 1);
  }

  void apply_folder_rules() {
    if (!walk_.has_workspaces) {
      listen_to({kDefaults, kNpmIgnore, kGitIgnore, kStrict});
    } else {
      listen_to({kDefaults, kPackageJson, kNpmIgnore, kGitIgnore, kStrict});
    }
    static const Rules defaults = rules_of(default_lines());
    use(kDefaults, defaults);
    Lines strict = {"/.git"};
    for (const std::string& file : required) strict.push_back("!" + file);
    use(kStrict, rules_of(strict));
  }

  // `entry` is relative to this folder; `base` its last name where it lies deeper.
  bool includes(const std::string& entry, bool is_partial, std::string_view base) const {
    bool included = true;
    if (parent_ != nullptr) {
      included = parent_->includes(name_ + "/" + entry, is_partial, base.empty() ? entry : base);
      if (!included && !is_exact) return false;
    }
    for (const Source source : sources_) {
      if (!has_[source]) continue;
      for (const GlobRule& rule : rules_[source]) {
        if (rule.is_negated() != included && applies(rule, entry, is_partial, base)) {
          included = rule.is_negated();
        }
      }
    }
    return included;
  }

  static bool applies_to_folder(const GlobRule& rule, const std::string& entry) {
    return rule.matches("/" + entry + "/") || rule.matches(entry + "/") ||
           (rule.is_negated() && (rule.matches("/" + entry, true) || rule.matches(entry, true)));
  }

  static bool applies(const GlobRule& rule, const std::string& entry, bool is_partial,
                      std::string_view base) {
    if (rule.matches("/" + entry) || rule.matches(entry)) return true;
    if (!is_partial) return false;
    if (applies_to_folder(rule, entry)) return true;
    return !base.empty() && rule.is_about_names() && applies_to_folder(rule, std::string(base));
  }

  Walk& walk_;
  const std::string path_, name_;
  const Folder* parent_;
  std::vector<Source> sources_;
  Rules rules_[kSourceCount];
  bool has_[kSourceCount] = {};
};

enum class PackageRole : uint8_t { kOwn, kBundled };

Status walk_package(Walk& walk, const Manifest& manifest, PackageRole role, const Lines& extra) {
  PackageRules rules = package_rules(walk.root, manifest);
  Folder top(walk, walk.root, nullptr);
  top.required = rules.required;
  // A bundled package was packed once already: its ignore files have had their say.
  if (role == PackageRole::kBundled) {
    top.listen_to({kPackageJson, kStrict});
  } else {
    top.listen_to({kDefaults, kPackageJson, kNpmIgnore, kGitIgnore, kStrict});
  }
  Lines defaults = default_lines();
  defaults.insert(defaults.end(), extra.begin(), extra.end());
  Rules default_rules;
  for (const std::string& block : defaults) {
    for (GlobRule& rule : parse_rules(block)) default_rules.push_back(std::move(rule));
  }
  top.use(kDefaults, std::move(default_rules));
  if (rules.has_files) top.use(kPackageJson, rules_of(rules.files));
  top.use(kStrict, rules_of(rules.strict));
  return top.collect(0);
}

// The ignore files of the folders from the project down to where the workspace lies.
Result<Lines> ignore_files_above(const std::string& root, const std::string& workspace) {
  Lines texts;
  std::string folder = root;
  while (true) {
    for (const char* name : {".npmignore", ".gitignore"}) {
      if (!path_exists(folder + "/" + name)) continue;
      GYRE_ASSIGN(std::string text, read_file(folder + "/" + name));
      texts.push_back(std::move(text));
      break;
    }
    const size_t slash = workspace.find('/', folder.size() + 1);
    if (slash == std::string::npos) return texts;
    folder = workspace.substr(0, slash);
  }
}

Result<Lines> workspace_rules(const PacklistRequest& request) {
  const std::string& root = request.workspace_root;
  const auto& chosen = request.workspace_folders;
  if (root.empty() || chosen.empty()) return Lines();
  if (request.folder == root) {
    Lines lines;
    for (const std::string& folder : chosen) {
      if (folder.starts_with(root + "/")) lines.push_back(folder.substr(root.size() + 1));
    }
    return lines;
  }
  const bool is_chosen = std::find(chosen.begin(), chosen.end(), request.folder) != chosen.end();
  if (!is_chosen || !request.folder.starts_with(root + "/")) return Lines();
  return ignore_files_above(root, request.folder);
}

std::string extension(const std::string& path) {
  const std::string name = base_name(path);
  const size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? std::string() : name.substr(dot);
}

std::string lowered(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// By extension, then base name, then path: similar files side by side compress better.
bool packs_before(const std::string& a, const std::string& b) {
  if (int order = compare_locale(lowered(extension(a)), lowered(extension(b)))) return order < 0;
  if (int order = compare_locale(lowered(base_name(a)), lowered(base_name(b)))) return order < 0;
  return sorts_before(a, b);
}

// Packages below node_modules that come along, each once.
class Bundler {
 public:
  Bundler(Walk& root_walk) : walk_(root_walk) {}

  Status add(const std::string& from, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      const std::string folder = find(from, name);
      if (folder.empty() || !seen_.insert(folder).second) continue;
      GYRE_TRY(add_package(folder));
    }
    return ok();
  }

 private:
  // As require() would find it, inside the package that is packed.
  std::string find(std::string from, const std::string& name) const {
    while (true) {
      const std::string folder = from + "/node_modules/" + name;
      if (path_exists(folder + "/package.json")) return folder;
      if (from == walk_.root) return {};
      from = from.substr(0, from.rfind('/'));
    }
  }

  Status add_package(const std::string& folder) {
    GYRE_ASSIGN(const Manifest manifest, load_manifest(folder + "/package.json"));
    struct stat info {};
    const bool is_link = ::lstat(folder.c_str(), &info) == 0 && S_ISLNK(info.st_mode);
    Walk walk;
    walk.root = folder;
    GYRE_TRY(walk_package(walk, manifest, is_link ? PackageRole::kOwn : PackageRole::kBundled, {}));
    const std::string prefix = folder.substr(walk_.root.size() + 1) + "/";
    for (const std::string& file : walk.found) walk_.found.insert(prefix + file);
    std::vector<std::string> next;
    for (const auto& [name, range] : manifest.meta.dependencies) next.push_back(name);
    for (const auto& [name, range] : manifest.meta.optional_dependencies) next.push_back(name);
    return add(folder, next);
  }

  Walk& walk_;
  std::set<std::string> seen_;
};

}  // namespace

std::vector<std::string> bundled_names(const Manifest& manifest) {
  std::vector<std::string> names;
  auto lists = [](const NamedStrings& section, const std::string& name) {
    return std::any_of(section.begin(), section.end(),
                       [&name](const auto& entry) { return entry.first == name; });
  };
  for (const std::string& name : manifest.meta.bundle_dependencies) {
    const bool is_wanted =
        lists(manifest.meta.dependencies, name) || lists(manifest.meta.optional_dependencies, name);
    if (is_wanted) names.push_back(name);
  }
  return names;
}

Result<Packlist> files_to_pack(const PacklistRequest& request, const Manifest& manifest) {
  Walk walk;
  walk.root = request.folder;
  walk.has_workspaces = !manifest.workspaces.empty();
  GYRE_ASSIGN(const Lines extra, workspace_rules(request));
  GYRE_TRY(walk_package(walk, manifest, PackageRole::kOwn, extra));
  GYRE_TRY(Bundler(walk).add(walk.root, bundled_names(manifest)));
  Packlist list;
  list.files.assign(walk.found.begin(), walk.found.end());
  std::sort(list.files.begin(), list.files.end(), packs_before);
  list.used_gitignore = walk.used_gitignore;
  return list;
}

}  // namespace gyre::pkg
