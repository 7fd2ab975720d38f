#include "pkg/workspace/pnpm_workspace.hpp"

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

// As the lockfile's entry of the root has them, and so that npm sees them the same way once they
// are in package.json.
void note_workspaces(Manifest& manifest) {
  OrderedJson list = OrderedJson::array();
  for (const std::string& glob : manifest.workspaces) list.push_back(glob);
  manifest.meta.workspaces_json = list.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

Status add_workspaces(const YamlNode& document, const std::string& path, Manifest& manifest) {
  const YamlNode* packages = document.find("packages");
  if (packages == nullptr) return ok();
  if (packages->kind == YamlNode::Kind::kScalar && packages->text.empty()) return ok();
  if (packages->kind != YamlNode::Kind::kSequence)
    return wrong(path, *packages, "\"packages\" must be a list of folders");
  for (const YamlNode& item : packages->items) {
    if (item.kind != YamlNode::Kind::kScalar)
      return wrong(path, item, "\"packages\" must be a list of folders");
    // The root belongs to the project anyway.
    if (item.text != "." && !item.text.empty()) manifest.workspaces.push_back(item.text);
  }
  if (!manifest.workspaces.empty()) note_workspaces(manifest);
  return ok();
}

}  // namespace

Status read_pnpm_workspace(const std::string& project_dir, Manifest& manifest) {
  const std::string path = project_dir + "/pnpm-workspace.yaml";
  auto text = read_file(path);
  if (!text) return text.error().errno_number() == ENOENT ? ok() : Status(text.error());
  const bool has_catalogs = text->find("catalog") != std::string::npos;
  const bool has_workspaces = manifest.json.find("workspaces") == manifest.json.end() &&
                              text->find("packages") != std::string::npos;
  if (!has_catalogs && !has_workspaces) return ok();
  auto documents = parse_yaml(*text, path);
  if (!documents) {
    return Error(Code::EPKGJSON, documents.error().message(),
                 "Mend the file: it says what \"catalog:\" stands for, and which folders are "
                 "workspaces where package.json does not.");
  }
  for (const YamlNode& document : *documents) {
    GYRE_TRY(add_catalogs(document, path, manifest));
    if (has_workspaces) GYRE_TRY(add_workspaces(document, path, manifest));
  }
  return ok();
}

Result<Manifest> load_root_manifest(const std::string& project_dir) {
  GYRE_ASSIGN(Manifest manifest, load_manifest(project_dir + "/package.json"));
  GYRE_TRY(read_pnpm_workspace(project_dir, manifest));
  return manifest;
}

}  // namespace gyre::pkg
