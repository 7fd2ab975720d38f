// Header names, values and targets that occur in nearly every message. A parser that meets one
// gives JavaScript the Env's cached string instead of a new one.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gyre::bindings {

inline constexpr const char* kCommonTexts[] = {
    "Host",
    "host",
    "User-Agent",
    "user-agent",
    "Accept",
    "accept",
    "Accept-Encoding",
    "accept-encoding",
    "Accept-Language",
    "accept-language",
    "Connection",
    "connection",
    "Content-Type",
    "content-type",
    "Content-Length",
    "content-length",
    "Cookie",
    "cookie",
    "Cache-Control",
    "cache-control",
    "Origin",
    "origin",
    "Referer",
    "referer",
    "Authorization",
    "authorization",
    "Transfer-Encoding",
    "transfer-encoding",
    "If-None-Match",
    "if-none-match",
    "If-Modified-Since",
    "if-modified-since",
    "Pragma",
    "pragma",
    "Upgrade",
    "upgrade",
    "Upgrade-Insecure-Requests",
    "Sec-Fetch-Site",
    "Sec-Fetch-Mode",
    "Sec-Fetch-Dest",
    "Sec-Fetch-User",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "X-Forwarded-For",
    "x-forwarded-for",
    "X-Forwarded-Proto",
    "x-forwarded-proto",
    "X-Requested-With",
    "Date",
    "date",
    "Server",
    "server",
    "ETag",
    "etag",
    "Keep-Alive",
    "Vary",
    "Location",
    "Expect",
    "Range",
    "DNT",
    "Last-Modified",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Extensions",
    "X-Powered-By",
    "keep-alive",
    "close",
    "*/*",
    "/",
    "gzip, deflate",
    "gzip, deflate, br",
    "gzip, deflate, br, zstd",
    "chunked",
    "application/json",
    "application/json; charset=utf-8",
    "text/html",
    "text/plain",
    "text/plain; charset=utf-8",
    "no-cache",
    "max-age=0",
    "identity",
    "websocket",
    "13",
    "0",
    "1",
    "localhost",
    "OK",
    "timeout=5",
    "application/octet-stream",
};

namespace detail {
constexpr size_t kTextSlots = 512;
constexpr size_t slot_of(std::string_view text) {
  size_t hash = text.size() * 131;
  if (!text.empty()) {
    hash += static_cast<uint8_t>(text.front()) * 7 + static_cast<uint8_t>(text.back()) * 31 +
            static_cast<uint8_t>(text[text.size() / 2]) * 3;
  }
  return hash % kTextSlots;
}
constexpr auto make_table() {
  std::array<const char*, kTextSlots> table{};
  for (const char* text : kCommonTexts) {
    size_t slot = slot_of(text);
    while (table[slot] != nullptr) slot = (slot + 1) % kTextSlots;
    table[slot] = text;
  }
  return table;
}
inline constexpr auto kTextTable = make_table();
}  // namespace detail

// The static literal equal to `text`, or null.
inline const char* find_common_text(std::string_view text) {
  for (size_t slot = detail::slot_of(text); detail::kTextTable[slot] != nullptr;
       slot = (slot + 1) % detail::kTextSlots) {
    if (text == detail::kTextTable[slot]) return detail::kTextTable[slot];
  }
  return nullptr;
}

}  // namespace gyre::bindings
