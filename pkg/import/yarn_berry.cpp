// yarn.lock as yarn 2 and later write it: YAML, one mapping of descriptors to resolutions.
#include <set>

#include "pkg/import/foreign_builder.hpp"
#include "pkg/import/yaml.hpp"

namespace gyre::pkg {
namespace {

constexpr std::string_view kNpm = "npm:";

// "a@npm:^1" -> "a@^1" as package.json has it; an alias keeps its "npm:".
std::string request_of(const std::string& name, const std::string& range) {
  if (!range.starts_with(kNpm)) return name + "@" + range;
  const bool is_alias = range.find('@', kNpm.size() + 1) != std::string::npos;
  return name + "@" + (is_alias ? range : range.substr(kNpm.size()));
}

// A folder or an archive: the request says it all.
bool is_fixed(const std::string& name, const std::string& reference) {
  if (reference.find("#commit=") != std::string::npos) return false;
  const auto spec = parse_spec(name, reference.substr(0, reference.find("::")));
  return spec && is_fixed_kind(spec->kind);
}

class BerryReader {
 public:
  explicit BerryReader(const YamlNode& root) : root_(root), builder_(ForeignFormat::kYarnBerry) {}

  Result<ForeignLock> read(const std::string& path) {
    for (const auto& [key, entry] : root_.members) {
      if (key == "__metadata") continue;
      const std::string resolution = entry.text_of("resolution");
      if (resolution.empty())
        return foreign_error(path, "\"" + key.substr(0, 80) + "\" has no resolution", entry.line);
      add_entry(key, resolution);
      by_name_[split_descriptor(resolution).first].push_back(&entry);
    }
    imply_what_yarn_adds();
    return builder_.finish();
  }

 private:
  void add_entry(const std::string& key, const std::string& resolution) {
    const auto [name, reference] = split_descriptor(resolution);
    if (reference.starts_with("workspace:") || reference.starts_with("link:") ||
        reference.starts_with("portal:"))
      return;
    // Patches that yarn brings itself stand beside the package they are for.
    if (reference.starts_with("patch:") && reference.find("builtin<") != std::string::npos) return;
    if (!reference.starts_with(kNpm)) {
      const std::string pin = commit_pin(reference);
      if (!pin.empty()) return resolve_all(key, pin);
      if (!is_fixed(name, reference)) builder_.unsupported(key + " was " + resolution);
      return;
    }
    std::string version = reference.substr(kNpm.size());
    version = version.substr(0, version.find("::"));
    builder_.add(name, version, {});
    resolve_all(key, version);
  }

  // Every descriptor of the key got `pin`.
  void resolve_all(const std::string& key, const std::string& pin) {
    for (size_t at = 0; at <= key.size();) {
      const size_t end = std::min(key.find(", ", at), key.size());
      const auto [asked, range] = split_descriptor(std::string_view(key).substr(at, end - at));
      builder_.resolve(request_of(asked, range), pin);
      at = end + 2;
    }
  }

  // Packages with native code get a node-gyp of yarn's choice, which nothing in a manifest names.
  void imply_what_yarn_adds() {
    std::vector<std::string> names{"node-gyp"};
    std::set<std::string> seen(names.begin(), names.end());
    while (!names.empty()) {
      const std::string name = std::move(names.back());
      names.pop_back();
      auto entries = by_name_.find(name);
      if (entries == by_name_.end()) continue;
      for (const YamlNode* entry : entries->second) {
        builder_.imply(name, entry->text_of("version"));
        const YamlNode* dependencies = entry->find("dependencies");
        if (!dependencies) continue;
        for (const auto& [dependency, range] : dependencies->members) {
          if (seen.insert(dependency).second) names.push_back(dependency);
        }
      }
    }
  }

  const YamlNode& root_;
  ForeignBuilder builder_;
  std::map<std::string, std::vector<const YamlNode*>> by_name_;
};

}  // namespace

Result<ForeignLock> parse_yarn_berry(std::string_view text, const std::string& path) {
  GYRE_TRY(check_foreign_text(text, path));
  GYRE_ASSIGN(const std::vector<YamlNode> documents, parse_yaml(text, path));
  if (documents.size() != 1 || !documents[0].is_mapping())
    return foreign_error(path, "it is not one mapping", documents.empty() ? 1 : documents[0].line);
  const YamlNode* metadata = documents[0].find("__metadata");
  const std::string version = metadata ? metadata->text_of("version") : std::string();
  if (version.empty() || version.find_first_not_of("0123456789") != std::string::npos)
    return foreign_version_error(path, version, "numbers under __metadata");
  return BerryReader(documents[0]).read(path);
}

}  // namespace gyre::pkg
