// make_bin: the rules for one bin entry (F23).
#include "pkg/manifest/manifest.hpp"

namespace gyre::pkg {
namespace {

Error invalid_bin(std::string_view package_name, std::string_view key, std::string_view target,
                  const char* why) {
  return Error(Code::EINVALIDBIN,
               "the bin \"" + std::string(key) + "\": \"" + std::string(target) + "\" of " +
                   std::string(package_name) + " is refused: " + why,
               "Report it to the package's maintainers; it may be an attack.");
}

bool has_dot_dot(std::string_view path) {
  while (true) {
    size_t slash = path.find('/');
    if (path.substr(0, slash) == "..") return true;
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
}

// "./a//b/../c" -> "a/c"; null when it climbs out.
std::optional<std::string> normalise(std::string_view path) {
  std::vector<std::string_view> parts;
  while (true) {
    size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    if (part == "..") {
      if (parts.empty()) return std::nullopt;
      parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  std::string out;
  for (std::string_view part : parts) {
    if (!out.empty()) out += '/';
    out += part;
  }
  return out;
}

}  // namespace

Result<std::optional<Bin>> make_bin(std::string_view package_name, std::string_view key,
                                    std::string_view target) {
  if (has_dot_dot(key) || key.starts_with('/'))
    return invalid_bin(package_name, key, target, "its name leaves node_modules/.bin");
  if (target.starts_with('/'))
    return invalid_bin(package_name, key, target, "its path is absolute");
  std::optional<std::string> path = normalise(target);
  if (!path) return invalid_bin(package_name, key, target, "its path leaves the package");
  std::string name(key.substr(key.rfind('/') + 1));
  for (char& c : name) {
    if (c == '\\' || c == ':') c = '/';
  }
  name = name.substr(name.rfind('/') + 1);
  if (name.find('\0') != std::string::npos || path->find('\0') != std::string::npos)
    return invalid_bin(package_name, key, target, "it has a zero byte");
  if (name.empty() || name == "." || name == ".." || path->empty()) return std::optional<Bin>();
  return std::optional<Bin>(Bin{std::move(name), std::move(*path)});
}

}  // namespace gyre::pkg
