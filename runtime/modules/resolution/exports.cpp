#include "runtime/modules/resolution/exports.hpp"

#include <algorithm>
#include <charconv>

#include "runtime/base/path.hpp"
#include "runtime/modules/resolution/specifier.hpp"

namespace gyre::resolution {

bool Conditions::has(std::string_view name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

namespace {

enum class MapKind : uint8_t { kExports, kImports };

std::string importer(std::string_view base) {
  return base.empty() ? "" : " imported from " + std::string(base);
}

// A directory or file of the package as messages show it: "/a/b/" before "package.json".
std::string shown_directory(const PackageConfig& package) {
  return package.directory == "/" ? "/" : package.directory + "/";
}

Error not_exported(const PackageConfig& package, std::string_view subpath, std::string_view base) {
  std::string where = package.file + importer(base);
  if (subpath == ".") {
    return Error(Code::ERR_PACKAGE_PATH_NOT_EXPORTED, "No \"exports\" main defined in " + where);
  }
  return Error(
      Code::ERR_PACKAGE_PATH_NOT_EXPORTED,
      "Package subpath '" + std::string(subpath) + "' is not defined by \"exports\" in " + where);
}

Error invalid_config(const PackageConfig& package, std::string_view base, const char* rule) {
  std::string message = "Invalid package config " + package.file;
  if (!base.empty()) {
    message += " while importing ";
    message += path::is_absolute(base) ? "file://" + percent_encode_path(base) : std::string(base);
  }
  return Error(Code::ERR_INVALID_PACKAGE_CONFIG, message + ". " + rule);
}

// 0..4294967294 without leading zeros: such keys have no order in a JavaScript object.
bool is_array_index(std::string_view key) {
  if (key.empty() || key.size() > 10 || (key.size() > 1 && key[0] == '0')) return false;
  uint64_t number = 0;
  auto [end, status] = std::from_chars(key.data(), key.data() + key.size(), number);
  return status == std::errc() && end == key.data() + key.size() && number < 0xFFFFFFFF;
}

std::string replace_stars(std::string_view text, std::string_view replacement) {
  std::string out;
  for (char c : text) {
    if (c == '*') {
      out += replacement;
    } else {
      out += c;
    }
  }
  return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

// True if a segment is ".", ".." or "node_modules", also when percent-encoded. Empty segments are
// tolerated, as Node does with a deprecation.
bool has_invalid_segment(std::string_view text) {
  size_t position = 0;
  while (position <= text.size()) {
    size_t end = std::min(text.find_first_of("/\\", position), text.size());
    std::string segment = percent_decode(text.substr(position, end - position));
    if (segment == "." || segment == ".." || equals_ignoring_case(segment, "node_modules")) {
      return true;
    }
    position = end + 1;
  }
  return false;
}

// "scheme:rest", which names no package.
bool looks_like_url(std::string_view text) {
  size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 ||
      !std::isalpha(static_cast<unsigned char>(text[0])))
    return false;
  return std::all_of(text.begin(), text.begin() + static_cast<long>(colon), [](unsigned char c) {
    return std::isalnum(c) || c == '+' || c == '-' || c == '.';
  });
}

// -1 if `a` is the more specific of two pattern keys, 1 if `b` is.
int compare_pattern_keys(std::string_view a, std::string_view b) {
  size_t a_star = a.find('*');
  size_t b_star = b.find('*');
  size_t a_base = a_star == std::string_view::npos ? a.size() : a_star + 1;
  size_t b_base = b_star == std::string_view::npos ? b.size() : b_star + 1;
  if (a_base != b_base) return a_base > b_base ? -1 : 1;
  if (a_star == std::string_view::npos) return 1;
  if (b_star == std::string_view::npos) return -1;
  if (a.size() != b.size()) return a.size() > b.size() ? -1 : 1;
  return 0;
}

// One look-up in a map. Three outcomes of a target: a place, "null" (blocked), or undefined.
class TargetResolver {
 public:
  struct Outcome {
    enum class Kind : uint8_t { kFound, kNull, kUndefined } kind;
    MapTarget target;
  };
  TargetResolver(const PackageConfig& package, std::string_view key, std::string_view match,
                 bool is_pattern, MapKind map, std::string_view base, const Conditions& conditions)
      : package_(package),
        key_(key),
        match_(match),
        is_pattern_(is_pattern),
        map_(map),
        base_(base),
        conditions_(conditions) {}

  Result<Outcome> resolve(const json::Value& target) {
    if (const std::string* text = target.as_string()) return resolve_text(*text);
    if (const json::Array* choices = target.as_array()) return resolve_choices(*choices);
    if (const json::Object* branches = target.as_object()) return resolve_branches(*branches);
    if (target.is_null()) return Outcome{Outcome::Kind::kNull, {}};
    return invalid_target(target);
  }

 private:
  Error invalid_target(const json::Value& target) const {
    const std::string* text = target.as_string();
    bool must_be_relative =
        text != nullptr && map_ == MapKind::kExports && !text->empty() && !text->starts_with("./");
    std::string tail = "defined in the package config " + package_.file + importer(base_) +
                       (must_be_relative ? "; targets must start with \"./\"" : "");
    std::string shown = json::write(target);
    if (key_ == ".") {
      return Error(Code::ERR_INVALID_PACKAGE_TARGET,
                   "Invalid \"exports\" main target " + shown + " " + tail);
    }
    return Error(Code::ERR_INVALID_PACKAGE_TARGET,
                 std::string("Invalid \"") + map_name() + "\" target " + shown + " defined for '" +
                     std::string(key_) + "' in" + tail.substr(std::string("defined in").size()));
  }

  const char* map_name() const { return map_ == MapKind::kExports ? "exports" : "imports"; }

  Error invalid_match() const {
    std::string request =
        is_pattern_ ? replace_stars(key_, match_) : std::string(key_) + std::string(match_);
    return Error(Code::ERR_INVALID_MODULE_SPECIFIER,
                 "Invalid module \"" + request + "\" request is not a valid match in pattern \"" +
                     std::string(key_) + "\" for the \"" + map_name() + "\" resolution of " +
                     package_.file + importer(base_));
  }

  Result<Outcome> resolve_text(const std::string& target) const {
    if (!match_.empty() && !is_pattern_ && !target.ends_with('/')) return invalid_target(target);
    std::string filled = is_pattern_ ? replace_stars(target, match_) : target + std::string(match_);
    if (!target.starts_with("./")) {
      bool is_bare = map_ == MapKind::kImports && !target.starts_with("../") &&
                     !target.starts_with('/') && !target.empty() &&
                     (!looks_like_url(target) || target.starts_with("node:"));
      if (!is_bare) return invalid_target(target);
      return Outcome{Outcome::Kind::kFound, {MapTarget::Kind::kPackage, std::move(filled)}};
    }
    if (has_invalid_segment(std::string_view(target).substr(2))) return invalid_target(target);
    if (!match_.empty() && has_invalid_segment(match_)) return invalid_match();
    return Outcome{Outcome::Kind::kFound, {MapTarget::Kind::kFile, filled.substr(1)}};
  }

  // The first choice that is not broken; an invalid one is remembered in case none is left.
  Result<Outcome> resolve_choices(const json::Array& choices) {
    Result<Outcome> last =
        Outcome{choices.empty() ? Outcome::Kind::kNull : Outcome::Kind::kUndefined, {}};
    for (const json::Value& choice : choices) {
      auto outcome = resolve(choice);
      if (!outcome) {
        if (!outcome.error().is(Code::ERR_INVALID_PACKAGE_TARGET)) return outcome;
        last = std::move(outcome);
        continue;
      }
      if (outcome->kind == Outcome::Kind::kUndefined) continue;
      if (outcome->kind == Outcome::Kind::kFound) return outcome;
      last = std::move(outcome);
    }
    return last;
  }

  Result<Outcome> resolve_branches(const json::Object& branches) {
    for (const auto& [condition, target] : branches) {
      if (is_array_index(condition)) {
        return invalid_config(package_, base_, "\"exports\" cannot contain numeric property keys.");
      }
    }
    for (const auto& [condition, target] : branches) {
      if (condition != "default" && !conditions_.has(condition)) continue;
      auto outcome = resolve(target);
      if (!outcome || outcome->kind != Outcome::Kind::kUndefined) return outcome;
    }
    return Outcome{Outcome::Kind::kUndefined, {}};
  }

  const PackageConfig& package_;
  std::string_view key_;
  std::string_view match_;
  bool is_pattern_;
  MapKind map_;
  std::string_view base_;
  const Conditions& conditions_;
};

// Looks `request` up among exact keys, then patterns. Nothing if no key matches or the target is
// null or undefined.
Result<std::optional<MapTarget>> look_up(const PackageConfig& package, const json::Object& map,
                                         std::string_view request, MapKind kind,
                                         std::string_view base, const Conditions& conditions) {
  using Kind = TargetResolver::Outcome::Kind;
  const json::Value* exact = map.find(request);
  if (exact && request.find('*') == std::string_view::npos && !request.ends_with('/')) {
    TargetResolver resolver(package, request, "", false, kind, base, conditions);
    GYRE_ASSIGN(auto outcome, resolver.resolve(*exact));
    if (outcome.kind != Kind::kFound) return std::optional<MapTarget>();
    return std::optional(std::move(outcome.target));
  }
  std::string_view best;
  const json::Value* best_target = nullptr;
  for (const auto& [name, target] : map) {
    std::string_view key = name;
    size_t star = key.find('*');
    if (star == std::string_view::npos || key.rfind('*') != star) continue;
    bool matches = request.size() >= key.size() && request.starts_with(key.substr(0, star)) &&
                   request.ends_with(key.substr(star + 1));
    if (!matches || (best_target && compare_pattern_keys(best, key) != 1)) continue;
    best = key;
    best_target = &target;
  }
  if (best_target == nullptr) return std::optional<MapTarget>();
  size_t star = best.find('*');
  size_t trailer = best.size() - star - 1;
  std::string_view match = request.substr(star, request.size() - trailer - star);
  TargetResolver resolver(package, best, match, true, kind, base, conditions);
  GYRE_ASSIGN(auto outcome, resolver.resolve(*best_target));
  if (outcome.kind != Kind::kFound) return std::optional<MapTarget>();
  return std::optional(std::move(outcome.target));
}

// Whether the whole of "exports" stands for ".", as in {"import": ..., "require": ...}.
Result<bool> is_main_only(const PackageConfig& package, std::string_view base) {
  const json::Object* map = package.exports->as_object();
  if (map == nullptr) return true;
  bool is_sugar = false;
  for (const auto& [key, target] : *map) {
    bool is_condition = !key.starts_with('.');
    if (&key == &map->begin()->first) {
      is_sugar = is_condition;
    } else if (is_sugar != is_condition) {
      return invalid_config(package, base,
                            "\"exports\" cannot contain some keys starting with '.' and some not. "
                            "The exports object must either be an object of package subpath keys "
                            "or an object of main entry condition name keys only.");
    }
  }
  return is_sugar;
}

}  // namespace

Result<MapTarget> resolve_exports(const PackageConfig& package, std::string_view subpath,
                                  std::string_view base, const Conditions& conditions) {
  GYRE_ASSIGN(bool main_only, is_main_only(package, base));
  std::optional<MapTarget> found;
  if (main_only) {
    json::Object map;
    if (subpath == ".") {
      map.set(".", *package.exports);
      GYRE_ASSIGN(found, look_up(package, map, subpath, MapKind::kExports, base, conditions));
    }
  } else {
    GYRE_ASSIGN(found, look_up(package, *package.exports->as_object(), subpath, MapKind::kExports,
                               base, conditions));
  }
  if (!found) return not_exported(package, subpath, base);
  return std::move(*found);
}

Result<MapTarget> resolve_imports(const PackageConfig* package, std::string_view specifier,
                                  std::string_view base, const Conditions& conditions) {
  if (specifier == "#" || specifier.ends_with('/')) {
    return Error(Code::ERR_INVALID_MODULE_SPECIFIER,
                 "Invalid module \"" + std::string(specifier) +
                     "\" is not a valid internal imports specifier name" + importer(base));
  }
  if (package != nullptr && package->imports) {
    GYRE_ASSIGN(auto found, look_up(*package, *package->imports->as_object(), specifier,
                                    MapKind::kImports, base, conditions));
    if (found) return std::move(*found);
  }
  std::string message =
      "Package import specifier \"" + std::string(specifier) + "\" is not defined";
  if (package != nullptr) message += " in package " + shown_directory(*package) + "package.json";
  return Error(Code::ERR_PACKAGE_IMPORT_NOT_DEFINED, message + importer(base));
}

}  // namespace gyre::resolution
