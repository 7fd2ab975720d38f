#include "pkg/manifest/manifest.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "pkg/files.hpp"
#include "pkg/lockfile/collate.hpp"
#include "pkg/manifest/json_text_checks.hpp"
#include "pkg/manifest/project_rules.hpp"
#include "pkg/spec/spec.hpp"

namespace gyre::pkg {
namespace {

constexpr const char* kSections[] = {"dependencies", "devDependencies", "optionalDependencies",
                                     "peerDependencies"};

std::string text_member(const OrderedJson& json, const char* key) {
  auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string raw_member(const OrderedJson& json, const char* key) {
  auto found = json.find(key);
  if (found == json.end() || found->is_null()) return {};
  return found->dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::vector<std::string> list_member(const OrderedJson& json, const char* key) {
  std::vector<std::string> out;
  auto found = json.find(key);
  if (found == json.end()) return out;
  if (found->is_string()) out.push_back(found->get<std::string>());
  if (!found->is_array()) return out;
  for (const OrderedJson& item : *found) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

Result<NamedStrings> read_section(const OrderedJson& json, const char* key,
                                  const std::string& path) {
  NamedStrings out;
  auto found = json.find(key);
  if (found == json.end() || found->is_null()) return out;
  if (!found->is_object())
    return Error(Code::EPKGJSON, path + ": \"" + key + "\" must be an object of name: range");
  for (auto& [name, spec] : found->items()) {
    if (Status valid = check_package_name(name); !valid) {
      return Error(Code::EINVALIDNAME,
                   path + " lists under \"" + key + "\": " + valid.error().message(),
                   "Remove or correct the entry.");
    }
    if (!spec.is_string())
      return Error(Code::EPKGJSON,
                   path + ": the range of \"" + key + "." + name + "\" must be a string");
    out.emplace_back(name, spec.get<std::string>());
  }
  return out;
}

void read_bundle(const OrderedJson& json, PackageMeta& meta) {
  for (const char* key : {"bundleDependencies", "bundledDependencies"}) {
    auto found = json.find(key);
    if (found == json.end()) continue;
    if (found->is_boolean() && found->get<bool>()) {
      meta.bundles_everything = true;
      for (const auto& [name, spec] : meta.dependencies) meta.bundle_dependencies.push_back(name);
    } else if (found->is_object()) {
      for (auto& [name, value] : found->items()) meta.bundle_dependencies.push_back(name);
    } else {
      meta.bundle_dependencies = list_member(json, key);
    }
    return;
  }
}

void read_peer_meta(const OrderedJson& json, PackageMeta& meta) {
  auto found = json.find("peerDependenciesMeta");
  if (found == json.end() || !found->is_object()) return;
  meta.peer_meta_json = raw_member(json, "peerDependenciesMeta");
  for (auto& [name, entry] : found->items()) {
    if (entry.is_object() && entry.contains("optional") && entry["optional"] == true)
      meta.optional_peers.push_back(name);
  }
}

Status read_meta(const OrderedJson& json, const std::string& path, PackageMeta& meta) {
  meta.name = text_member(json, "name");
  meta.version = text_member(json, "version");
  GYRE_ASSIGN(meta.dependencies, read_section(json, "dependencies", path));
  GYRE_ASSIGN(meta.dev_dependencies, read_section(json, "devDependencies", path));
  GYRE_ASSIGN(meta.optional_dependencies, read_section(json, "optionalDependencies", path));
  GYRE_ASSIGN(meta.peer_dependencies, read_section(json, "peerDependencies", path));
  std::erase_if(meta.dependencies, [&meta](const auto& entry) {
    return std::any_of(meta.optional_dependencies.begin(), meta.optional_dependencies.end(),
                       [&entry](const auto& optional) { return optional.first == entry.first; });
  });
  read_peer_meta(json, meta);
  read_bundle(json, meta);
  meta.os = list_member(json, "os");
  meta.cpu = list_member(json, "cpu");
  meta.libc = list_member(json, "libc");
  meta.engines_json = raw_member(json, "engines");
  meta.funding_json = raw_member(json, "funding");
  meta.license_json = raw_member(json, "license");
  meta.workspaces_json = raw_member(json, "workspaces");
  if (auto engines = json.find("engines"); engines != json.end() && engines->is_object())
    meta.engines_node = text_member(*engines, "node");
  if (auto bin = json.find("bin"); bin != json.end()) {
    GYRE_ASSIGN(meta.bins, parse_bins(meta.name, *bin));
  }
  return ok();
}

void read_scripts(const OrderedJson& json, Manifest& manifest) {
  auto scripts = json.find("scripts");
  if (scripts == json.end() || !scripts->is_object()) return;
  for (auto& [name, script] : scripts->items()) {
    if (!script.is_string()) continue;
    manifest.scripts.emplace_back(name, script.get<std::string>());
    if (name == "preinstall" || name == "install" || name == "postinstall")
      manifest.meta.has_install_script = true;
  }
}

void read_workspaces(const OrderedJson& json, Manifest& manifest) {
  auto found = json.find("workspaces");
  if (found == json.end()) return;
  manifest.workspaces =
      found->is_object() ? list_member(*found, "packages") : list_member(json, "workspaces");
}

// Indentation is that of the line after the opening brace, as npm finds it: it decides the
// lockfile's as well. A brace that is followed by something else leaves the usual one.
void detect_style(std::string_view text, Manifest& manifest) {
  manifest.newline = text.find("\r\n") != std::string_view::npos ? "\r\n" : "\n";
  manifest.ends_with_newline = text.ends_with('\n');
  const size_t brace = text.find('{');
  if (brace == std::string_view::npos) return;
  const size_t begin = text.find_first_not_of("\r\n", brace + 1);
  if (begin == std::string_view::npos || begin == brace + 1) return;
  const size_t end = text.find_first_not_of(" \t", begin);
  if (end != std::string_view::npos) manifest.indent = text.substr(begin, end - begin);
}

Result<OrderedJson> parse_json(std::string_view text, const std::string& path) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (nests_too_deeply(text))
    return Error(Code::EJSONPARSE, path + " is nested too deeply to be a manifest");
  // The parser would take it for the end of the text.
  if (const size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return Error(Code::EJSONPARSE,
                 path + " is not valid JSON: unexpected text at " + position_text(text, nul),
                 "Correct the file at that place.");
  }
  try {
    return OrderedJson::parse(text);
  } catch (const OrderedJson::parse_error& error) {
    size_t offset = error.byte > 0 ? error.byte - 1 : 0;
    std::string what = text.find_first_not_of(" \t\r\n") == std::string_view::npos
                           ? "the file is empty"
                           : "unexpected text at " + position_text(text, offset);
    return Error(Code::EJSONPARSE, path + " is not valid JSON: " + what,
                 "Correct the file at that place.");
  } catch (const OrderedJson::out_of_range&) {
    return Error(Code::EJSONPARSE, path + " holds a number beyond what a double can hold");
  }
}

}  // namespace

Result<std::vector<Bin>> parse_bins(std::string_view package_name, const OrderedJson& bin) {
  std::vector<Bin> out;
  auto add = [&out, package_name](std::string_view key, const OrderedJson& value) -> Status {
    if (!value.is_string()) return ok();
    std::string target = value.get<std::string>();
    GYRE_ASSIGN(std::optional<Bin> entry, make_bin(package_name, key, target));
    if (!entry) return ok();
    auto same = std::find_if(out.begin(), out.end(),
                             [&entry](const Bin& other) { return other.name == entry->name; });
    if (same == out.end())
      out.push_back(std::move(*entry));
    else
      *same = std::move(*entry);
    return ok();
  };
  if (bin.is_string()) {
    if (!package_name.empty()) GYRE_TRY(add(package_name, bin));
  } else if (bin.is_object()) {
    for (auto& [key, value] : bin.items()) GYRE_TRY(add(key, value));
  } else if (bin.is_array()) {
    for (const OrderedJson& value : bin) {
      if (!value.is_string()) continue;
      std::string text = value.get<std::string>();
      GYRE_TRY(add(text.substr(text.rfind('/') + 1), value));
    }
  }
  return out;
}

Result<Manifest> parse_manifest(std::string_view text, const std::string& path) {
  GYRE_ASSIGN(OrderedJson json, parse_json(text, path));
  if (!json.is_object())
    return Error(Code::EPKGJSON, path + " must hold a JSON object, not " + json.type_name());
  Manifest manifest;
  GYRE_TRY(read_meta(json, path, manifest.meta));
  read_scripts(json, manifest);
  read_workspaces(json, manifest);
  // Packages that are only installed may have anything under these keys.
  if (Status rules = read_project_rules(json, path, manifest); !rules)
    manifest.rules_error = std::move(rules).error();
  auto is_private = json.find("private");
  manifest.is_private = is_private != json.end() && *is_private == true;
  detect_style(text, manifest);
  manifest.json = std::move(json);
  return manifest;
}

namespace {

// directories.bin: every file in that folder is a command, named by the file. Hidden ones are not.
void add_bins_of_folder(Manifest& manifest, const std::string& base) {
  auto directories = manifest.json.find("directories");
  if (directories == manifest.json.end() || !directories->is_object()) return;
  const std::string folder = text_member(*directories, "bin");
  Result<std::optional<Bin>> place = make_bin(manifest.meta.name, "bin", folder);
  if (!place || !*place) return;
  const std::string inside = (*place)->path;
  auto names = list_directory(base + inside);
  if (!names) return;
  for (const std::string& name : *names) {
    struct stat info {};
    const bool is_command = name[0] != '.' &&
                            ::stat((base + inside + "/" + name).c_str(), &info) == 0 &&
                            S_ISREG(info.st_mode);
    if (is_command) manifest.meta.bins.push_back({name, inside + "/" + name});
  }
}

}  // namespace

Result<Manifest> load_manifest(const std::string& path) {
  Result<std::string> text = read_file(path);
  if (!text) {
    if (text.error().errno_number() == ENOENT)
      return Error(Code::EPKGJSON, "there is no " + path,
                   "Run this in a folder that has a package.json, or create one.");
    return std::move(text).error();
  }
  GYRE_ASSIGN(Manifest manifest, parse_manifest(*text, path));
  if (!manifest.json.contains("bin"))
    add_bins_of_folder(manifest, path.substr(0, path.rfind('/') + 1));
  return manifest;
}

std::string write_manifest(const Manifest& manifest) {
  int width = manifest.indent.empty() ? -1 : static_cast<int>(manifest.indent.size());
  char fill = manifest.indent.empty() ? ' ' : manifest.indent[0];
  std::string text = manifest.json.dump(width, fill, false, OrderedJson::error_handler_t::replace);
  if (manifest.ends_with_newline) text += '\n';
  if (manifest.newline == "\n") return text;
  std::string out;
  for (char c : text) {
    if (c == '\n')
      out += manifest.newline;
    else
      out += c;
  }
  return out;
}

void set_dependency(Manifest& manifest, const std::string& section, const std::string& name,
                    const std::string& spec) {
  for (const char* other : kSections) {
    if (section == other || (section == "devDependencies" && other == kSections[3])) continue;
    auto found = manifest.json.find(other);
    if (found == manifest.json.end() || !found->is_object()) continue;
    found->erase(name);
    if (found->empty()) manifest.json.erase(other);
  }
  OrderedJson& entries = manifest.json[section];
  if (!entries.is_object()) entries = OrderedJson::object();
  entries[name] = spec;
  std::vector<std::pair<std::string, OrderedJson>> sorted;
  for (auto& [key, value] : entries.items()) sorted.emplace_back(key, value);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return sorts_before(a.first, b.first); });
  OrderedJson fresh = OrderedJson::object();
  for (auto& [key, value] : sorted) fresh[key] = std::move(value);
  entries = std::move(fresh);
  if (auto meta = read_meta(manifest.json, "package.json", manifest.meta); !meta) return;
}

bool remove_dependency(Manifest& manifest, const std::string& name) {
  bool removed = false;
  for (const char* section : kSections) {
    auto found = manifest.json.find(section);
    if (found == manifest.json.end() || !found->is_object()) continue;
    removed |= found->erase(name) > 0;
    if (found->empty()) manifest.json.erase(section);
  }
  if (removed) {
    PackageMeta fresh;
    if (read_meta(manifest.json, "package.json", fresh).is_ok()) manifest.meta = std::move(fresh);
  }
  return removed;
}

}  // namespace gyre::pkg
