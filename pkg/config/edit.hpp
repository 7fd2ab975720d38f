// Editing .npmrc files: keys are set and deleted line by line, so comments, order and what we do
// not understand stay. Files that may hold credentials are readable by their owner only. Blocking.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/result.hpp"

namespace gyre::pkg {

// One change. A deletion takes every line of the key away, those of arrays too.
struct IniChange {
  std::string key;
  bool is_deletion = false;
  std::string value;
};

std::string edit_ini(std::string_view text, const std::vector<IniChange>& changes);

enum class ConfigPrivacy : uint8_t { kShared, kOwnerOnly };
// Creates the file if need be.
Status edit_config_file(const std::string& path, const std::vector<IniChange>& changes,
                        ConfigPrivacy privacy);

// Whether a setting's value must never be shown: tokens, passwords, keys, and credentials in URLs.
bool is_secret_setting(std::string_view key);

}  // namespace gyre::pkg
