#include "runtime/io/url.hpp"

#include <algorithm>

#include "runtime/io/url_host.hpp"

namespace gyre::io {
namespace {

using namespace url_detail;

UrlScheme scheme_type(std::string_view scheme) {
  switch (scheme.size()) {
    case 2:
      return scheme == "ws" ? UrlScheme::kWs : UrlScheme::kOther;
    case 3:
      if (scheme == "wss") return UrlScheme::kWss;
      return scheme == "ftp" ? UrlScheme::kFtp : UrlScheme::kOther;
    case 4:
      if (scheme == "http") return UrlScheme::kHttp;
      return scheme == "file" ? UrlScheme::kFile : UrlScheme::kOther;
    case 5:
      return scheme == "https" ? UrlScheme::kHttps : UrlScheme::kOther;
    default:
      return UrlScheme::kOther;
  }
}

std::optional<uint16_t> default_port(UrlScheme type) {
  switch (type) {
    case UrlScheme::kHttp:
    case UrlScheme::kWs:
      return 80;
    case UrlScheme::kHttps:
    case UrlScheme::kWss:
      return 443;
    case UrlScheme::kFtp:
      return 21;
    default:
      return std::nullopt;
  }
}

bool is_scheme_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
}

// Length of the scheme before its ':', 0 when the text has none.
size_t scheme_length(std::string_view text) {
  if (text.empty() || !is_alpha(text[0])) return 0;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == ':') return i;
    if (!is_scheme_char(text[i])) return 0;
  }
  return 0;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}

bool is_slash(char c, const UrlRecord& url) { return c == '/' || (c == '\\' && url.is_special()); }

bool is_drive_letter(std::string_view text) {
  return text.size() == 2 && is_alpha(text[0]) && (text[1] == ':' || text[1] == '|');
}

bool starts_with_drive_letter(std::string_view text) {
  return text.size() >= 2 && is_drive_letter(text.substr(0, 2)) &&
         (text.size() == 2 || text[2] == '/' || text[2] == '\\');
}

bool is_single_dot(std::string_view segment) {
  return segment == "." || (segment.size() == 3 && segment[0] == '%' && segment[1] == '2' &&
                            (segment[2] | 0x20) == 'e');
}

bool is_double_dot(std::string_view segment) {
  if (segment == "..") return true;
  if (segment.size() == 4) {
    return (segment[0] == '.' && is_single_dot(segment.substr(1))) ||
           (segment[3] == '.' && is_single_dot(segment.substr(0, 3)));
  }
  return segment.size() == 6 && is_single_dot(segment.substr(0, 3)) &&
         is_single_dot(segment.substr(3));
}

void shorten_path(UrlRecord& url) {
  std::string& path = url.path;
  if (url.type == UrlScheme::kFile && path.size() == 3 && is_alpha(path[1]) && path[2] == ':') {
    return;
  }
  size_t slash = path.rfind('/');
  path.resize(slash == std::string::npos ? 0 : slash);
}

// Appends the segments of `text` (after the slash that opens it) to the record's path.
void append_path(UrlRecord& url, std::string_view text) {
  while (true) {
    size_t end = url.is_special() ? text.find_first_of("/\\") : text.find('/');
    bool last = end == std::string_view::npos;
    std::string_view segment = text.substr(0, end);
    if (is_double_dot(segment)) {
      shorten_path(url);
      if (last) url.path += '/';
    } else if (is_single_dot(segment)) {
      if (last) url.path += '/';
    } else if (url.type == UrlScheme::kFile && url.path.empty() && is_drive_letter(segment)) {
      url.path += {'/', segment[0], ':'};
    } else {
      url.path += '/';
      append_encoded(url.path, segment, kPathSet);
    }
    if (last) return;
    text.remove_prefix(end + 1);
  }
}

// The path start state: drops the slash that separates authority and path.
void append_path_start(UrlRecord& url, std::string_view text) {
  if (!text.empty() && is_slash(text[0], url)) {
    append_path(url, text.substr(1));
  } else if (url.is_special() || !text.empty()) {
    append_path(url, text);
  }
}

bool parse_port(UrlRecord& url, std::string_view digits) {
  uint32_t port = 0;
  for (char c : digits) {
    port = port * 10 + static_cast<uint32_t>(c - '0');
    if (port > 0xffff) return false;
  }
  url.port = static_cast<uint16_t>(port);
  if (url.port == default_port(url.type)) url.port.reset();
  return true;
}

HostKind host_kind(const UrlRecord& url) {
  return url.is_special() ? HostKind::kDomain : HostKind::kOpaque;
}

// The ':' that starts a port, outside of brackets.
size_t find_port_colon(std::string_view text) {
  bool inside = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') inside = true;
    if (text[i] == ']') inside = false;
    if (text[i] == ':' && !inside) return i;
  }
  return std::string_view::npos;
}

