#include "pkg/registry/view.hpp"
#include "pkg/manifest/json_members.hpp"

#include <algorithm>
#include <charconv>

#include "pkg/registry/url.hpp"
#include "pkg/semver/range.hpp"

namespace gyre::pkg {
namespace {

// "a.b[c.d].e" -> a, b, "c.d", e.
Result<std::vector<std::string>> keys_of(std::string_view path) {
  std::vector<std::string> keys;
  std::string key;
  auto end_key = [&keys, &key] {
    if (!key.empty()) keys.push_back(std::move(key));
    key.clear();
  };
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '.') {
      end_key();
    } else if (path[i] == '[') {
      const size_t close = path.find(']', i);
      if (close == std::string_view::npos || close == i + 1) {
        return Error(Code::EUSAGE, "\"" + printable_text(path, 200) + "\" is no path to a field",
                     "for example dist.tarball, versions[0] or time[1.0.0]");
      }
      end_key();
      keys.emplace_back(path.substr(i + 1, close - i - 1));
      i = close;
    } else {
      key += path[i];
    }
  }
  end_key();
  return keys;
}

std::optional<size_t> index_of(const std::string& key) {
  size_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  if (error != std::errc() || end != key.data() + key.size()) return std::nullopt;
  return index;
}

// The field at `path`, or one field per item where the path goes on behind an array.
Result<ViewFields> fields_at(const OrderedJson& document, const std::string& path,
                             bool keeps_arrays) {
  GYRE_ASSIGN(const std::vector<std::string> keys, keys_of(path));
  const OrderedJson* at = &document;
  std::string label;
  ViewFields fields;
  for (const std::string& key : keys) {
    const auto index = index_of(key);
    if (at->is_array() && !index) {
      size_t position = 0;
      for (const OrderedJson& item : *at) {
        std::optional<OrderedJson> value;
        if (item.is_object() && item.contains(key)) value = item[key];
        fields.emplace_back(label + "[" + std::to_string(position++) + "]." + key, value);
      }
      return fields;
    }
    if (at->is_array() && *index < at->size())
      at = &(*at)[*index];
    else if (at->is_object() && at->contains(key))
      at = &(*at)[key];
    else
      return fields;
    label += key;
  }
  if (!keeps_arrays && at->is_array() && at->size() <= 1) {
    fields.emplace_back(path, at->empty() ? std::nullopt : std::optional<OrderedJson>((*at)[0]));
  } else {
    fields.emplace_back(path, *at);
  }
  return fields;
}

std::vector<std::string> sorted_versions(const OrderedJson& versions) {
  std::vector<std::pair<semver::Version, std::string>> known;
  for (const auto& [text, manifest] : versions.items()) {
    auto version = semver::parse(text);
    if (version) known.emplace_back(std::move(*version), text);
  }
  std::stable_sort(known.begin(), known.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (auto& [version, text] : known) out.push_back(std::move(text));
  return out;
}

void lay_over(OrderedJson& document, const OrderedJson& manifest) {
  for (const auto& [key, value] : manifest.items()) document[key] = value;
}

Result<ViewFields> wanted_fields(const OrderedJson& document, const ViewRequest& request) {
  ViewFields fields;
  if (request.fields.empty()) {
    for (const auto& [key, value] : document.items()) fields.emplace_back(key, value);
    return fields;
  }
  for (const std::string& path : request.fields) {
    GYRE_ASSIGN(ViewFields found, fields_at(document, path, request.keeps_arrays));
    for (auto& [name, value] : found) {
      const auto same =
          std::find_if(fields.begin(), fields.end(),
                       [&name = name](const auto& field) { return field.first == name; });
      if (same == fields.end())
        fields.emplace_back(name, std::move(value));
      else
        same->second = std::move(value);
    }
  }
  return fields;
}

bool asks_for(const ViewRequest& request, const char* field) {
  return std::find(request.fields.begin(), request.fields.end(), field) != request.fields.end();
}

Error not_found(const OrderedJson& packument, const std::string& why) {
  return Error(Code::E404, text_at(packument, "name") + ": " + why, "check the version");
}

}  // namespace

Result<std::vector<ViewedVersion>> view_versions(OrderedJson packument,
                                                 const ViewRequest& request) {
  if (const auto time = packument.find("time"); time != packument.end() && time->is_object()) {
    const auto gone = time->find("unpublished");
    if (gone != time->end() && !gone->is_null()) {
      return not_found(packument, "unpublished on " + printable_text(text_at(*gone, "time"), 60));
    }
  }
  std::string wanted = request.wanted;
  if (const auto tags = packument.find("dist-tags"); tags != packument.end()) {
    const std::string tagged = text_at(*tags, wanted.c_str());
    if (!tagged.empty()) wanted = tagged;
  }
  OrderedJson versions = packument.value("versions", OrderedJson::object());
  if (!versions.is_object()) versions = OrderedJson::object();
  packument["versions"] = sorted_versions(versions);
  if (!asks_for(request, "readme")) packument.erase("readme");
  const auto range = semver::Range::parse(wanted, {semver::Mode::kLoose});
  std::vector<ViewedVersion> out;
  for (const auto& [text, manifest] : versions.items()) {
    if (!manifest.is_object() || !range || !range->test(text)) continue;
    ViewedVersion viewed;
    viewed.version = text;
    viewed.document = packument;
    lay_over(viewed.document, manifest);
    GYRE_ASSIGN(viewed.fields, wanted_fields(viewed.document, request));
    out.push_back(std::move(viewed));
  }
  if (out.empty() && wanted != "latest") {
    return not_found(packument, "no match found for version " + printable_text(wanted, 100));
  }
  return out;
}

std::string person_text(const OrderedJson& person) {
  const std::string email = text_at(person, "email"), url = text_at(person, "url");
  return text_at(person, "name") + (email.empty() ? "" : " <" + email + ">") +
         (url.empty() ? "" : " (" + url + ")");
}

OrderedJson with_short_people(const OrderedJson& value) {
  if (value.is_array()) {
    OrderedJson out = OrderedJson::array();
    for (const OrderedJson& item : value) out.push_back(with_short_people(item));
    return out;
  }
  if (!value.is_object() || value.size() > 3 || text_at(value, "name").empty()) return value;
  const bool has_email = !text_at(value, "email").empty();
  const bool has_url = !text_at(value, "url").empty();
  const bool is_person = value.size() == 1 || (value.size() == 3 && has_email && has_url) ||
                         (value.size() == 2 && (has_email || has_url)) ||
                         value.contains("trustedPublisher");
  return is_person ? OrderedJson(person_text(value)) : value;
}

}  // namespace gyre::pkg
