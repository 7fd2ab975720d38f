// yarn.lock as yarn 2 and later write it: YAML, one mapping of descriptors to resolutions.
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

void add_entry(ForeignBuilder& builder, const std::string& key, const YamlNode& entry,
               const std::string& resolution) {
  const auto [name, reference] = split_descriptor(resolution);
  if (reference.starts_with("workspace:") || reference.starts_with("link:") ||
      reference.starts_with("portal:"))
    return;
  // Patches that yarn brings itself stand beside the package they are for.
  if (reference.starts_with("patch:") && reference.find("builtin<") != std::string::npos) return;
  if (!reference.starts_with(kNpm)) return builder.unsupported(key + " was " + resolution);
  std::string version = reference.substr(kNpm.size());
  version = version.substr(0, version.find("::"));
  builder.add(name, version, {});
  for (size_t at = 0; at <= key.size();) {
    const size_t end = std::min(key.find(", ", at), key.size());
    const auto [asked, range] = split_descriptor(std::string_view(key).substr(at, end - at));
    builder.resolve(request_of(asked, range), version);
    at = end + 2;
  }
}

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
  ForeignBuilder builder(ForeignFormat::kYarnBerry);
  for (const auto& [key, entry] : documents[0].members) {
    if (key == "__metadata") continue;
    const std::string resolution = entry.text_of("resolution");
    if (resolution.empty())
      return foreign_error(path, "\"" + key.substr(0, 80) + "\" has no resolution", entry.line);
    add_entry(builder, key, entry, resolution);
  }
  return builder.finish();
}

}  // namespace gyre::pkg
