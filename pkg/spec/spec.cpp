#include "pkg/spec/spec.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>

#include "pkg/semver/range.hpp"

namespace gyre::pkg {
namespace {

bool starts_with_nocase(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  for (size_t i = 0; i < prefix.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(text[i])) != prefix[i]) return false;
  }
  return true;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  return text;
}

bool is_tarball_name(std::string_view text) {
  for (const std::string_view ending : {".tgz", ".tar.gz", ".tar"}) {
    if (text.size() >= ending.size() &&
        starts_with_nocase(text.substr(text.size() - ending.size()), ending))
      return true;
  }
  return false;
}

// "./a", "../a", "/a", "~/a", ".", "c:\\a"
bool is_path(std::string_view spec) {
  const bool has_drive =
      spec.size() > 1 && spec[1] == ':' && std::isalpha(static_cast<unsigned char>(spec[0]));
  return spec.starts_with('.') || spec.starts_with('/') || spec.starts_with("~/") || has_drive;
}

// Characters encodeURIComponent leaves alone.
bool is_url_safe(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("-_.!~*'()").find(c) != std::string_view::npos;
  });
}

// "word:" or "git+word:", as npm takes for a URL.
bool has_protocol(std::string_view spec) {
  if (starts_with_nocase(spec, "git+")) spec.remove_prefix(4);
  size_t colon = spec.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  return std::all_of(spec.begin(), spec.begin() + static_cast<ptrdiff_t>(colon),
                     [](char c) { return std::isalpha(static_cast<unsigned char>(c)); });
}

// "user@host.tld:path"
bool is_scp_like(std::string_view spec) {
  size_t at = spec.find('@');
  if (at == std::string_view::npos || at == 0 || spec.find('@', at + 1) != std::string_view::npos)
    return false;
  std::string_view rest = spec.substr(at + 1);
  size_t colon = rest.find(':');
  size_t dot = rest.find('.');
  return colon != std::string_view::npos && colon + 1 < rest.size() && dot > 0 && dot < colon &&
         rest.find('/') > colon;
}

Error bad_fragment(const Spec& spec, const std::string& why) {
  return Error(Code::EUNSUPPORTEDSPEC, "\"" + spec.raw + "\": " + why);
}

Status set_once(const Spec& spec, std::string& member, std::string_view value, const char* what) {
  if (!member.empty()) return bad_fragment(spec, std::string("names two of ") + what);
  member = value;
  return ok();
}

// "#commit", "#semver:^1", "#path:sub", joined by "::". Unknown keys are left out of account.
Status read_fragment(Spec& spec, std::string_view fragment) {
  while (!fragment.empty()) {
    size_t end = fragment.find("::");
    std::string_view part = fragment.substr(0, end);
    fragment.remove_prefix(end == std::string_view::npos ? fragment.size() : end + 2);
    size_t colon = part.find(':');
    if (colon == std::string_view::npos) {
      GYRE_TRY(set_once(spec, spec.git_committish, part, "a commit, branch or tag"));
      continue;
    }
    std::string_view key = part.substr(0, colon), value = part.substr(colon + 1);
    if (key == "semver") {
      std::optional<std::string> range = percent_decoded(value);
      if (!range) return bad_fragment(spec, "the range behind \"semver:\" cannot be read");
      GYRE_TRY(set_once(spec, spec.git_range, *range, "a range"));
    } else if (key == "path") {
      GYRE_TRY(set_once(spec, spec.git_subdir, value, "a path"));
    }
  }
  if (!spec.git_range.empty() && !spec.git_committish.empty())
    return bad_fragment(spec, "names a commit and a range");
  // Both become arguments of git, where a leading hyphen would be an option.
  if (spec.git_committish.starts_with('-'))
    return bad_fragment(spec, "a commit, branch or tag may not start with a hyphen");
  if (spec.git_committish.find_first_of(std::string_view(" \t\r\n\0", 5)) != std::string::npos)
    return bad_fragment(spec, "a commit, branch or tag may not have spaces");
  if (("/" + spec.git_subdir + "/").find("/../") != std::string::npos)
    return bad_fragment(spec, "the path leaves the repository");
  return ok();
}

Result<Spec> hosted_spec(Spec spec, HostedRepository hosted) {
  spec.kind = SpecKind::kGit;
  spec.save_spec = hosted.save_text();
  spec.git_url = hosted.https_url();
  spec.fetch_spec = spec.git_url;
  GYRE_TRY(read_fragment(spec, hosted.committish));
  spec.hosted = std::move(hosted);
  return spec;
}

Status check_git_url(const Spec& spec) {
  const std::string& url = spec.git_url;
  if (url.empty() || url.starts_with('-'))
    return bad_fragment(spec, "a repository's URL may not start with a hyphen");
  // A host of this form would be an option of ssh.
  size_t host = url.find("//");
  std::string_view authority =
      std::string_view(url).substr(host == std::string::npos ? 0 : host + 2);
  authority = authority.substr(0, authority.find('/'));
  if (size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);
  if (authority.starts_with('-'))
    return bad_fragment(spec, "the repository's host may not start with a hyphen");
  return ok();
}

