#include "pkg/manifest/json_members.hpp"

namespace gyre::pkg {

std::string text_at(const OrderedJson& json, const std::string& key) {
  const OrderedJson& found = member(json, key);
  return found.is_string() ? found.get<std::string>() : std::string();
}

const OrderedJson& member(const OrderedJson& json, const std::string& key) {
  static const OrderedJson none;
  if (!json.is_object()) return none;
  const auto found = json.find(key);
  return found == json.end() ? none : *found;
}

std::string dumped(const OrderedJson& json) {
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace gyre::pkg
