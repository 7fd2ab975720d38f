// bun.lock: JSON with comments and trailing commas; "packages" maps paths in the tree to lists that
// begin with "name@version" and end with a hash.
#include "pkg/import/foreign_builder.hpp"
#include "runtime/base/json.hpp"

namespace gyre::pkg {
namespace {

// Comments and trailing commas become spaces: lines and columns stay what they are.
std::string plain_json(std::string_view text) {
  std::string out(text);
  size_t comma = std::string::npos;  // the last one, while only space follows it
  for (size_t i = 0; i < out.size(); ++i) {
    const char c = out[i];
    if (c == '"') {
      comma = std::string::npos;
      for (++i; i < out.size() && out[i] != '"'; ++i) {
        if (out[i] == '\\') ++i;
      }
    } else if (c == '/' && i + 1 < out.size() && out[i + 1] == '/') {
      for (; i < out.size() && out[i] != '\n'; ++i) out[i] = ' ';
    } else if (c == '/' && i + 1 < out.size() && out[i + 1] == '*') {
      const size_t end = std::min(out.find("*/", i + 2), out.size());
      for (; i < out.size() && i < end + 2; ++i) {
        if (out[i] != '\n') out[i] = ' ';
      }
      --i;
    } else if (c == ',') {
      comma = i;
    } else if ((c == '}' || c == ']') && comma != std::string::npos) {
      out[comma] = ' ';
      comma = std::string::npos;
    } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      comma = std::string::npos;
    }
  }
  return out;
}

void add_package(ForeignBuilder& builder, const std::string& key, const json::Array& entry) {
  const std::string* id = entry.empty() ? nullptr : entry[0].as_string();
  if (!id) return builder.unsupported(key + " has no version");
  const auto [name, version] = split_descriptor(*id);
  if (version.starts_with("workspace:") || version.starts_with("link:")) return;
  if (!is_exact_version(version)) return builder.unsupported(*id + " is no package of a registry");
  const std::string* hash = entry.back().as_string();
  const bool has_hash = hash && hash->find('-') != std::string::npos && entry.size() > 1;
  builder.add(name, version, has_hash ? *hash : std::string());
}

}  // namespace

Result<ForeignLock> parse_bun(std::string_view text, const std::string& path) {
  GYRE_TRY(check_foreign_text(text, path));
  auto document = json::parse(plain_json(text), 64);
  if (!document)
    return Error(Code::ELOCKPARSE, path + " cannot be read: " + document.error().message());
  const json::Value* version = document->get("lockfileVersion");
  if (!version || !version->as_number() || *version->as_number() < 0 || *version->as_number() > 2)
    return foreign_version_error(path, version ? json::write(*version) : "", "0 to 2");
  ForeignBuilder builder(ForeignFormat::kBun);
  const json::Value* packages = document->get("packages");
  if (!packages || !packages->as_object()) return builder.finish();
  for (const auto& [key, entry] : *packages->as_object()) {
    if (!entry.as_array()) return foreign_error(path, "\"" + key + "\" is not a list", 1);
    add_package(builder, key, *entry.as_array());
  }
  return builder.finish();
}

}  // namespace gyre::pkg
