#include "pkg/lockfile/package_lock.hpp"

#include <algorithm>
#include <cerrno>
#include <set>

#include "pkg/files.hpp"
#include "pkg/lockfile/read_entry.hpp"
#include "pkg/lockfile/replace_host.hpp"
#include "pkg/manifest/json_text_checks.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/semver/version.hpp"
#include "pkg/spec/spec.hpp"

namespace gyre::pkg {
namespace {

Error parse_error(const std::string& path, const std::string& what, std::string hint = {}) {
  if (hint.empty())
    hint = "Restore the file from version control, or delete it to resolve everything afresh.";
  return Error(Code::ELOCKPARSE, path + " cannot be read: " + what, std::move(hint));
}

// Where a parser that tells positions gives up.
Error locate_error(const std::string& text, const std::string& path) {
  try {
    OrderedJson ignored = OrderedJson::parse(
        text, [](int depth, OrderedJson::parse_event_t, OrderedJson&) { return depth < 500; });
  } catch (const OrderedJson::parse_error& error) {
    size_t offset = error.byte > 0 ? error.byte - 1 : 0;
    return parse_error(path, "not valid JSON at " + position_text(text, offset));
  } catch (const std::exception&) {
  }
  return parse_error(path, "not a lockfile (line 1)");
}

Status check_markers(const std::string& text, const std::string& path) {
  for (size_t at = text.find("<<<<<<<"); at != std::string::npos;
       at = text.find("<<<<<<<", at + 1)) {
    if (at == 0 || text[at - 1] == '\n') {
      return parse_error(path, "merge conflict at " + position_text(text, at),
                         "Settle the conflict, or take one side and install again.");
    }
  }
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    return parse_error(path, "the file is empty (line 1)");
  return ok();
}

Error path_error(std::string_view location, const char* why) {
  return Error(Code::ELOCKPATH,
               "the lockfile entry \"" + std::string(location) + "\" is refused: " + why,
               "Restore the lockfile from version control; somebody may have tampered with it.");
}

// "node_modules/a/node_modules/@s/b", "packages/x", "packages/x/node_modules/a".
Status check_location(std::string_view location) {
  if (location.starts_with('/')) return path_error(location, "it is absolute");
  if (location.find('\\') != std::string_view::npos ||
      location.find('\0') != std::string_view::npos)
    return path_error(location, "it has a character that no location has");
  bool climbs = true;  // leading ".." parts may name a folder beside the project
  for (std::string_view rest = location; !rest.empty();) {
    size_t slash = rest.find('/');
    std::string_view part = rest.substr(0, slash);
    if (part.empty() || part == "." || (part == ".." && !climbs))
      return path_error(location, "it leaves the project");
    climbs &= part == "..";
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
    if (rest.empty()) return path_error(location, "it ends in a slash");
  }
  for (std::string_view at = location; !at.empty();) {
    std::string_view name = name_of_location(at);
    if (name.empty()) break;
    if (!is_valid_package_name(name)) return path_error(location, "it has an invalid package name");
    at = at.substr(0, at.size() - name.size() - 13);
    while (at.ends_with('/')) at.remove_suffix(1);
  }
  return ok();
}

TextStyle style_of(const std::string& text) {
  TextStyle style;
  style.newline = text.find("\r\n") != std::string::npos ? "\r\n" : "\n";
  size_t line = text.find('\n');
  if (line == std::string::npos) return style;
  size_t end = text.find_first_not_of(" \t", line + 1);
  if (end != std::string::npos && end > line + 1)
    style.indent = text.substr(line + 1, end - line - 1);
  return style;
}

// Reads a whole document into a Tree.
class LockReader {
 public:
  LockReader(const std::string& text, const std::string& path) : text_(text), path_(path) {}

  Result<Tree> read() {
    static thread_local od::parser parser;
    simdjson::padded_string padded(text_);
    od::document document;
    od::value root;
    if (parser.iterate(padded).get(document) || document.get_value().get(root))
      return locate_error(text_, path_);
    if (!is_object(root)) return parse_error(path_, "not a JSON object (line 1)");
    Status failure;
    bool whole = for_each_field(root, arena_, [this, &failure](std::string_view key, od::value v) {
      if (!failure.is_ok()) return;
      if (key == "lockfileVersion")
        failure = read_version(v);
      else if (key == "packages")
        failure = read_packages(v);
      else if (key == "dependencies" && !has_packages_)
        legacy_ = raw_of(v);
    });
    GYRE_TRY(std::move(failure));
    if (!whole) return locate_error(text_, path_);
    if (!has_packages_ && !legacy_.empty()) GYRE_TRY(read_legacy());
    GYRE_TRY(check_links());
    tree_.from_disk = true;
    return std::move(tree_);
  }

