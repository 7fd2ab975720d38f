#include "runtime/modules/resolution/package_scope.hpp"

#include "runtime/base/path.hpp"

namespace gyre::resolution {
namespace {

std::optional<std::string> text_member(const json::Value& document, std::string_view key) {
  const json::Value* member = document.get(key);
  const std::string* text = member == nullptr ? nullptr : member->as_string();
  return text == nullptr ? std::nullopt : std::optional(*text);
}

void fill(PackageConfig& config, const json::Value& document) {
  config.name = text_member(document, "name");
  config.main = text_member(document, "main");
  auto type = text_member(document, "type");
  if (type == "module") config.type = PackageType::kModule;
  if (type == "commonjs") config.type = PackageType::kCommonJs;
  if (const json::Value* exports = document.get("exports"); exports && !exports->is_null()) {
    config.exports = *exports;
  }
  if (const json::Value* imports = document.get("imports"); imports && imports->as_object()) {
    config.imports = *imports;
  }
}

Error invalid_config(const std::string& file, std::string_view base, const std::string& why) {
  std::string message = "Invalid package config " + file + ".";
  if (!base.empty()) {
    message = "Invalid package config " + file + " while importing " + std::string(base) + ".";
  }
  return Error(Code::ERR_INVALID_PACKAGE_CONFIG, why.empty() ? message : message + " " + why);
}

}  // namespace

Result<const PackageConfig*> PackageCache::read(std::string_view directory, std::string_view base) {
  if (auto found = packages_.find(directory); found != packages_.end()) {
    return static_cast<const PackageConfig*>(found->second.get());
  }
  if (absent_.find(directory) != absent_.end()) return nullptr;
  std::string key(directory);
  std::string file = key == "/" ? "/package.json" : key + "/package.json";
  auto text = Files::read(file);
  if (!text) {
    absent_.insert(std::move(key));
    return nullptr;
  }
  auto document = json::parse(*text);
  if (!document) return invalid_config(file, base, document.error().message());
  auto config = std::make_unique<PackageConfig>();
  config->directory = key;
  config->file = std::move(file);
  fill(*config, document.value());
  const PackageConfig* result = config.get();
  packages_.emplace(std::move(key), std::move(config));
  return result;
}

std::string_view importing_directory(std::string_view importer) {
  if (importer.size() < 2 || !importer.ends_with('/')) return path::dirname(importer);
  return importer.substr(0, importer.size() - 1);
}

Result<const PackageConfig*> PackageCache::scope_of(std::string_view path) {
  std::string_view directory = importing_directory(path);
  for (;;) {
    if (path::basename(directory) == "node_modules") return nullptr;
    GYRE_ASSIGN(const PackageConfig* config, read(directory));
    if (config != nullptr) return config;
    if (directory == "/" || directory == ".") return nullptr;
    directory = path::dirname(directory);
  }
}

}  // namespace gyre::resolution