size_t authority_length(const UrlRecord& url, std::string_view text) {
  return std::min(text.size(), url.is_special() ? text.find_first_of("/\\") : text.find('/'));
}

// user:password@host:port and the path behind it.
bool parse_authority(UrlRecord& url, std::string_view text) {
  size_t end = authority_length(url, text);
  std::string_view authority = text.substr(0, end);
  size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    std::string_view credentials = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    if (authority.empty()) return false;
    size_t colon = credentials.find(':');
    append_encoded(url.username, credentials.substr(0, colon), kUserinfoSet);
    if (colon != std::string_view::npos) {
      append_encoded(url.password, credentials.substr(colon + 1), kUserinfoSet);
    }
  }
  size_t colon = find_port_colon(authority);
  std::string_view host = authority.substr(0, colon);
  if (host.empty() && (url.is_special() || colon != std::string_view::npos)) return false;
  if (host.empty()) {
    url.host.emplace();
  } else {
    url.host = parse_host(host, host_kind(url));
    if (!url.host) return false;
  }
  if (colon != std::string_view::npos) {
    std::string_view digits = authority.substr(colon + 1);
    if (!std::all_of(digits.begin(), digits.end(), is_digit)) return false;
    if (!digits.empty() && !parse_port(url, digits)) return false;
  }
  append_path_start(url, text.substr(end));
  return true;
}

bool parse_special_authority(UrlRecord& url, std::string_view text) {
  while (!text.empty() && is_slash(text[0], url)) text.remove_prefix(1);
  return parse_authority(url, text);
}

// Where a relative reference takes its query from when it has neither path nor query of its own.
struct Reference {
  std::string_view text;  // before '?' and '#'
  bool has_query;
};

bool parse_file_host(UrlRecord& url, std::string_view text) {
  size_t end = authority_length(url, text);
  std::string_view host = text.substr(0, end);
  if (is_drive_letter(host)) {
    url.host.emplace();
    append_path(url, text);
    return true;
  }
  url.host.emplace();
  if (!host.empty()) {
    url.host = parse_host(host, HostKind::kDomain);
    if (!url.host) return false;
    if (*url.host == "localhost") url.host->clear();
  }
  append_path_start(url, text.substr(end));
  return true;
}

bool parse_file(UrlRecord& url, Reference reference, const UrlRecord* base) {
  if (base != nullptr && base->type != UrlScheme::kFile) base = nullptr;
  std::string_view text = reference.text;
  url.host.emplace();
  if (!text.empty() && is_slash(text[0], url)) {
    text.remove_prefix(1);
    if (!text.empty() && is_slash(text[0], url)) return parse_file_host(url, text.substr(1));
    if (base != nullptr) {
      url.host = base->host;
      std::string_view path = base->path;
      bool base_drive = path.size() >= 3 && is_alpha(path[1]) && path[2] == ':' &&
                        (path.size() == 3 || path[3] == '/');
      if (base_drive && !starts_with_drive_letter(text)) url.path = path.substr(0, 3);
    }
    append_path(url, text);
    return true;
  }
  if (base == nullptr) {
    append_path(url, text);
    return true;
  }
  url.host = base->host;
  url.path = base->path;
  if (text.empty()) {
    if (!reference.has_query) url.query = base->query;
    return true;
  }
  if (starts_with_drive_letter(text)) {
    url.path.clear();
  } else {
    shorten_path(url);
  }
  append_path(url, text);
  return true;
}

bool parse_relative(UrlRecord& url, Reference reference, const UrlRecord& base) {
  std::string_view text = reference.text;
  url.scheme = base.scheme;
  url.type = base.type;
  if (text.size() >= 2 && is_slash(text[0], url) && is_slash(text[1], url)) {
    return url.is_special() ? parse_special_authority(url, text.substr(2))
                            : parse_authority(url, text.substr(2));
  }
  url.username = base.username;
  url.password = base.password;
  url.host = base.host;
  url.port = base.port;
  if (!text.empty() && is_slash(text[0], url)) {
    append_path(url, text.substr(1));
    return true;
  }
  url.path = base.path;
  if (text.empty()) {
    if (!reference.has_query) url.query = base.query;
    return true;
  }
  shorten_path(url);
  append_path(url, text);
  return true;
}

// Spaces at the end of an opaque path would be lost when the text is trimmed again.
void append_opaque_path(UrlRecord& url, std::string_view text, bool more_follows) {
  url.opaque_path = true;
  bool encode_last = more_follows && !text.empty() && text.back() == ' ';
  append_encoded(url.path, text.substr(0, text.size() - (encode_last ? 1 : 0)), kC0ControlSet);
  if (encode_last) url.path += "%20";
}

