// Strings out of simdjson documents as views that outlive the parser: into the document's own
// bytes, or into an arena where the JSON text has escapes. Internal to pkg.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <forward_list>
#include <string>
#include <string_view>

namespace gyre::pkg {

// Decodes the inside of a JSON string (no quotes). Broken escapes become U+FFFD.
std::string unescape_json(std::string_view inside);
// `"` + escaped text + `"`, appended.
void append_json_string(std::string& out, std::string_view text);

// The text with U+FFFD in place of what is not UTF-8, a replacement for each maximal part of a
// sequence (Unicode 3.9, as the Encoding Standard's decoder).
std::string replace_ill_formed(std::string_view text);

class TextArena {
 public:
  std::string_view keep(std::string text) { return texts_.emplace_front(std::move(text)); }
  // The text of a raw JSON string token with its quotes; a view where nothing is escaped.
  std::string_view decode(std::string_view token) {
    while (!token.empty() && token.back() != '"') token.remove_suffix(1);
    if (token.size() < 2) return {};
    token = token.substr(1, token.size() - 2);
    if (token.find('\\') == std::string_view::npos) return token;
    return keep(unescape_json(token));
  }

 private:
  std::forward_list<std::string> texts_;
};

namespace od = simdjson::ondemand;

inline std::string_view trimmed(std::string_view json) {
  while (!json.empty() && static_cast<unsigned char>(json.back()) <= ' ') json.remove_suffix(1);
  return json;
}

// A key as a view that outlives the parser. Empty on error.
inline std::string_view key_of(od::field& field, TextArena& arena) {
  const char* raw = field.key().raw();
  std::string_view key;
  if (field.unescaped_key().get(key)) return {};
  bool plain = key.empty() || (std::equal(key.begin(), key.end(), raw) && raw[key.size()] == '"');
  return plain ? std::string_view(raw, key.size()) : arena.keep(std::string(key));
}

// The value's JSON text; empty on error.
inline std::string_view raw_of(od::value value) {
  od::json_type type;
  std::string_view raw;
  if (value.type().get(type)) return {};
  if (type == od::json_type::object) {
    od::object object;
    if (value.get_object().get(object) || object.raw_json().get(raw)) return {};
  } else if (type == od::json_type::array) {
    od::array array;
    if (value.get_array().get(array) || array.raw_json().get(raw)) return {};
  } else {
    raw = value.raw_json_token();
  }
  return trimmed(raw);
}

// Calls visit(key, value) for each field; false when `value` is no object or is broken.
template <typename F>
bool for_each_field(od::value value, TextArena& arena, F&& visit) {
  od::object object;
  if (value.get_object().get(object)) return false;
  for (auto result : object) {
    od::field field;
    if (std::move(result).get(field)) return false;
    std::string_view key = key_of(field, arena);
    visit(key, field.value());
  }
  return true;
}

inline bool is_string(od::value& value) {
  od::json_type type;
  return !value.type().get(type) && type == od::json_type::string;
}

inline bool is_object(od::value& value) {
  od::json_type type;
  return !value.type().get(type) && type == od::json_type::object;
}

inline std::string_view string_of(od::value& value, TextArena& arena) {
  return is_string(value) ? arena.decode(value.raw_json_token()) : std::string_view{};
}

inline bool is_true(od::value& value) {
  bool flag = false;
  return !value.get_bool().get(flag) && flag;
}

}  // namespace gyre::pkg
