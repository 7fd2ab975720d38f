#include "pkg/config/edit.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "pkg/config/ini_values.hpp"
#include "pkg/config/npmrc.hpp"
#include "pkg/files.hpp"
#include "runtime/base/fd.hpp"

namespace gyre::pkg {
namespace {

// The key a line sets; empty for comments and blank lines.
std::string key_of(std::string_view line) {
  static const Environment no_variables;
  const auto entries = parse_ini(line, no_variables);
  return entries.empty() ? std::string() : entries[0].key;
}

// `text` as an ini value that reads back the same.
std::string ini_value(const std::string& text) {
  const bool needs_quotes = text.empty() || text.front() == ' ' || text.back() == ' ' ||
                            text.front() == '[' || text.front() == '"' || text.front() == '\'' ||
                            text.find_first_of("\r\n\t=") != std::string::npos;
  if (needs_quotes) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  std::string out;
  for (const char c : text) {
    if (c == ';' || c == '#' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

struct Lines {
  std::vector<std::string> lines;  // before the first section
  std::string rest;
};

Lines split_lines(std::string_view text) {
  Lines split;
  while (!text.empty()) {
    // A carriage return ends a line too; the one of "\r\n" stays with its line.
    size_t end = std::min(text.find_first_of("\r\n"), text.size());
    if (text.substr(end).starts_with("\r\n")) ++end;
    const std::string_view line = text.substr(0, end);
    if (is_ini_section(line)) break;
    split.lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  split.rest = text;
  return split;
}

void apply(const IniChange& change, std::vector<std::string>& lines) {
  const std::string fresh = change.key + "=" + ini_value(change.value);
  bool is_placed = change.is_deletion;
  for (auto line = lines.begin(); line != lines.end();) {
    if (key_of(*line) != change.key) {
      ++line;
    } else if (is_placed) {
      line = lines.erase(line);
    } else {
      *line++ = fresh;
      is_placed = true;
    }
  }
  if (!is_placed) lines.push_back(fresh);
}

Status make_private(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return Error::from_errno("open", path);
  if (::fchmod(fd.get(), 0600) != 0) return Error::from_errno("chmod", path);
  return ok();
}

}  // namespace

std::string edit_ini(std::string_view text, const std::vector<IniChange>& changes) {
  Lines split = split_lines(text);
  for (const IniChange& change : changes) apply(change, split.lines);
  std::string out;
  for (const std::string& line : split.lines) out += line + "\n";
  return out + split.rest;
}

Status edit_config_file(const std::string& path, const std::vector<IniChange>& changes,
                        ConfigPrivacy privacy) {
  std::string text;
  auto read = read_file(path);
  if (read)
    text = std::move(*read);
  else if (read.error().errno_number() != ENOENT)
    return std::move(read).error();
  const std::string edited = edit_ini(text, changes);
  if (read && edited == text) return ok();
  const size_t slash = path.rfind('/');
  if (slash != std::string::npos && slash > 0) GYRE_TRY(make_directories(path.substr(0, slash)));
  if (privacy == ConfigPrivacy::kOwnerOnly) GYRE_TRY(make_private(path));
  return write_file_atomically(path, edited);
}

bool is_secret_setting(std::string_view key) {
  const size_t colon = key.starts_with("//") ? key.rfind(':') : std::string_view::npos;
  const std::string_view name = colon == std::string_view::npos ? key : key.substr(colon + 1);
  if (name.starts_with('_')) return true;
  if (key.starts_with("//")) {
    return name == "username" || name == "certfile" || name == "keyfile" || name == "email" ||
           name == "cert" || name == "key";
  }
  static constexpr std::string_view kSecret[] = {"otp",  "password", "key",       "cert",
                                                 "auth", "token",    "auth-token"};
  return std::find(std::begin(kSecret), std::end(kSecret), name) != std::end(kSecret);
}

}  // namespace gyre::pkg