bool parse_absolute(UrlRecord& url, Reference reference, bool has_fragment, const UrlRecord* base) {
  std::string_view text = reference.text;
  if (url.type == UrlScheme::kFile) return parse_file(url, reference, base);
  if (url.is_special()) {
    bool two_slashes = text.substr(0, 2) == "//";
    if (base != nullptr && base->type == url.type && !two_slashes) {
      return parse_relative(url, reference, *base);
    }
    return parse_special_authority(url, text);
  }
  if (text.substr(0, 2) == "//") return parse_authority(url, text.substr(2));
  if (!text.empty() && text[0] == '/') {
    append_path(url, text.substr(1));
  } else {
    append_opaque_path(url, text, reference.has_query || has_fragment);
  }
  return true;
}

bool parse_without_scheme(UrlRecord& url, Reference reference, bool has_fragment,
                          const UrlRecord* base) {
  if (base == nullptr) return false;
  if (base->opaque_path) {
    if (!reference.text.empty() || reference.has_query || !has_fragment) return false;
    url = *base;
    return true;
  }
  if (base->type == UrlScheme::kFile) {
    url.scheme = base->scheme;
    url.type = base->type;
    return parse_file(url, reference, base);
  }
  return parse_relative(url, reference, *base);
}

bool is_tab_or_newline(char c) { return c == '\t' || c == '\n' || c == '\r'; }

// The text without tabs and newlines; `storage` is used only when there are any.
std::string_view without_newlines(std::string_view text, std::string& storage) {
  if (text.find_first_of("\t\n\r") == std::string_view::npos) return text;
  storage.reserve(text.size());
  std::copy_if(text.begin(), text.end(), std::back_inserter(storage),
               [](char c) { return !is_tab_or_newline(c); });
  return storage;
}

std::string_view trim_controls(std::string_view text) {
  auto is_trimmed = [](char c) { return static_cast<uint8_t>(c) <= 0x20; };
  while (!text.empty() && is_trimmed(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_trimmed(text.back())) text.remove_suffix(1);
  return text;
}

void encode_query(UrlRecord& url, std::string_view text) {
  url.query.emplace();
  append_encoded(*url.query, text, url.is_special() ? kSpecialQuerySet : kQuerySet);
}

void encode_fragment(UrlRecord& url, std::string_view text) {
  url.fragment.emplace();
  append_encoded(*url.fragment, text, kFragmentSet);
}

}  // namespace

std::optional<UrlRecord> parse_url(std::string_view input, const UrlRecord* base) {
  std::string storage;
  std::string_view text = without_newlines(trim_controls(input), storage);
  size_t hash = text.find('#');
  size_t mark = text.substr(0, hash).find('?');
  Reference reference{text.substr(0, std::min(hash, mark)), mark != std::string_view::npos};
  bool has_fragment = hash != std::string_view::npos;

  UrlRecord url;
  bool valid = false;
  if (size_t length = scheme_length(reference.text); length != 0) {
    url.scheme = lower(reference.text.substr(0, length));
    url.type = scheme_type(url.scheme);
    reference.text.remove_prefix(length + 1);
    valid = parse_absolute(url, reference, has_fragment, base);
  } else {
    valid = parse_without_scheme(url, reference, has_fragment, base);
  }
  if (!valid) return std::nullopt;
  if (reference.has_query) encode_query(url, text.substr(0, hash).substr(mark + 1));
  if (has_fragment) {
    encode_fragment(url, text.substr(hash + 1));
  } else {
    url.fragment.reset();
  }
  return url;
}

std::string serialize_url(const UrlRecord& url, UrlComponents* components) {
  UrlComponents at;
  at.scheme_type = static_cast<uint32_t>(url.type);
  auto position = [](const std::string& text) { return static_cast<uint32_t>(text.size()); };
  std::string out;
  out.reserve(url.scheme.size() + url.username.size() + url.password.size() + url.path.size() +
              (url.host ? url.host->size() : 0) + (url.query ? url.query->size() : 0) +
              (url.fragment ? url.fragment->size() : 0) + 16);
  out += url.scheme;
  out += ':';
  at.protocol_end = at.username_end = at.host_start = at.host_end = position(out);
  if (url.host) {
    out += "//";
    out += url.username;
    at.username_end = position(out);
    if (!url.password.empty()) {
      out += ':';
      out += url.password;
    }
    at.host_start = position(out);
    if (url.has_credentials()) out += '@';
    out += *url.host;
    at.host_end = position(out);
    if (url.port) {
      out += ':';
      out += std::to_string(*url.port);
      at.port = *url.port;
    }
  } else if (!url.opaque_path && url.path.starts_with("//")) {
    out += "/.";  // else the path would read as an authority
  }
  at.pathname_start = position(out);
  out += url.path;
  if (url.query) {
    at.search_start = position(out);
    out += '?';
    out += *url.query;
  }
  if (url.fragment) {
    at.hash_start = position(out);
    out += '#';
    out += *url.fragment;
  }
  if (components != nullptr) *components = at;
  return out;
}