 private:
  Status read_version(od::value value) {
    uint64_t version = 0;
    std::string raw(raw_of(value));
    for (char c : raw) {
      if (c < '0' || c > '9' || raw.size() > 3) {
        version = 0;
        break;
      }
      version = version * 10 + static_cast<uint64_t>(c - '0');
    }
    if (version < 1 || version > 3) {
      return Error(
          Code::ELOCKVERSION,
          path_ + " has lockfileVersion " + raw.substr(0, 40) + "; versions 1 to 3 are known",
          "Use a newer gyre, or write the lockfile anew with a version it knows.");
    }
    tree_.lockfile_version = static_cast<int>(version);
    return ok();
  }

  Status read_packages(od::value value) {
    has_packages_ = true;
    Status failure;
    bool whole = for_each_field(value, arena_, [this, &failure](std::string_view key, od::value v) {
      if (failure.is_ok()) failure = read_package(key, v);
    });
    GYRE_TRY(std::move(failure));
    if (!whole) return locate_error(text_, path_);
    return ok();
  }

  Status read_package(std::string_view location, od::value value) {
    if (!location.empty()) GYRE_TRY(check_location(location));
    Node node;
    node.location = location;
    std::string_view name = name_of_location(location);
    node.name = name.empty() ? location.substr(location.rfind('/') + 1) : name;
    bool whole = true;
    if (!is_object(value))
      return parse_error(path_, "the entry \"" + node.location + "\" is not an object");
    GYRE_TRY(read_entry(value, arena_, EntryKind::kLockfile, node, whole));
    if (!whole) return locate_error(text_, path_);
    if (node.is_link) {
      if (location.empty()) return path_error("", "the project itself cannot be a link");
      node.link_target = std::move(node.resolved);
      node.resolved.clear();
      if (node.link_target.starts_with("file:")) node.link_target.erase(0, 5);
      GYRE_TRY(check_location(node.link_target));
    }
    tree_.nodes.insert_or_assign(node.location, std::move(node));
    return ok();
  }

  // A folder outside the project is there only because a link points at it.
  Status check_links() {
    std::set<std::string_view> targets;
    for (const auto& [location, node] : tree_.nodes) {
      if (node.is_link) targets.insert(node.link_target);
    }
    for (const auto& [location, node] : tree_.nodes) {
      if (!location.starts_with("..")) continue;
      const std::string& place = location;  // clang 14 does not capture bindings
      bool linked = std::any_of(targets.begin(), targets.end(), [&place](std::string_view t) {
        return place == t || place.starts_with(std::string(t) + "/node_modules/");
      });
      if (!linked) return path_error(location, "it lies outside the project");
    }
    return ok();
  }

  // Version 1: packages nested as they lie on disk, without their manifests.
  Status read_legacy() {
    if (nests_too_deeply(legacy_)) return parse_error(path_, "it is nested too deeply");
    OrderedJson dependencies = OrderedJson::parse(legacy_, nullptr, false);
    if (!dependencies.is_object()) return parse_error(path_, "\"dependencies\" is not an object");
    Node root;
    tree_.nodes.insert_or_assign("", std::move(root));
    tree_.lockfile_version = 1;
    return read_legacy_level("", dependencies);
  }

  Status read_legacy_level(const std::string& parent, const OrderedJson& dependencies) {
    for (const auto& member : dependencies.items()) {
      const std::string& name = member.key();
      const OrderedJson& entry = member.value();
      std::string location = (parent.empty() ? "" : parent + "/") + "node_modules/" + name;
      GYRE_TRY(check_location(location));
      if (!entry.is_object()) continue;
      Node node;
      node.location = location;
      node.name = name;
      auto text = [&entry](const char* key) {
        auto found = entry.find(key);
        return found != entry.end() && found->is_string() ? found->get<std::string>()
                                                          : std::string();
      };
      auto flag = [&entry](const char* key) {
        auto found = entry.find(key);
        return found != entry.end() && *found == true;
      };
      node.meta.name = name;
      node.meta.version = text("version");
      if (node.meta.version.starts_with("npm:")) {
        size_t at = node.meta.version.rfind('@');
        node.meta.name = node.meta.version.substr(4, at - 4);
        node.meta.version.erase(0, at + 1);
      }
      // Folders, archives and repositories: package.json says the same, with more certainty.
      if (!semver::parse(node.meta.version, semver::Mode::kLoose)) continue;
      node.resolved = text("resolved");
      node.integrity = text("integrity");
      node.flags = {.dev = flag("dev"), .optional = flag("optional"), .in_bundle = flag("bundled")};
      if (auto requires_ = entry.find("requires"); requires_ != entry.end()) {
        if (requires_->is_object()) {
          for (auto& [key, spec] : requires_->items()) {
            if (spec.is_string()) node.meta.dependencies.emplace_back(key, spec.get<std::string>());
          }
        }
      }
      tree_.nodes.insert_or_assign(location, std::move(node));
      auto below = entry.find("dependencies");
      if (below != entry.end() && below->is_object()) GYRE_TRY(read_legacy_level(location, *below));
    }
    return ok();
  }

