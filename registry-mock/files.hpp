// Whole files and JSON members, as the mock's readers of fixtures and request bodies want them.
// Blocking calls: the mock serves tests. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/json.hpp"
#include "runtime/base/result.hpp"

namespace gyre::registry_mock {

Result<std::string> read_file(const std::string& path);
// Makes the folders above; the file is replaced as a whole.
Status write_file(const std::string& path, std::string_view bytes);
// Nothing when there is no such file; EJSONPARSE with the path when it is broken.
Result<std::optional<json::Value>> read_json_if_exists(const std::string& path);

// Members of a JSON object, with a neutral answer where they are absent or of another type.
std::string text_of(const json::Value& value, std::string_view key);
std::optional<uint64_t> number_of(const json::Value& value, std::string_view key);
bool is_true(const json::Value& value, std::string_view key);
bool is_false(const json::Value& value, std::string_view key);
const json::Object& object_of(const json::Value& value, std::string_view key);

}  // namespace gyre::registry_mock