namespace {

bool set_protocol(UrlRecord& url, std::string_view value) {
  std::string text(value);
  text += ':';
  size_t length = scheme_length(text);
  if (length == 0) return false;
  std::string scheme = lower(std::string_view(text).substr(0, length));
  UrlScheme type = scheme_type(scheme);
  if (url.is_special() != (type != UrlScheme::kOther)) return false;
  if (type == UrlScheme::kFile && (url.has_credentials() || url.port)) return false;
  if (url.type == UrlScheme::kFile && (!url.host || url.host->empty())) return false;
  url.scheme = std::move(scheme);
  url.type = type;
  if (url.port == default_port(type)) url.port.reset();
  return true;
}

// Leading digits only; text behind them is ignored.
void set_port_digits(UrlRecord& url, std::string_view text) {
  size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  auto previous = url.port;
  if (count > 0 && !parse_port(url, text.substr(0, count))) url.port = previous;
}

enum class WithPort { kNo, kYes };

bool set_host(UrlRecord& url, std::string_view value, WithPort with_port) {
  if (url.opaque_path) return false;
  std::string_view text = value.substr(0, value.find_first_of(url.is_special() ? "/\\?#" : "/?#"));
  if (url.type == UrlScheme::kFile) {
    std::optional<std::string> host = std::string();
    if (!text.empty()) host = parse_host(text, HostKind::kDomain);
    if (!host) return false;
    if (*host == "localhost") host->clear();
    url.host = std::move(host);
    return true;
  }
  size_t colon = find_port_colon(text);
  if (colon != std::string_view::npos && (colon == 0 || with_port == WithPort::kNo)) return false;
  std::string_view name = text.substr(0, colon);
  if (name.empty()) {
    if (url.is_special() || url.has_credentials() || url.port) return false;
    url.host.emplace();
    return true;
  }
  auto host = parse_host(name, host_kind(url));
  if (!host) return false;
  url.host = std::move(host);
  if (colon != std::string_view::npos) set_port_digits(url, text.substr(colon + 1));
  return true;
}

bool set_port(UrlRecord& url, std::string_view value, bool remove) {
  if (url.cannot_have_credentials_or_port()) return false;
  if (remove) {
    url.port.reset();
  } else {
    set_port_digits(url, value);
  }
  return true;
}

bool set_userinfo(UrlRecord& url, std::string& field, std::string_view value) {
  if (url.cannot_have_credentials_or_port()) return false;
  field.clear();
  append_encoded(field, value, kUserinfoSet);
  return true;
}

bool set_pathname(UrlRecord& url, std::string_view value) {
  if (url.opaque_path) return false;
  url.path.clear();
  if (value.empty() && !url.is_special()) {
    if (!url.host) url.path = "/";
    return true;
  }
  append_path_start(url, value);
  return true;
}

bool set_search(UrlRecord& url, std::string_view value, bool remove) {
  if (value.starts_with('?')) value.remove_prefix(1);
  encode_query(url, value);
  if (remove) url.query.reset();
  return true;
}

bool set_hash(UrlRecord& url, std::string_view value, bool remove) {
  if (value.starts_with('#')) value.remove_prefix(1);
  encode_fragment(url, value);
  if (remove) url.fragment.reset();
  return true;
}

}  // namespace

bool set_url_part(UrlRecord& url, UrlPart part, std::string_view value) {
  if (part == UrlPart::kHref) {
    auto parsed = parse_url(value);
    if (parsed) url = std::move(*parsed);
    return parsed.has_value();
  }
  if (part == UrlPart::kUsername) return set_userinfo(url, url.username, value);
  if (part == UrlPart::kPassword) return set_userinfo(url, url.password, value);
  std::string storage;
  std::string_view text = without_newlines(value, storage);
  const bool remove = value.empty();  // tabs and newlines alone are not "no value"
  switch (part) {
    case UrlPart::kProtocol:
      return set_protocol(url, text);
    case UrlPart::kHost:
      return set_host(url, text, WithPort::kYes);
    case UrlPart::kHostname:
      return set_host(url, text, WithPort::kNo);
    case UrlPart::kPort:
      return set_port(url, text, remove);
    case UrlPart::kPathname:
      return set_pathname(url, text);
    case UrlPart::kSearch:
      return set_search(url, text, remove);
    case UrlPart::kHash:
      return set_hash(url, text, remove);
    default:
      return false;
  }
}

}  // namespace gyre::io
