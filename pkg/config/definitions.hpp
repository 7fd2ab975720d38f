// npm's settings by name, with their defaults: what `config set` accepts and `config list -l`
// shows. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "pkg/manifest/manifest.hpp"

namespace gyre::pkg {

struct SettingDefinition {
  std::string_view name;
  std::string_view default_json;  // as JSON text
};

// By name.
std::span<const SettingDefinition> setting_definitions();
const SettingDefinition* find_setting(std::string_view name);
// Whether `key` may stand in an npmrc file: a setting, "@scope:registry" or "//host/:_authToken"
// and the like.
bool is_known_setting(std::string_view key);
// The text of an npmrc value as JSON: booleans, numbers and null where the setting has such values.
OrderedJson typed_setting(std::string_view name, const std::string& text);

}  // namespace gyre::pkg
