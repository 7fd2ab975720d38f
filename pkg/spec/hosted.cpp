#include "pkg/spec/hosted.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace gyre::pkg {
namespace {

using Form = HostedRepository::Form;

struct Host {
  std::string_view name;
  std::string_view domain;
  std::string_view protocols;  // each between spaces
};
constexpr Host kHosts[] = {
    {"github", "github.com", " git http git+ssh git+https ssh https "},
    {"bitbucket", "bitbucket.org", " git+ssh git+https ssh https "},
    {"gitlab", "gitlab.com", " git+ssh git+https ssh https "},
    {"gist", "gist.github.com", " git git+ssh git+https ssh https "},
    {"sourcehut", "git.sr.ht", " git+ssh https "},
};
constexpr std::string_view kProtocols = " git+ssh ssh git+https git http https git+http ";

bool is_word_of(std::string_view list, std::string_view word) {
  std::string padded = ' ' + std::string(word) + ' ';
  return list.find(padded) != std::string_view::npos;
}

const Host* host_named(std::string_view name) {
  auto found = std::find_if(std::begin(kHosts), std::end(kHosts),
                            [name](const Host& host) { return host.name == name; });
  return found == std::end(kHosts) ? nullptr : found;
}

const Host* host_at(std::string_view domain) {
  if (domain.starts_with("www.")) domain.remove_prefix(4);
  auto found = std::find_if(std::begin(kHosts), std::end(kHosts),
                            [domain](const Host& host) { return host.domain == domain; });
  return found == std::end(kHosts) ? nullptr : found;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// The text taken apart: "protocol" is without its colon, empty for "user@host:path".
struct Parts {
  std::string protocol, user_info, domain, path, fragment;
};

// "user/repo#…": one slash, and nothing that would make it a path, a scope or a URL.
bool is_shorthand(std::string_view text) {
  std::string_view path = text.substr(0, text.find('#'));
  size_t slash = path.find('/');
  return slash != std::string_view::npos && slash > 0 && !path.ends_with('/') &&
         path.find('/', slash + 1) == std::string_view::npos && path[0] != '.' &&
         path.find_first_of("@: \t\r\n\f\v") == std::string_view::npos;
}

// "user@host:port/path" behind "//". A colon that begins no port stands for a slash, as scp has it.
bool read_authority(std::string_view rest, Parts& parts) {
  size_t end = rest.find_first_of("/?");
  std::string_view authority = rest.substr(0, end);
  std::string path(end == std::string_view::npos ? std::string_view() : rest.substr(end));
  size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    parts.user_info = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  if (size_t colon = authority.rfind(':'); colon != std::string_view::npos) {
    std::string_view port = authority.substr(colon + 1);
    if (port.find_first_not_of("0123456789") != std::string_view::npos)
      path = '/' + std::string(port) + path;
    authority = authority.substr(0, colon);
  }
  parts.domain = lower(authority);
  parts.path = path.substr(0, path.find('?'));
  return !parts.domain.empty();
}

std::optional<Parts> take_apart(std::string_view text) {
  Parts parts;
  size_t hash = text.find('#');
  if (hash != std::string_view::npos) parts.fragment = text.substr(hash + 1);
  std::string_view before = text.substr(0, hash);
  size_t colon = before.find(':');
  std::string protocol =
      colon == std::string_view::npos ? std::string() : lower(before.substr(0, colon));
  if (host_named(protocol) != nullptr) {
    parts.protocol = protocol;
    parts.path = before.substr(colon + 1);
    parts.path = parts.path.substr(0, parts.path.find('?'));
    while (parts.path.starts_with('/')) parts.path.erase(0, 1);
    return parts;
  }
  std::string_view rest = before;
  if (is_word_of(kProtocols, protocol) && before.substr(colon + 1).starts_with("//")) {
    parts.protocol = protocol;
    rest = before.substr(colon + 3);
  } else if (before.find('@') != std::string_view::npos &&
             before.find("//") == std::string_view::npos) {
    parts.protocol = "git+ssh";
  } else {
    return std::nullopt;
  }
  if (!read_authority(rest, parts)) return std::nullopt;
  return parts;
}

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> out;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    size_t slash = path.find('/');
    out.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    path.remove_prefix(slash + 1);
  }
}

std::string_view without_git(std::string_view project) {
  return project.ends_with(".git") ? project.substr(0, project.size() - 4) : project;
}

struct Extracted {
  std::string user;
  std::string_view project;
  std::string_view committish;
};

std::optional<Extracted> extract_gitlab(const Parts& parts) {
  std::string_view path = parts.path;
  if (path.find("/-/") != std::string_view::npos ||
      path.find("/archive.tar.gz") != std::string_view::npos)
    return std::nullopt;
  std::vector<std::string_view> segments = segments_of(path);
  Extracted out{{}, without_git(segments.back()), parts.fragment};
  segments.pop_back();
  for (std::string_view segment : segments) {
    if (!out.user.empty()) out.user += '/';
    out.user += segment;
  }
  if (out.user.empty() || out.project.empty()) return std::nullopt;
  return out;
}

