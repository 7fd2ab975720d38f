// The few facts about URLs the registry client needs; libcurl does the real parsing. Pure.
#pragma once

#include <string>
#include <string_view>

namespace gyre::pkg {

// "host:port" of an http(s) URL, lower case, without user information; empty if it is none.
std::string url_host(std::string_view url);
// "https://host:port", lower case.
std::string url_origin(std::string_view url);
bool is_http_url(std::string_view url);
// For messages: without user information, query and fragment, where secrets travel.
std::string printable_url(std::string_view url);
// "@scope/name" -> "@scope%2fname", other reserved characters escaped.
std::string escape_package_name(std::string_view name);
// `text` without control characters, at most `limit` bytes: server text that reaches a terminal.
std::string printable_text(std::string_view text, size_t limit);

}  // namespace gyre::pkg
