// Strings out of simdjson documents as views that outlive the parser: into the document's own
// bytes, or into an arena where the JSON text has escapes. Internal to pkg.
#pragma once

#include <simdjson.h>

#include <deque>
#include <string>
#include <string_view>

namespace gyre::pkg {

// Decodes the inside of a JSON string (no quotes). Broken escapes become U+FFFD.
std::string unescape_json(std::string_view inside);
// `"` + escaped text + `"`, appended.
void append_json_string(std::string& out, std::string_view text);

class TextArena {
 public:
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }
  // The text of a raw JSON string token with its quotes; a view where nothing is escaped.
  std::string_view decode(std::string_view token) {
    while (!token.empty() && token.back() != '"') token.remove_suffix(1);
    if (token.size() < 2) return {};
    token = token.substr(1, token.size() - 2);
    if (token.find('\\') == std::string_view::npos) return token;
    return keep(unescape_json(token));
  }
  size_t size() const { return texts_.size(); }

 private:
  std::deque<std::string> texts_;
};

}  // namespace gyre::pkg
