#include "registry-mock/files.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace gyre::registry_mock {

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error::from_errno("open", path);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

Status write_file(const std::string& path, std::string_view bytes) {
  std::error_code failure;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failure);
  if (failure) return Error::from_errno_number(failure.value(), "mkdir", path);
  const std::string temporary = path + "." + std::to_string(::getpid()) + ".new";
  {
    std::ofstream file(temporary, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) return Error::from_errno("write", temporary);
  }
  std::filesystem::rename(temporary, path, failure);
  if (failure) return Error::from_errno_number(failure.value(), "rename", temporary, path);
  return ok();
}

Result<std::optional<json::Value>> read_json_if_exists(const std::string& path) {
  std::error_code failure;
  if (!std::filesystem::exists(path, failure)) return std::optional<json::Value>();
  GYRE_ASSIGN(const std::string text, read_file(path));
  auto value = json::parse(text);
  if (!value) return Error(Code::EJSONPARSE, path + ": " + value.error().message());
  return std::optional<json::Value>(std::move(*value));
}

std::string text_of(const json::Value& value, std::string_view key) {
  const json::Value* found = value.get(key);
  return found != nullptr && found->as_string() != nullptr ? *found->as_string() : std::string();
}

std::optional<uint64_t> number_of(const json::Value& value, std::string_view key) {
  const json::Value* found = value.get(key);
  if (found == nullptr || found->as_number() == nullptr) return std::nullopt;
  const double number = *found->as_number();
  constexpr double kLargest = 9007199254740991.0;
  if (!(number >= 0 && number <= kLargest)) return std::nullopt;
  return static_cast<uint64_t>(number);
}

bool is_true(const json::Value& value, std::string_view key) {
  const json::Value* found = value.get(key);
  return found != nullptr && found->as_bool() != nullptr && *found->as_bool();
}

bool is_false(const json::Value& value, std::string_view key) {
  const json::Value* found = value.get(key);
  return found != nullptr && found->as_bool() != nullptr && !*found->as_bool();
}

const json::Object& object_of(const json::Value& value, std::string_view key) {
  static const json::Object none;
  const json::Value* found = value.get(key);
  return found != nullptr && found->as_object() != nullptr ? *found->as_object() : none;
}

}  // namespace gyre::registry_mock
