#include "pkg/manifest/path_query.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace gyre::pkg {
namespace {

constexpr size_t kMostKeys = 100;
constexpr size_t kMostElements = 100'000;  // an index beyond is a mistake, not a list

void add_names(std::string_view text, std::vector<PathKey>& keys) {
  while (true) {
    const size_t dot = text.find('.');
    keys.push_back({std::string(text.substr(0, dot)), false});
    if (dot == std::string_view::npos) return;
    text.remove_prefix(dot + 1);
  }
}

std::optional<size_t> index_of(const std::string& name) {
  size_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (name.empty() || error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return index;
}

OrderedJson object_of(const OrderedJson& array) {
  OrderedJson object = OrderedJson::object();
  for (size_t i = 0; i < array.size(); ++i) object[std::to_string(i)] = array[i];
  return object;
}

class Setter {
 public:
  Setter(const std::vector<PathKey>& keys, const std::string& path, const OrderedJson& value,
         Overwrite overwrite)
      : keys_(keys), path_(path), value_(value), force_(overwrite == Overwrite::kForce) {}

  Status set(OrderedJson& data, size_t at) {
    const PathKey& key = keys_[at];
    const std::optional<size_t> index = key.is_append ? std::nullopt : index_of(key.name);
    const bool wants_array = key.is_append || index.has_value();
    if (wants_array && !data.is_array() && data.empty()) data = OrderedJson::array();
    if (force_ && data.is_array() && !wants_array) data = object_of(data);
    if (key.is_append && !data.is_array())
      return Error(Code::EUSAGE, path_ + ": [] appends to a list, and there is none");
    if (!data.is_array()) return set_member(data[key.name], key.name, at);
    if (!wants_array) return Error(Code::EUSAGE, path_ + ": a property cannot be added to a list");
    const size_t place = key.is_append ? data.size() : *index;
    if (place > kMostElements)
      return Error(Code::EUSAGE, path_ + ": there is no element " + std::to_string(place));
    while (data.size() <= place) data.push_back(nullptr);
    return set_member(data[place], std::to_string(place), at);
  }

 private:
  Status set_member(OrderedJson& member, const std::string& name, size_t at) {
    if (at + 1 == keys_.size()) {
      member = value_;
      return ok();
    }
    if (!member.is_structured()) {
      if (!member.is_null() && !force_) {
        return Error(Code::EUSAGE, path_ + ": \"" + name + "\" is neither an object nor a list",
                     "--force replaces it");
      }
      member = OrderedJson::object();
    }
    const PathKey& next = keys_[at + 1];
    if (!force_ && member.is_array() && !next.is_append && !index_of(next.name))
      return Error(Code::EUSAGE,
                   path_ + ": a property cannot be added to the list \"" + name + "\"");
    return set(member, at + 1);
  }

  const std::vector<PathKey>& keys_;
  const std::string& path_;
  const OrderedJson& value_;
  const bool force_;
};

Error too_long(const std::string& path) {
  return Error(Code::EUSAGE, "the path \"" + path.substr(0, 80) + "…\" is too long");
}

}  // namespace

std::vector<PathKey> parse_path(std::string_view path) {
  std::vector<PathKey> keys;
  while (!path.empty()) {
    const size_t open = path.find('[');
    const size_t close = open == std::string_view::npos ? open : path.find(']', open);
    if (close == std::string_view::npos) {
      add_names(path, keys);
      return keys;
    }
    if (open > 0) add_names(path.substr(0, open), keys);
    const std::string_view inner = path.substr(open + 1, close - open - 1);
    keys.push_back({std::string(inner), inner.empty()});
    path.remove_prefix(close + 1);
    if (path.starts_with('.')) path.remove_prefix(1);
  }
  return keys;
}

Result<FoundValues> get_path(const OrderedJson& document, const std::string& path) {
  const std::vector<PathKey> keys = parse_path(path);
  if (keys.size() > kMostKeys) return too_long(path);
  const OrderedJson* data = &document;
  std::string label;
  FoundValues found;
  for (const PathKey& key : keys) {
    if (key.is_append) {
      return Error(Code::EUSAGE, path + ": empty brackets append to a list; they cannot be read",
                   "name an element: [0]");
    }
    const std::optional<size_t> index = index_of(key.name);
    if (data->is_array() && !index) {
      for (size_t i = 0; i < data->size(); ++i) {
        const OrderedJson& element = (*data)[i];
        const auto member = element.is_object() ? element.find(key.name) : element.end();
        if (element.is_object() && member != element.end())
          found.emplace_back(label + "[" + std::to_string(i) + "]." + key.name, *member);
      }
      return found;
    }
    if (data->is_array()) {
      if (*index >= data->size()) return found;
      data = &(*data)[*index];
    } else {
      const auto member = data->is_object() ? data->find(key.name) : data->end();
      if (!data->is_object() || member == data->end()) return found;
      data = &*member;
    }
    label += key.name;
  }
  if (data->is_array() && data->size() == 1)
    found.emplace_back(path, (*data)[0]);
  else if (!data->is_array() || !data->empty())
    found.emplace_back(path, *data);
  return found;
}

Status set_path(OrderedJson& document, const std::string& path, const OrderedJson& value,
                Overwrite overwrite) {
  const std::vector<PathKey> keys = parse_path(path);
  if (keys.empty()) return Error(Code::EUSAGE, "an empty path names nothing");
  if (keys.size() > kMostKeys) return too_long(path);
  OrderedJson changed = document;
  GYRE_TRY(Setter(keys, path, value, overwrite).set(changed, 0));
  if (!changed.is_object()) return Error(Code::EUSAGE, path + ": package.json is no list");
  document = std::move(changed);
  return ok();
}

Status delete_path(OrderedJson& document, const std::string& path) {
  const std::vector<PathKey> keys = parse_path(path);
  if (keys.empty()) return Error(Code::EUSAGE, "an empty path names nothing");
  if (keys.size() > kMostKeys) return too_long(path);
  OrderedJson* data = &document;
  for (size_t i = 0; i < keys.size(); ++i) {
    const bool is_last = i + 1 == keys.size();
    if (data->is_array()) {
      const std::optional<size_t> index = index_of(keys[i].name);
      if (!index || *index >= data->size()) return ok();
      if (is_last) {
        data->erase(*index);
        return ok();
      }
      data = &(*data)[*index];
    } else if (data->is_object() && data->contains(keys[i].name)) {
      if (is_last) {
        data->erase(keys[i].name);
        return ok();
      }
      data = &(*data)[keys[i].name];
    } else {
      return ok();
    }
  }
  return ok();
}

}  // namespace gyre::pkg