// What a page's path says; nothing for pages that are no repository.
std::optional<Extracted> extract(const Host& host, const Parts& parts) {
  if (host.name == "gitlab") return extract_gitlab(parts);
  std::vector<std::string_view> segments = segments_of(parts.path);
  segments.resize(std::max<size_t>(segments.size(), 4));
  Extracted out{std::string(segments[0]), without_git(segments[1]), parts.fragment};
  std::string_view page = segments[2];
  if (host.name == "github") {
    if (!page.empty() && page != "tree") return std::nullopt;
    if (page == "tree") out.committish = segments[3];
  } else if ((host.name == "bitbucket" && page == "get") ||
             (host.name == "gist" && page == "raw") ||
             (host.name == "sourcehut" && page == "archive")) {
    return std::nullopt;
  }
  if (host.name == "gist" && out.project.empty()) {
    out.project = without_git(segments[0]);
    out.user.clear();
    if (out.project.empty()) return std::nullopt;
    return out;
  }
  if (out.user.empty() || out.project.empty()) return std::nullopt;
  return out;
}

Form form_of(std::string_view protocol) {
  if (protocol == "https" || protocol == "git+https") return Form::kHttps;
  return protocol == "git" ? Form::kGit : Form::kSsh;
}

bool takes_auth(std::string_view protocol) {
  return protocol == "git+https" || protocol == "https" || protocol == "http" ||
         protocol == "git+http" || protocol == "git";
}

std::optional<HostedRepository> from_shortcut(const Parts& parts) {
  std::string_view path = parts.path;
  if (size_t at = path.find('@'); at != std::string_view::npos) path.remove_prefix(at + 1);
  size_t slash = path.rfind('/');
  std::string_view user =
      slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  std::string_view project = slash == std::string_view::npos ? path : path.substr(slash + 1);
  auto plain_user = percent_decoded(user);
  auto plain_project = percent_decoded(project);
  auto committish = percent_decoded(parts.fragment);
  if (!plain_user || !plain_project || !committish || plain_project->empty()) return std::nullopt;
  HostedRepository out;
  out.host = parts.protocol;
  out.user = *plain_user;
  out.project = without_git(*plain_project);
  out.committish = *committish;
  if (out.user.empty() && out.host != "gist") return std::nullopt;
  return out;
}

std::string with_fragment(std::string url, std::string_view fragment) {
  if (!fragment.empty()) url += '#' + std::string(fragment);
  return url;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string percent_encoded(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || std::string_view("-_.!~*'()").find(c) != std::string_view::npos)
      out += c;
    else
      (out += '%') += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

std::optional<HostedRepository> parse_hosted(std::string_view text) {
  std::optional<Parts> parts =
      take_apart(is_shorthand(text) ? "github:" + std::string(text) : std::string(text));
  if (!parts) return std::nullopt;
  if (parts->domain.empty()) return from_shortcut(*parts);
  const Host* host = host_at(parts->domain);
  if (host == nullptr || !is_word_of(host->protocols, parts->protocol)) return std::nullopt;
  std::optional<Extracted> found = extract(*host, *parts);
  if (!found) return std::nullopt;
  auto user = percent_decoded(found->user);
  auto project = percent_decoded(found->project);
  auto committish = percent_decoded(found->committish);
  if (!user || !project || !committish) return std::nullopt;
  HostedRepository out{std::string(host->name), *user, *project, {}, *committish,
                       form_of(parts->protocol)};
  if (takes_auth(parts->protocol)) out.auth = parts->user_info;
  return out;
}

namespace {

// "/user/project.git"; gists have no user in their clone URLs.
std::string clone_path(const HostedRepository& repository) {
  if (repository.host == "gist") return '/' + repository.project + ".git";
  return '/' + repository.user + '/' + repository.project + ".git";
}

std::string domain_of(const HostedRepository& repository) {
  const Host* host = host_named(repository.host);
  return host == nullptr ? std::string() : std::string(host->domain);
}

}  // namespace

std::string HostedRepository::https_url() const {
  const bool shows_auth = !auth.empty() && host != "gist" && host != "sourcehut";
  return "https://" + (shows_auth ? auth + '@' : "") + domain_of(*this) + clone_path(*this);
}

std::string HostedRepository::ssh_url() const {
  return "ssh://git@" + domain_of(*this) + clone_path(*this);
}

std::string HostedRepository::archive_url(std::string_view committish) const {
  std::string commit = committish.empty() ? "HEAD" : percent_encoded(committish);
  std::string base = "https://" + domain_of(*this) + '/' + user + '/' + project;
  if (host == "github")
    return "https://codeload.github.com/" + user + '/' + project + "/tar.gz/" + commit;
  if (host == "gist") return "https://codeload.github.com/gist/" + project + "/tar.gz/" + commit;
  if (host == "bitbucket") return base + "/get/" + commit + ".tar.gz";
  if (host == "gitlab") return base + "/repository/archive.tar.gz?ref=" + commit;
  return base + "/archive/" + commit + ".tar.gz";
}

std::string HostedRepository::save_text() const {
  switch (form) {
    case Form::kShortcut: {
      std::string path = user.empty() || host == "gist" ? project : user + '/' + project;
      return with_fragment(host + ':' + path, committish);
    }
    case Form::kHttps:
      return with_fragment((host == "sourcehut" ? "" : "git+") + https_url(), committish);
    case Form::kGit: {
      std::string shown = auth.empty() || host == "gist" ? "" : auth + '@';
      return with_fragment("git://" + shown + domain_of(*this) + clone_path(*this), committish);
    }
    case Form::kSsh:
      break;
  }
  return with_fragment("git+" + ssh_url(), committish);
}

std::string HostedRepository::resolved_text(std::string_view commit) const {
  return with_fragment("git+" + (auth.empty() ? ssh_url() : https_url()), commit);
}

}  // namespace gyre::pkg
