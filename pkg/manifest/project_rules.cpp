#include "pkg/manifest/project_rules.hpp"

#include <algorithm>
#include <cctype>

#include "pkg/spec/spec.hpp"

namespace gyre::pkg {
namespace {

Error wrong(const std::string& path, const std::string& key, const char* what) {
  return Error(Code::EPKGJSON, path + ": \"" + key + "\" " + what);
}

// "**/a", "a/b", "@s/a/**/b@npm:^1" -> {"**", …} without the stars: the packages on the way.
Result<std::vector<std::string>> resolution_path(const std::string& path, const std::string& key) {
  std::vector<std::string> names;
  std::string_view rest = key;
  while (!rest.empty()) {
    size_t end = rest.find('/');
    if (rest.starts_with('@') && end != std::string_view::npos) end = rest.find('/', end + 1);
    std::string part(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (part == "**") continue;
    if (size_t npm = part.find("@npm:", 1); npm != std::string::npos) part.erase(npm + 1, 4);
    if (!is_valid_package_name(part.substr(0, part.find('@', 1))))
      return wrong(path, "resolutions." + key, "does not name packages");
    names.push_back(std::move(part));
  }
  if (names.empty()) return wrong(path, "resolutions." + key, "does not name a package");
  return names;
}

// The nested form overrides have: {"a": {"b": value}}. What overrides say already stays.
void put_rule(OrderedJson& overrides, const std::vector<std::string>& names,
              const std::string& value) {
  OrderedJson* at = &overrides;
  for (size_t i = 0; i + 1 < names.size(); ++i) {
    OrderedJson& next = (*at)[names[i]];
    if (next.is_string()) next = OrderedJson{{".", next}};
    if (!next.is_object()) next = OrderedJson::object();
    at = &next;
  }
  auto found = at->find(names.back());
  if (found == at->end())
    (*at)[names.back()] = value;
  else if (found->is_object() && !found->contains("."))
    (*found)["."] = value;
}

Status read_resolutions(const OrderedJson& json, const std::string& path, OrderedJson& overrides,
                        Manifest& manifest) {
  auto found = json.find("resolutions");
  if (found == json.end() || found->is_null()) return ok();
  if (!found->is_object()) return wrong(path, "resolutions", "must be an object");
  for (auto& [key, value] : found->items()) {
    if (!value.is_string()) return wrong(path, "resolutions." + key, "must be a string");
    GYRE_ASSIGN(const auto names, resolution_path(path, key));
    put_rule(overrides, names, value.get<std::string>());
    manifest.resolutions.push_back(names.back().substr(0, names.back().find('@', 1)));
  }
  return ok();
}

Status read_catalog(const OrderedJson& entries, const std::string& path, const std::string& key,
                    NamedStrings& out) {
  if (!entries.is_object()) return wrong(path, key, "must be an object of name: range");
  for (auto& [name, spec] : entries.items()) {
    if (!spec.is_string()) return wrong(path, key + "." + name, "must be a string");
    out.emplace_back(name, spec.get<std::string>());
  }
  return ok();
}

// Beside "workspaces" or inside it, as Bun has both.
Status read_catalogs(const OrderedJson& json, const std::string& path, Manifest& manifest) {
  if (auto one = json.find("catalog"); one != json.end())
    GYRE_TRY(read_catalog(*one, path, "catalog", manifest.catalogs[""]));
  auto many = json.find("catalogs");
  if (many == json.end()) return ok();
  if (!many->is_object()) return wrong(path, "catalogs", "must be an object");
  for (auto& [name, entries] : many->items()) {
    const std::string own = name == "default" ? "" : name;
    GYRE_TRY(read_catalog(entries, path, "catalogs." + name, manifest.catalogs[own]));
  }
  return ok();
}

Status read_release_age(const OrderedJson& json, const std::string& path, Manifest& manifest) {
  if (auto age = json.find("minimumReleaseAge"); age != json.end() && !age->is_null()) {
    if (age->is_number_unsigned())
      manifest.min_release_age = parse_age(age->dump());
    else if (age->is_string())
      manifest.min_release_age = parse_age(age->get<std::string>());
    if (!manifest.min_release_age) {
      return wrong(path, "minimumReleaseAge",
                   "must be a number of minutes, or a text like \"24h\" or \"3d\"");
    }
  }
  auto exclude = json.find("minimumReleaseAgeExclude");
  if (exclude == json.end()) return ok();
  if (!exclude->is_array())
    return wrong(path, "minimumReleaseAgeExclude", "must be a list of names");
  for (const OrderedJson& entry : *exclude) {
    if (!entry.is_string())
      return wrong(path, "minimumReleaseAgeExclude", "must be a list of names");
    manifest.min_release_age_exclude.push_back(entry.get<std::string>());
  }
  return ok();
}

}  // namespace

std::optional<std::chrono::minutes> parse_age(std::string_view text) {
  constexpr uint64_t kMost = uint64_t{36'500} * 24 * 60;
  uint64_t number = 0;
  size_t digits = 0;
  for (; digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits])); ++digits)
    number = std::min(number * 10 + static_cast<uint64_t>(text[digits] - '0'), kMost);
  if (digits == 0) return std::nullopt;
  const std::string_view unit = text.substr(digits);
  uint64_t minutes = 0;
  if (unit.empty() || unit == "m")
    minutes = 1;
  else if (unit == "h")
    minutes = 60;
  else if (unit == "d")
    minutes = 24 * 60;
  else if (unit == "w")
    minutes = 7 * 24 * 60;
  else
    return std::nullopt;
  return std::chrono::minutes(std::min(number * minutes, kMost));
}

Status read_project_rules(const OrderedJson& json, const std::string& path, Manifest& manifest) {
  OrderedJson overrides = OrderedJson::object();
  if (auto found = json.find("overrides"); found != json.end() && found->is_object())
    overrides = *found;
  GYRE_TRY(read_resolutions(json, path, overrides, manifest));
  if (!overrides.empty())
    manifest.overrides_json = overrides.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  GYRE_TRY(read_catalogs(json, path, manifest));
  if (auto workspaces = json.find("workspaces");
      workspaces != json.end() && workspaces->is_object())
    GYRE_TRY(read_catalogs(*workspaces, path, manifest));
  return read_release_age(json, path, manifest);
}

}  // namespace gyre::pkg
