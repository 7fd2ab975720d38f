// package.json: read into PackageMeta, and edited without losing order, indentation or the final
// newline. Any thread.
#pragma once

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pkg/tree/node.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

using OrderedJson = nlohmann::ordered_json;

struct Manifest {
  PackageMeta meta;
  NamedStrings scripts;
  std::vector<std::string> workspaces;           // globs
  std::string overrides_json;                    // raw, yarn's "resolutions" added; empty if absent
  std::vector<std::string> resolutions;          // names they are about
  std::map<std::string, NamedStrings> catalogs;  // "catalog", "catalogs"; "" is the default one
  std::optional<std::chrono::minutes> min_release_age;
  std::vector<std::string> min_release_age_exclude;
  std::optional<Error> rules_error;  // one of these is malformed: matters for a project's own
  bool is_private = false;
  OrderedJson json;  // the whole document
  std::string indent = "  ";
  std::string newline = "\n";  // "\r\n" where the file uses it
  bool ends_with_newline = true;
};

// `path` names the file in errors: EJSONPARSE with line and column, EPKGJSON for a wrong shape,
// EINVALIDNAME for dependency keys (F22), EINVALIDBIN (F23).
Result<Manifest> parse_manifest(std::string_view text, const std::string& path);
// EPKGJSON when there is no such file.
Result<Manifest> load_manifest(const std::string& path);
// The document in the style it was read in.
std::string write_manifest(const Manifest& manifest);
// Sets a dependency in `section` ("dependencies", "devDependencies"…), keeping keys sorted as npm
// does; removes it from the other sections.
void set_dependency(Manifest& manifest, const std::string& section, const std::string& name,
                    const std::string& spec);
// False when no section had it.
bool remove_dependency(Manifest& manifest, const std::string& name);

// Bins of a `bin` value (string or object) or directories.bin entries; EINVALIDBIN (F23).
Result<std::vector<Bin>> parse_bins(std::string_view package_name, const OrderedJson& bin);

// One entry; null for entries that npm drops silently (an empty name or path).
Result<std::optional<Bin>> make_bin(std::string_view package_name, std::string_view key,
                                    std::string_view target);

}  // namespace gyre::pkg
