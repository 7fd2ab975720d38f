#include "pkg/spec/spec.hpp"

#include <algorithm>
#include <cctype>
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
  return text.ends_with(".tgz") || text.ends_with(".tar.gz") || text.ends_with(".tar");
}

// "./a", "../a", "/a", "~/a", "."
bool is_path(std::string_view spec) {
  return spec.starts_with('.') || spec.starts_with('/') || spec.starts_with("~/");
}

// Characters encodeURIComponent leaves alone.
bool is_url_safe(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("-_.!~*'()").find(c) != std::string_view::npos;
  });
}

bool has_protocol(std::string_view spec) {
  size_t colon = spec.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  return std::all_of(spec.begin(), spec.begin() + static_cast<ptrdiff_t>(colon), [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) || c == '+';
  });
}

// "user/repo" and nothing else: one slash, no "@", no leading "." or "-".
bool is_shortcut(std::string_view spec) {
  std::string_view path = spec.substr(0, spec.find('#'));
  size_t slash = path.find('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < path.size() &&
         path.find('/', slash + 1) == std::string_view::npos &&
         path.find_first_of("@: \\") == std::string_view::npos && path[0] != '.' && path[0] != '-';
}

struct Host {
  const char* name;
  const char* domain;
};
constexpr Host kHosts[] = {{"github", "github.com"},
                           {"gitlab", "gitlab.com"},
                           {"bitbucket", "bitbucket.org"},
                           {"gist", "gist.github.com"}};

// Splits "#committish", "#semver:^1", "#path:sub".
void set_committish(Spec& spec, std::string_view fragment) {
  if (fragment.starts_with("semver:"))
    spec.git_range = fragment.substr(7);
  else
    spec.git_committish = fragment;
}

Spec git_spec(Spec spec, std::string_view url, std::string_view hosted) {
  spec.kind = SpecKind::kGit;
  spec.hosted = hosted;
  size_t hash = url.find('#');
  spec.git_url = url.substr(0, hash);
  if (hash != std::string_view::npos) set_committish(spec, url.substr(hash + 1));
  spec.fetch_spec = spec.git_url;
  return spec;
}

// A hosted repository in any of its spellings, else nothing.
std::optional<Spec> parse_hosted(const Spec& base, std::string_view text) {
  for (const Host& host : kHosts) {
    std::string prefix = std::string(host.name) + ':';
    if (starts_with_nocase(text, prefix)) {
      std::string url = "https://" + std::string(host.domain) + '/';
      std::string_view path = text.substr(prefix.size());
      std::string_view repository = path.substr(0, path.find('#'));
      std::string fragment(path.substr(repository.size()));
      return git_spec(base, url + std::string(repository) + ".git" + fragment, host.name);
    }
  }
  if (!has_protocol(text) && is_shortcut(text)) {
    std::string_view repository = text.substr(0, text.find('#'));
    std::string fragment(text.substr(repository.size()));
    std::string url = "https://github.com/" + std::string(repository) + ".git" + fragment;
    return git_spec(base, url, "github");
  }
  return std::nullopt;
}

std::string_view hosted_name(std::string_view url) {
  for (const Host& host : kHosts) {
    size_t at = url.find(host.domain);
    if (at != std::string_view::npos && at > 0 && (url[at - 1] == '/' || url[at - 1] == '@'))
      return host.name;
  }
  return {};
}

bool is_git_url(std::string_view spec) {
  if (starts_with_nocase(spec, "git+") || starts_with_nocase(spec, "git:")) return true;
  // git@host:user/repo.git
  size_t at = spec.find('@'), colon = spec.find(':');
  return at != std::string_view::npos && at > 0 && colon != std::string_view::npos && colon > at &&
         !has_protocol(spec) && spec.find('/', colon) != std::string_view::npos;
}

Result<Spec> parse_url(Spec spec, std::string_view text) {
  if (starts_with_nocase(text, "http:") || starts_with_nocase(text, "https:")) {
    // A repository page of a known host is the repository, as `npm install <page>` has it.
    std::string_view hosted = hosted_name(text.substr(0, text.find('#')));
    std::string_view plain = text.substr(0, text.find_first_of("?#"));
    bool archive = plain.find("/archive/") != std::string_view::npos ||
                   plain.find("/tarball/") != std::string_view::npos || is_tarball_name(plain);
    if (!hosted.empty() && !archive) return git_spec(std::move(spec), text, hosted);
    spec.kind = SpecKind::kRemote;
    spec.fetch_spec = text;
    return spec;
  }
  if (is_git_url(text)) {
    std::string_view url = text;
    if (starts_with_nocase(url, "git+")) url.remove_prefix(4);
    return git_spec(std::move(spec), url, hosted_name(text));
  }
  return Error(Code::EUNSUPPORTEDPROTOCOL,
               "\"" + std::string(text) + "\" uses a URL type that cannot be installed");
}

Spec file_spec(Spec spec, std::string_view path) {
  for (std::string_view prefix : {"///", "//"}) {  // file:///a, file://a: npm takes both as /a
    if (path.starts_with(prefix)) {
      path.remove_prefix(prefix.size() - 1);
      break;
    }
  }
  if (path.starts_with("/.")) {
    std::string_view after = path.substr(1);
    if (after.starts_with("./") || after.starts_with("../") || after == "." || after == "..")
      path = after;
  }
  spec.kind = is_tarball_name(path) && !spec.is_link ? SpecKind::kFile : SpecKind::kFolder;
  spec.fetch_spec = path;
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
  GYRE_ASSIGN(Spec inner, parse_registry(spec, wanted.empty() ? "*" : wanted));
  inner.alias_kind = inner.kind;
  inner.kind = SpecKind::kAlias;
  inner.target_name = std::move(target);
  return inner;
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
  if (starts_with_nocase(text, "file:")) return file_spec(std::move(spec), text.substr(5));
  if (starts_with_nocase(text, "link:")) {
    spec.is_link = true;
    return file_spec(std::move(spec), text.substr(5));
  }
  if (starts_with_nocase(text, "workspace:") || starts_with_nocase(text, "catalog:")) {
    bool workspace = starts_with_nocase(text, "workspace:");
    spec.kind = workspace ? SpecKind::kWorkspace : SpecKind::kCatalog;
    spec.fetch_spec = text.substr(text.find(':') + 1);
    return spec;
  }
  if (is_path(text)) return file_spec(std::move(spec), text);
  if (auto hosted = parse_hosted(spec, text)) return *hosted;
  if (has_protocol(text) || is_git_url(text)) return parse_url(std::move(spec), text);
  bool has_slash = text.find('/') != std::string_view::npos;
  if (has_slash || is_tarball_name(text)) return file_spec(std::move(spec), text);
  return parse_registry(std::move(spec), text);
}

Result<Spec> parse_argument(std::string_view argument) {
  size_t at = argument.find('@', 1);
  std::string_view name = argument.substr(0, at);
  bool scoped = name.starts_with('@');
  bool named = at != std::string_view::npos;
  bool is_spec = has_protocol(argument) || is_path(argument) || is_git_url(argument) ||
                 (!scoped && (name.find('/') != std::string_view::npos || is_tarball_name(name)));
  if (is_spec) return parse_spec("", argument);
  if (!named && !is_valid_package_name(argument)) {
    GYRE_TRY(check_package_name(argument));
  }
  GYRE_TRY(check_package_name(name));
  std::string_view spec = named ? argument.substr(at + 1) : std::string_view("*");
  // "name" and "name@" mean whatever the default tag is.
  return parse_spec(name, spec.empty() ? std::string_view("*") : spec);
}

}  // namespace gyre::pkg
