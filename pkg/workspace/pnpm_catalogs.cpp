#include "pkg/workspace/pnpm_catalogs.hpp"

#include <algorithm>
#include <cerrno>

#include "pkg/files.hpp"
#include "pkg/import/yaml.hpp"

namespace gyre::pkg {
namespace {

Error wrong(const std::string& path, const YamlNode& at, const std::string& what) {
  return Error(Code::EPKGJSON, path + ": line " + std::to_string(at.line) + ": " + what);
}

Status add_catalog(const YamlNode& entries, const std::string& path, const std::string& key,
                   NamedStrings& out) {
  // "catalog:" with nothing below it.
  if (entries.kind == YamlNode::Kind::kScalar && entries.text.empty()) return ok();
  if (!entries.is_mapping())
    return wrong(path, entries, "\"" + key + "\" must map names to ranges");
  for (const auto& [name, spec] : entries.members) {
    if (spec.kind != YamlNode::Kind::kScalar)
      return wrong(path, spec, "\"" + key + "." + name + "\" must be a range");
    const std::string& own = name;  // clang 14 does not capture bindings
    const bool is_known =
        std::any_of(out.begin(), out.end(), [&own](const auto& had) { return had.first == own; });
    if (!is_known) out.emplace_back(name, spec.text);
  }
  return ok();
}

Status add_catalogs(const YamlNode& document, const std::string& path, Manifest& manifest) {
  if (const YamlNode* one = document.find("catalog"))
    GYRE_TRY(add_catalog(*one, path, "catalog", manifest.catalogs[""]));
  const YamlNode* many = document.find("catalogs");
  if (many == nullptr || (many->kind == YamlNode::Kind::kScalar && many->text.empty())) return ok();
  if (!many->is_mapping()) return wrong(path, *many, "\"catalogs\" must map names to catalogs");
  for (const auto& [name, entries] : many->members) {
    const std::string own = name == "default" ? "" : name;
    GYRE_TRY(add_catalog(entries, path, "catalogs." + name, manifest.catalogs[own]));
  }
  return ok();
}

}  // namespace

Status read_pnpm_catalogs(const std::string& project_dir, Manifest& manifest) {
  const std::string path = project_dir + "/pnpm-workspace.yaml";
  auto text = read_file(path);
  if (!text) return text.error().errno_number() == ENOENT ? ok() : Status(text.error());
  // The rest of the file is pnpm's business, and YAML is not needed for it.
  if (text->find("catalog") == std::string::npos) return ok();
  auto documents = parse_yaml(*text, path);
  if (!documents) {
    return Error(Code::EPKGJSON, documents.error().message(),
                 "Mend the file: its catalogs say what \"catalog:\" stands for.");
  }
  for (const YamlNode& document : *documents) GYRE_TRY(add_catalogs(document, path, manifest));
  return ok();
}

}  // namespace gyre::pkg
