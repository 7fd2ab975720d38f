#include "runtime/base/path.hpp"

#include <unistd.h>

#include <cerrno>

namespace gyre::path {
namespace {

// Appends the names of `path` to `out` ("" or "/x/y" form), taking "." and ".." into account.
// `may_climb` keeps leading ".." of relative paths.
enum class Climb { kDrop, kKeep };

void append_names(std::string& out, std::string_view path, Climb climb) {
  size_t position = 0;
  while (position <= path.size()) {
    size_t end = path.find('/', position);
    if (end == std::string_view::npos) end = path.size();
    std::string_view name = path.substr(position, end - position);
    position = end + 1;
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      size_t slash = out.rfind('/');
      std::string_view last = slash == std::string::npos ? std::string_view(out)
                                                         : std::string_view(out).substr(slash + 1);
      if (!out.empty() && last != "..") {
        out.resize(slash == std::string::npos ? 0 : slash);
        continue;
      }
      if (climb == Climb::kDrop) continue;
    }
    if (!out.empty() || climb == Climb::kDrop) out += '/';
    out += name;
  }
}

std::string_view without_trailing_slashes(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

}  // namespace

std::string normalize(std::string_view path) {
  if (path.empty()) return ".";
  std::string out;
  append_names(out, path, is_absolute(path) ? Climb::kDrop : Climb::kKeep);
  if (out.empty()) {
    if (is_absolute(path)) return "/";
    return path.ends_with('/') ? "./" : ".";
  }
  if (path.ends_with('/')) out += '/';
  return out;
}

std::string join(std::string_view a, std::string_view b) {
  if (a.empty()) return normalize(b);
  if (b.empty()) return normalize(a);
  std::string both;
  both.reserve(a.size() + b.size() + 1);
  both.append(a).append("/").append(b);
  return normalize(both);
}

std::string resolve(std::string_view from, std::string_view to) {
  std::string out;
  out.reserve(from.size() + to.size() + 1);
  if (!is_absolute(to)) append_names(out, from, Climb::kDrop);
  append_names(out, to, Climb::kDrop);
  return out.empty() ? "/" : out;
}

std::string_view dirname(std::string_view path) {
  path = without_trailing_slashes(path);
  size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? path.substr(0, 1) : without_trailing_slashes(path.substr(0, slash));
}

std::string_view basename(std::string_view path) {
  path = without_trailing_slashes(path);
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view extension(std::string_view path) {
  std::string_view name = basename(path);
  size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name == "..") return {};
  return name.substr(dot);
}

std::string relative(std::string_view from, std::string_view to) {
  std::string start = resolve("/", from);
  std::string target = resolve("/", to);
  if (start == target) return {};
  if (start == "/") return target.substr(1);
  if (target == "/") target.clear();
  // The common prefix ends at a slash, or at the end of one of the two.
  size_t common = 0;
  for (size_t i = 0;; ++i) {
    bool start_ends = i == start.size() || start[i] == '/';
    bool target_ends = i == target.size() || target[i] == '/';
    if (start_ends && target_ends) common = i;
    if (i == start.size() || i == target.size() || start[i] != target[i]) break;
  }
  std::string out;
  for (size_t i = common; i < start.size(); ++i) {
    if (start[i] == '/') out += out.empty() ? ".." : "/..";
  }
  if (common < target.size()) {
    if (!out.empty()) out += '/';
    out += std::string_view(target).substr(common + 1);
  }
  return out;
}

bool is_inside(std::string_view directory, std::string_view path) {
  if (directory == "/") return is_absolute(path);
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

Result<std::string> current_directory() {
  std::string buffer(256, '\0');
  while (::getcwd(buffer.data(), buffer.size()) == nullptr) {
    if (errno != ERANGE) return Error::from_errno("getcwd");
    buffer.resize(buffer.size() * 2);
  }
  buffer.resize(buffer.find('\0'));
  return buffer;
}

}  // namespace gyre::path
