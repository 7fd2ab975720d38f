#include "pkg/registry/http_cache.hpp"

#include <charconv>
#include <cstdio>
#include <functional>

#include "pkg/files.hpp"

namespace gyre::pkg {
namespace {

constexpr std::string_view kMagic = "gyre-reply 1";

// Header fields come from a server: a line break in one must not forge another.
std::string one_line(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return line;
}

bool take_line(std::string_view& text, std::string_view& line) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return false;
  line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return true;
}

bool take_number(std::string_view& text, int64_t& number) {
  std::string_view line;
  if (!take_line(text, line)) return false;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  return error == std::errc() && end == line.data() + line.size();
}

}  // namespace

std::optional<int64_t> freshness_of(std::string_view cache_control) {
  if (cache_control.find("no-store") != std::string_view::npos) return std::nullopt;
  if (cache_control.find("no-cache") != std::string_view::npos) return 0;
  const size_t at = cache_control.find("max-age=");
  if (at == std::string_view::npos) return 0;
  int64_t seconds = 0;
  const char* begin = cache_control.data() + at + 8;
  std::from_chars(begin, cache_control.data() + cache_control.size(), seconds);
  return std::max<int64_t>(0, seconds);
}

std::string HttpCache::path_of(std::string_view url, std::string_view accept) const {
  std::string key(url);
  key.append("\n").append(accept);
  // An entry names its URL, so equal numbers of two keys cost a request and nothing else.
  char hex[20];
  std::snprintf(hex, sizeof hex, "%016llx",
                static_cast<unsigned long long>(std::hash<std::string>{}(key)));
  return folder_ + "/" + std::string(hex, 2) + "/" + (hex + 2);
}

bool HttpCache::has(std::string_view url, std::string_view accept) const {
  return path_exists(path_of(url, accept));
}

std::string HttpCache::url_of(std::string_view text) {
  std::string_view line, url, skipped;
  int64_t number = 0, size = 0;
  const bool is_whole = take_line(text, line) && line == kMagic && take_line(text, url) &&
                        take_line(text, skipped) && take_line(text, skipped) &&
                        take_line(text, skipped) && take_number(text, number) &&
                        take_number(text, number) && take_number(text, size) &&
                        static_cast<int64_t>(text.size()) == size;
  return is_whole ? std::string(url) : std::string();
}

std::string HttpCache::url_of_beginning(std::string_view text) {
  std::string_view line, url;
  const bool has_url = take_line(text, line) && line == kMagic && take_line(text, url);
  return has_url ? std::string(url) : std::string();
}

std::optional<CachedReply> HttpCache::find(std::string_view url, std::string_view accept) const {
  auto text = read_file(path_of(url, accept));
  if (!text) return std::nullopt;
  std::string_view rest = *text, magic, stored_url, etag, modified, type;
  CachedReply reply;
  int64_t size = 0;
  if (!take_line(rest, magic) || magic != kMagic || !take_line(rest, stored_url) ||
      stored_url != url || !take_line(rest, etag) || !take_line(rest, modified) ||
      !take_line(rest, type) || !take_number(rest, reply.stored_at) ||
      !take_number(rest, reply.fresh_until) || !take_number(rest, size) ||
      static_cast<int64_t>(rest.size()) != size) {
    return std::nullopt;
  }
  reply.etag = etag;
  reply.last_modified = modified;
  reply.content_type = type;
  text->erase(0, text->size() - rest.size());
  reply.body = std::move(*text);
  return reply;
}

void HttpCache::store(std::string_view url, std::string_view accept, const CachedReply& reply,
                      std::string_view body) const {
  std::string text;
  text.reserve(body.size() + 512);
  text.append(kMagic).append("\n").append(one_line(url)).append("\n");
  text.append(one_line(reply.etag)).append("\n").append(one_line(reply.last_modified)).append("\n");
  text.append(one_line(reply.content_type)).append("\n");
  text.append(std::to_string(reply.stored_at)).append("\n");
  text.append(std::to_string(reply.fresh_until)).append("\n");
  text.append(std::to_string(body.size())).append("\n");
  text.append(body);
  write_cache_file(path_of(url, accept), text);
}

}  // namespace gyre::pkg
