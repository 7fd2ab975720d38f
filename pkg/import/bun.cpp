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

class BunReader {
 public:
  BunReader(const json::Value& document, const std::string& path)
      : document_(document), path_(path), builder_(ForeignFormat::kBun) {}

  Result<ForeignLock> read() {
    const json::Value* packages = document_.get("packages");
    if (!packages || !packages->as_object()) return builder_.finish();
    for (const auto& [key, entry] : *packages->as_object()) {
      if (!entry.as_array()) return foreign_error(path_, "\"" + key + "\" is not a list", 1);
      const json::Array& list = *entry.as_array();
      entries_[key] = &list;
      add_package(key, list);
    }
    for (const auto& [key, entry] : entries_) {
      const auto [name, version] = split_descriptor(id_of(*entry));
      if (is_exact_version(version)) link_all(name + "@" + version, key, manifest_of(*entry));
    }
    const json::Value* workspaces = document_.get("workspaces");
    if (!workspaces || !workspaces->as_object()) return builder_.finish();
    for (const auto& [folder, manifest] : *workspaces->as_object()) {
      const json::Value* name = manifest.get("name");
      const bool is_root = folder.empty() || !name || !name->as_string();
      link_all("./" + folder, is_root ? std::string() : *name->as_string(), &manifest);
    }
    return builder_.finish();
  }

 private:
  static std::string id_of(const json::Array& entry) {
    const std::string* id = entry.empty() ? nullptr : entry[0].as_string();
    return id ? *id : std::string();
  }

  static const json::Value* manifest_of(const json::Array& entry) {
    for (const json::Value& part : entry) {
      if (part.as_object()) return &part;
    }
    return nullptr;
  }

  void add_package(const std::string& key, const json::Array& entry) {
    const std::string id = id_of(entry);
    if (id.empty()) return builder_.unsupported(key + " has no version");
    const auto [name, version] = split_descriptor(id);
    if (version.starts_with("workspace:") || version.starts_with("link:")) return;
    if (!is_exact_version(version)) {
      if (!is_held(name, version)) builder_.unsupported(id + " is no package of a registry");
      return;
    }
    const std::string* hash = entry.back().as_string();
    const bool has_hash = hash && hash->find('-') != std::string::npos && entry.size() > 1;
    builder_.add(name, version, has_hash ? *hash : std::string());
  }

  // At a commit, in a folder or an archive of its own: the request leads to the same.
  static bool is_held(const std::string& name, const std::string& version) {
    if (!commit_pin(version).empty()) return true;
    const auto spec = parse_spec(name, version);
    return spec && is_fixed_kind(spec->kind);
  }

  // What the package at `path` gets for `name`: the nearest entry, as Node looks for folders.
  const json::Array* look_up(std::string path, const std::string& name) const {
    while (!path.empty()) {
      auto found = entries_.find(path + "/" + name);
      if (found != entries_.end()) return found->second;
      size_t slash = path.rfind('/');
      if (slash != std::string::npos) {
        const size_t above = slash == 0 ? std::string::npos : path.rfind('/', slash - 1);
        const size_t start = above == std::string::npos ? 0 : above + 1;
        if (path[start] == '@') slash = start == 0 ? std::string::npos : above;
      }
      path.resize(slash == std::string::npos ? 0 : slash);
    }
    auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : found->second;
  }

  void link_all(const std::string& dependent, const std::string& path,
                const json::Value* manifest) {
    for (const char* section : {"dependencies", "devDependencies", "optionalDependencies"}) {
      const json::Value* list = manifest ? manifest->get(section) : nullptr;
      if (!list || !list->as_object()) continue;
      for (const auto& [name, range] : *list->as_object()) {
        const json::Array* entry = look_up(path, name);
        if (!entry) continue;
        const std::string version = split_descriptor(id_of(*entry)).second;
        const std::string pin = is_exact_version(version) ? version : commit_pin(version);
        if (!pin.empty()) builder_.link(dependent, name, pin);
      }
    }
  }

  const json::Value& document_;
  const std::string& path_;
  ForeignBuilder builder_;
  std::map<std::string, const json::Array*> entries_;
};

}  // namespace

Result<ForeignLock> parse_bun(std::string_view text, const std::string& path) {
  GYRE_TRY(check_foreign_text(text, path));
  auto document = json::parse(plain_json(text), 64);
  if (!document)
    return Error(Code::ELOCKPARSE, path + " cannot be read: " + document.error().message());
  const json::Value* version = document->get("lockfileVersion");
  if (!version || !version->as_number() || *version->as_number() < 0 || *version->as_number() > 2)
    return foreign_version_error(path, version ? json::write(*version) : "", "0 to 2");
  return BunReader(*document, path).read();
}

}  // namespace gyre::pkg
