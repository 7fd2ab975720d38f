// pnpm-lock.yaml, versions 5 to 9: "importers" (or the top level) say what package.json's ranges
// were resolved to, the keys of "packages" which versions there are.
#include "pkg/import/foreign_builder.hpp"
#include "pkg/import/yaml.hpp"

namespace gyre::pkg {
namespace {

constexpr const char* kSections[] = {"dependencies", "devDependencies", "optionalDependencies"};

// Peers follow the version: "1.0.0(react@18.0.0)" since 6, "1.0.0_react@18.0.0" before.
std::string without_peers(const std::string& text, int major) {
  const size_t end = text.find(major >= 6 ? '(' : '_');
  return text.substr(0, end);
}

struct Located {
  std::string name, version;
};

// "/@s/a@1.0.0" (6), "@s/a@1.0.0" (9), "/@s/a/1.0.0" (5). Empty name: no package of a registry.
Located locate(std::string key, int major) {
  if (major < 9) {
    if (!key.starts_with('/')) return {};
    key.erase(0, 1);
  }
  // Names have underscores too: only what follows the name can be peers.
  const size_t at = major >= 6 ? key.find('@', 1) : key.rfind('/');
  if (at == std::string::npos || at == 0) return {};
  Located located{key.substr(0, at), without_peers(key.substr(at + 1), major)};
  return is_exact_version(located.version) ? located : Located{};
}

class PnpmReader {
 public:
  PnpmReader(const YamlNode& root, const std::string& path)
      : root_(root), path_(path), builder_(ForeignFormat::kPnpm) {}

  Result<ForeignLock> read() {
    GYRE_TRY(read_version());
    if (const YamlNode* importers = root_.find("importers")) {
      for (const auto& [folder, importer] : importers->members) read_importer(folder, importer);
    } else {
      read_importer(".", root_);
    }
    const YamlNode* packages = root_.find("packages");
    if (packages) {
      for (const auto& [key, entry] : packages->members) read_package(key, entry);
    }
    if (const YamlNode* snapshots = root_.find("snapshots")) read_snapshots(*snapshots, packages);
    return builder_.finish();
  }

 private:
  Status read_version() {
    const std::string text = root_.text_of("lockfileVersion");
    const std::string major = text.substr(0, text.find('.'));
    if (major != "5" && major != "6" && major != "9")
      return foreign_version_error(path_, text, "5, 6 and 9");
    major_ = major[0] - '0';
    return ok();
  }

  void read_importer(const std::string& folder, const YamlNode& importer) {
    const YamlNode* specifiers = importer.find("specifiers");
    for (const char* section : kSections) {
      const YamlNode* list = importer.find(section);
      if (!list) continue;
      for (const auto& [name, entry] : list->members) {
        const bool is_inline = entry.is_mapping();
        const std::string pin = pin_of(is_inline ? entry.text_of("version") : entry.text);
        const std::string specifier = is_inline    ? entry.text_of("specifier")
                                      : specifiers ? specifiers->text_of(name)
                                                   : std::string();
        if (pin.empty()) continue;
        builder_.resolve(name + "@" + specifier, pin);
        builder_.link("./" + (folder == "." ? std::string() : folder), name, pin);
      }
    }
  }

  // The version is one of the dependency, or where an alias leads: "/real@1.0.0", "real@1.0.0".
  std::string pin_of(const std::string& version) const {
    const std::string plain = without_peers(version, major_);
    if (is_exact_version(plain)) return plain;
    const std::string commit = commit_pin(plain);
    return commit.empty() ? locate(version, major_).version : commit;
  }

  void read_package(const std::string& key, const YamlNode& entry) {
    const YamlNode* resolution = entry.find("resolution");
    const Located located = locate(key, major_);
    if (!located.name.empty()) {
      builder_.add(located.name, located.version,
                   resolution ? resolution->text_of("integrity") : std::string());
    } else if (!is_held(key, resolution)) {
      builder_.unsupported(key + " is no package of a registry");
    }
    if (major_ < 9) read_dependencies(key, entry, entry);
  }

  // At a commit, in a folder or an archive of its own: the request leads to the same.
  bool is_held(const std::string& key, const YamlNode* resolution) const {
    if (!commit_pin(without_peers(key, major_)).empty()) return true;
    if (resolution && !resolution->text_of("tarball").empty()) return true;
    return key.starts_with("file:") || key.find("@file:") != std::string::npos;
  }

  // `entry` lists what the package of `key` depends on, `package` says what it is.
  void read_dependencies(const std::string& key, const YamlNode& entry, const YamlNode& package) {
    Located located = locate(key, major_);
    if (located.name.empty()) {
      located.name = major_ >= 9 ? split_descriptor(key).first : package.text_of("name");
      located.version = package.text_of("version");
    }
    if (located.name.empty() || located.version.empty()) return;
    const std::string dependent = located.name + "@" + located.version;
    for (const char* section : {"dependencies", "optionalDependencies"}) {
      const YamlNode* list = entry.find(section);
      if (!list) continue;
      for (const auto& [name, version] : list->members) {
        const std::string pin = pin_of(version.text);
        if (!pin.empty()) builder_.link(dependent, name, pin);
      }
    }
  }

  // Since 9 what packages depend on stands apart, once for each set of peers.
  void read_snapshots(const YamlNode& snapshots, const YamlNode* packages) {
    static const YamlNode kNothing;
    for (const auto& [key, entry] : snapshots.members) {
      const YamlNode* package = packages ? packages->find(without_peers(key, major_)) : nullptr;
      read_dependencies(key, entry, package ? *package : kNothing);
    }
  }

  const YamlNode& root_;
  const std::string& path_;
  ForeignBuilder builder_;
  int major_ = 0;
};

}  // namespace

Result<ForeignLock> parse_pnpm(std::string_view text, const std::string& path) {
  GYRE_TRY(check_foreign_text(text, path));
  GYRE_ASSIGN(const std::vector<YamlNode> documents, parse_yaml(text, path));
  // Newer versions put what pnpm itself is made of into a document before the project's.
  if (documents.empty() || !documents.back().is_mapping())
    return foreign_error(path, "it is not a mapping", documents.empty() ? 1 : documents[0].line);
  return PnpmReader(documents.back(), path).read();
}

}  // namespace gyre::pkg