Result<Spec> git_spec(Spec spec, std::string_view text) {
  spec.kind = SpecKind::kGit;
  spec.save_spec = text;
  size_t hash = text.find('#');
  std::string_view url = text.substr(0, hash);
  if (starts_with_nocase(url, "git+")) url.remove_prefix(4);
  // "ssh://git@host.tld:path" is no URL but scp's form behind a protocol.
  if (starts_with_nocase(url, "ssh://") && is_scp_like(url.substr(6))) {
    std::string_view path = url.substr(url.find(':', 6) + 1);
    std::string_view port = path.substr(0, path.find('/'));
    const bool is_port = port.find_first_not_of("0123456789") == std::string_view::npos;
    if (!is_port) url.remove_prefix(6);
  }
  spec.git_url = url;
  spec.fetch_spec = url;
  if (hash != std::string_view::npos) GYRE_TRY(read_fragment(spec, text.substr(hash + 1)));
  GYRE_TRY(check_git_url(spec));
  return spec;
}

Result<Spec> parse_url(Spec spec, std::string_view text) {
  if (starts_with_nocase(text, "http:") || starts_with_nocase(text, "https:")) {
    spec.kind = SpecKind::kRemote;
    spec.fetch_spec = text;
    spec.save_spec = text;
    return spec;
  }
  for (const char* protocol :
       {"git:", "git+ssh:", "git+https:", "git+http:", "git+file:", "git+ftp:", "git+rsync:"}) {
    if (starts_with_nocase(text, protocol)) return git_spec(std::move(spec), text);
  }
  return Error(Code::EUNSUPPORTEDPROTOCOL,
               "\"" + std::string(text) + "\" uses a URL type that cannot be installed");
}

std::string home_folder() {
  const char* home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? home : "/";
}

Result<Spec> file_spec(Spec spec, std::string_view text) {
  std::string_view path = text;
  if (starts_with_nocase(path, "file:")) {
    path.remove_prefix(5);
    if (starts_with_nocase(path, "//localhost/")) path.remove_prefix(11);
  }
  for (std::string_view prefix : {"///", "//"}) {  // file:///a, file://a: npm takes both as /a
    if (path.starts_with(prefix)) {
      path.remove_prefix(prefix.size() - 1);
      break;
    }
  }
  std::string_view after = path.starts_with('/') ? path.substr(1) : path;
  const bool is_relative = after.starts_with("./") || after.starts_with("../") || after == "." ||
                           after == ".." || after == "~" || after.starts_with("~/");
  if (is_relative) path = after;
  std::optional<std::string> decoded = percent_decoded(path.substr(0, path.find_first_of("?#")));
  if (!decoded || decoded->find('\0') != std::string::npos) {
    return Error(Code::EUNSUPPORTEDSPEC, "\"" + std::string(text) + "\" is no valid file: URL",
                 "Write special characters as %XX.");
  }
  if (*decoded == "~" || decoded->starts_with("~/")) *decoded = home_folder() + decoded->substr(1);
  spec.kind = is_tarball_name(path) && !spec.is_link ? SpecKind::kFile : SpecKind::kFolder;
  spec.fetch_spec = std::move(*decoded);
  return spec;
}

Result<Spec> parse_registry(Spec spec, std::string_view text) {
  text = trim(text);
  spec.fetch_spec = text;
  if (semver::parse(text, semver::Mode::kLoose))
    spec.kind = SpecKind::kVersion;
  else if (semver::Range::parse(text, {semver::Mode::kLoose}))
    spec.kind = SpecKind::kRange;
  else if (is_url_safe(text))
    spec.kind = SpecKind::kTag;
  else
    return Error(Code::EINVALIDTAG, "\"" + spec.name + "@" + std::string(text) +
                                        "\" is neither a version, a range nor a tag");
  return spec;
}

Result<Spec> parse_alias(Spec spec, std::string_view text) {
  size_t at = text.find('@', 1);
  std::string target(text.substr(0, at));
  GYRE_TRY(check_package_name(target));
  std::string_view wanted = at == std::string_view::npos ? "*" : text.substr(at + 1);
  if (has_protocol(wanted) || is_path(wanted) || parse_hosted(wanted)) {
    return Error(Code::EUNSUPPORTEDSPEC,
                 "\"" + spec.raw + "\": an alias can only stand for a package of a registry");
  }
  GYRE_ASSIGN(Spec inner, parse_registry(spec, wanted.empty() ? "*" : wanted));
  inner.alias_kind = inner.kind;
  inner.kind = SpecKind::kAlias;
  inner.target_name = std::move(target);
  return inner;
}

