#include "pkg/registry/url.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace gyre::pkg {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::string lowered(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

struct Parts {
  std::string_view scheme, user, host, rest;
};

Parts split(std::string_view url) {
  Parts parts;
  const size_t colon = url.find("://");
  if (colon == std::string_view::npos) return parts;
  parts.scheme = url.substr(0, colon);
  url.remove_prefix(colon + 3);
  const size_t end = std::min(url.find_first_of("/?#\\"), url.size());
  std::string_view authority = url.substr(0, end);
  parts.rest = url.substr(end);
  const size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    parts.user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  parts.host = authority;
  return parts;
}

}  // namespace

bool is_http_url(std::string_view url) {
  const std::string scheme = lowered(split(url).scheme);
  return scheme == "http" || scheme == "https";
}

std::string url_host(std::string_view url) {
  return is_http_url(url) ? lowered(split(url).host) : std::string();
}

std::string url_origin(std::string_view url) {
  if (!is_http_url(url)) return {};
  const Parts parts = split(url);
  std::string host = lowered(parts.host);
  const std::string scheme = lowered(parts.scheme);
  const std::string_view standard = scheme == "https" ? ":443" : ":80";
  if (host.ends_with(standard)) host.resize(host.size() - standard.size());
  return scheme + "://" + host;
}

std::string printable_url(std::string_view url) {
  const Parts parts = split(url);
  if (parts.scheme.empty()) return printable_text(url, 500);
  const std::string_view path = parts.rest.substr(0, parts.rest.find_first_of("?#"));
  std::string text(parts.scheme);
  text.append("://").append(parts.host).append(path);
  return printable_text(text, 500);
}

std::string escape_package_name(std::string_view name) {
  std::string escaped;
  for (size_t i = 0; i < name.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(name[i]);
    const bool plain = std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~' ||
                       c == '!' || c == '\'' || c == '(' || c == ')' || c == '*' ||
                       (c == '@' && i == 0);
    if (plain) {
      escaped += static_cast<char>(c);
    } else {
      char code[4];
      std::snprintf(code, sizeof code, "%%%02x", c);
      escaped += code;
    }
  }
  return escaped;
}

std::string printable_text(std::string_view text, size_t limit) {
  std::string result;
  for (const char c : text) {
    if (result.size() >= limit) return result + "…";
    const unsigned char byte = static_cast<unsigned char>(c);
    if (byte == '\n' || byte == '\t' || byte == '\r')
      result += ' ';
    else if (byte >= 0x20 && byte != 0x7f)
      result += c;
  }
  return result;
}

}  // namespace gyre::pkg