  const std::string& text_;
  const std::string& path_;
  TextArena arena_;
  Tree tree_;
  bool has_packages_ = false;
  std::string legacy_;
};

}  // namespace

Result<Lockfile> parse_lockfile(std::string text, const std::string& path) {
  GYRE_TRY(check_markers(text, path));
  Lockfile lockfile;
  GYRE_ASSIGN(lockfile.tree, LockReader(text, path).read());
  lockfile.style = style_of(text);
  if (lockfile.tree.lockfile_version == 2) lockfile.style.version = 2;
  lockfile.text = std::move(text);
  lockfile.exists = true;
  return lockfile;
}

Result<Lockfile> load_lockfile(const std::string& path) {
  Result<std::string> text = read_file(path);
  if (!text) {
    if (text.error().errno_number() == ENOENT) return Lockfile{};
    return std::move(text).error();
  }
  return parse_lockfile(std::move(*text), path);
}

Status check_lockfile_hosts(const Tree& locked, const Options& options) {
  for (const auto& [location, node] : locked.nodes) {
    bool remote = node.resolved.starts_with("http://") || node.resolved.starts_with("https://");
    if (!remote || node.is_link || !node.integrity.empty()) continue;
    if (!options.is_registry_host(archive_url(node.resolved, options))) {
      return Error(Code::ELOCKHOST,
                   "the lockfile entry \"" + location + "\" has no integrity hash and comes from " +
                       node.resolved + ", which is on no configured registry",
                   "Restore the lockfile, or install that package again to record its hash.");
    }
  }
  return ok();
}

namespace {

const std::string* find_spec(const NamedStrings& list, const std::string& name) {
  for (const auto& [key, spec] : list) {
    if (key == name) return &spec;
  }
  return nullptr;
}

void compare_section(const char* section, const std::string& owner, const NamedStrings& wanted,
                     const NamedStrings& locked, std::vector<std::string>& out) {
  std::string where = owner.empty() ? "" : " of " + owner;
  for (const auto& [name, spec] : wanted) {
    const std::string* had = find_spec(locked, name);
    if (!had)
      out.push_back(name + "@" + spec + " (" + section + where + ") is not in the lockfile");
    else if (*had != spec)
      out.push_back(name + " (" + section + where + "): package.json asks for \"" + spec +
                    "\", the lockfile has \"" + *had + "\"");
  }
  for (const auto& [name, spec] : locked) {
    if (!find_spec(wanted, name))
      out.push_back(name + "@" + spec + " (" + section + where + ") is only in the lockfile");
  }
}

void compare_package(const std::string& owner, const PackageMeta& meta, const Node& locked,
                     std::vector<std::string>& out) {
  const PackageMeta& had = locked.meta;
  compare_section("dependencies", owner, meta.dependencies, had.dependencies, out);
  compare_section("devDependencies", owner, meta.dev_dependencies, had.dev_dependencies, out);
  compare_section("optionalDependencies", owner, meta.optional_dependencies,
                  had.optional_dependencies, out);
  compare_section("peerDependencies", owner, meta.peer_dependencies, had.peer_dependencies, out);
}

// A required dependency whose package the lockfile does not hold.
void check_presence(const std::string& location, const NamedStrings& dependencies,
                    const Tree& locked, std::vector<std::string>& out) {
  for (const auto& [name, spec] : dependencies) {
    // Of version 1 only what a registry has is read.
    const auto parsed = parse_spec(name, spec);
    if (locked.lockfile_version < 2 && parsed && !parsed->is_registry()) continue;
    std::string at = location;
    bool found = false;
    while (true) {
      found = locked.find((at.empty() ? "" : at + "/") + "node_modules/" + name) != nullptr;
      if (found || at.empty()) break;
      size_t slash = at.rfind('/');
      at = slash == std::string::npos ? "" : at.substr(0, slash);
    }
    if (!found) out.push_back(name + "@" + spec + " has no entry in the lockfile");
  }
}

}  // namespace

std::vector<std::string> lock_differences(const PackageMeta& root,
                                          const std::vector<LocalPackage>& workspaces,
                                          const Tree& locked) {
  std::vector<std::string> out;
  if (locked.lockfile_version >= 2) {
    const Node* root_entry = locked.find("");
    compare_package("", root, root_entry ? *root_entry : Node{}, out);
    for (const LocalPackage& workspace : workspaces) {
      const Node* entry = locked.find(workspace.location);
      if (entry)
        compare_package(workspace.meta.name, workspace.meta, *entry, out);
      else
        out.push_back("the workspace " + workspace.location + " is not in the lockfile");
    }
  }
  check_presence("", root.dependencies, locked, out);
  check_presence("", root.dev_dependencies, locked, out);
  for (const LocalPackage& workspace : workspaces) {
    check_presence(workspace.location, workspace.meta.dependencies, locked, out);
    check_presence(workspace.location, workspace.meta.dev_dependencies, locked, out);
  }
  return out;
}

}  // namespace gyre::pkg