// "workspace:^1", "workspace:*", "workspace:other@^1", "workspace:../folder"
Result<Spec> parse_workspace(Spec spec, std::string_view text) {
  if (is_path(text)) {
    spec.is_link = true;
    return file_spec(std::move(spec), text);
  }
  spec.kind = SpecKind::kWorkspace;
  size_t at = text.find('@', 1);
  if (at != std::string_view::npos && is_valid_package_name(text.substr(0, at))) {
    spec.target_name = text.substr(0, at);
    text.remove_prefix(at + 1);
  }
  spec.fetch_spec = text;
  const bool is_any = text.empty() || text == "*" || text == "^" || text == "~";
  if (!is_any && !semver::Range::parse(text, {semver::Mode::kLoose})) {
    return Error(Code::EINVALIDTAG,
                 "\"" + spec.raw + "\": behind workspace: must be a range, *, ^ or ~");
  }
  return spec;
}

Error invalid_name(std::string_view name, const char* why) {
  std::string shown(name.substr(0, 80));
  if (name.size() > 80) shown += "…";
  return Error(Code::EINVALIDNAME, "\"" + shown + "\" is no package name: " + why);
}

Status check_plain_name(std::string_view whole, std::string_view part) {
  if (part.empty()) return invalid_name(whole, "a part of it is empty");
  if (part[0] == '.') return invalid_name(whole, "it may not start with a period");
  if (!is_url_safe(part)) return invalid_name(whole, "it may only have URL-friendly characters");
  return ok();
}

}  // namespace

Status check_package_name(std::string_view name) {
  if (name.empty()) return invalid_name(name, "it is empty");
  if (name.size() > 214) return invalid_name(name, "it has more than 214 characters");
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "node_modules" || lower == "favicon.ico")
    return invalid_name(name, "the name is reserved");
  if (name[0] != '@') {
    if (name[0] == '_' || name[0] == '-')
      return invalid_name(name, "it may not start with an underscore or a hyphen");
    return check_plain_name(name, name);
  }
  size_t slash = name.find('/');
  if (slash == std::string_view::npos) return invalid_name(name, "the scope has no name behind it");
  GYRE_TRY(check_plain_name(name, name.substr(1, slash - 1)));
  return check_plain_name(name, name.substr(slash + 1));
}

bool is_valid_package_name(std::string_view name) { return check_package_name(name).is_ok(); }

Result<Spec> parse_spec(std::string_view name, std::string_view raw) {
  Spec spec;
  spec.name = name;
  spec.target_name = name;
  spec.raw = raw;
  std::string_view text = raw;
  if (text.empty()) text = "*";
  if (starts_with_nocase(text, "npm:")) return parse_alias(std::move(spec), text.substr(4));
  if (starts_with_nocase(text, "file:") || is_path(text)) return file_spec(std::move(spec), text);
  if (starts_with_nocase(text, "link:")) {
    spec.is_link = true;
    return file_spec(std::move(spec), text.substr(5));
  }
  if (starts_with_nocase(text, "workspace:"))
    return parse_workspace(std::move(spec), text.substr(10));
  if (starts_with_nocase(text, "catalog:")) {
    spec.kind = SpecKind::kCatalog;
    spec.fetch_spec = trim(text.substr(8));
    return spec;
  }
  if (auto hosted = parse_hosted(text)) return hosted_spec(std::move(spec), std::move(*hosted));
  if (has_protocol(text)) return parse_url(std::move(spec), text);
  if (is_scp_like(text)) return git_spec(std::move(spec), "git+ssh://" + std::string(text));
  bool has_slash = text.find('/') != std::string_view::npos;
  if (has_slash || is_tarball_name(text)) return file_spec(std::move(spec), text);
  return parse_registry(std::move(spec), text);
}

Result<Spec> parse_argument(std::string_view argument) {
  size_t at = argument.find('@', 1);
  std::string_view name = argument.substr(0, at);
  bool scoped = name.starts_with('@');
  bool named = at != std::string_view::npos;
  // "name@file:…" is not git's user@host:path.
  if (named && is_valid_package_name(name)) {
    std::string_view rest = argument.substr(at + 1);
    for (std::string_view prefix : {"file:", "link:", "npm:", "workspace:", "git+", "git:", "http:",
                                    "https:", "github:", "gitlab:", "bitbucket:", "gist:"}) {
      if (starts_with_nocase(rest, prefix)) return parse_spec(name, rest);
    }
  }
  bool is_spec = has_protocol(argument) || is_path(argument) || is_scp_like(argument) ||
                 (!scoped && (name.find('/') != std::string_view::npos || is_tarball_name(name)));
  if (is_spec) return parse_spec("", argument);
  GYRE_TRY(check_package_name(name));
  std::string_view spec = named ? argument.substr(at + 1) : std::string_view("*");
  // "name" and "name@" mean whatever the default tag is.
  return parse_spec(name, spec.empty() ? std::string_view("*") : spec);
}

}  // namespace gyre::pkg
