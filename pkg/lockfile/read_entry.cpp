#include "pkg/lockfile/read_entry.hpp"

#include <algorithm>

#include "pkg/manifest/manifest.hpp"

namespace gyre::pkg {
namespace {

class EntryReader {
 public:
  EntryReader(TextArena& arena, Node& node, EntryKind kind)
      : arena_(arena), node_(node), kind_(kind) {}

  void field(std::string_view key, od::value value) {
    PackageMeta& meta = node_.meta;
    if (key == "version")
      meta.version = text(value);
    else if (key == "dependencies")
      strings(value, meta.dependencies);
    else if (key == "devDependencies")
      strings(value, meta.dev_dependencies);
    else if (key == "optionalDependencies")
      strings(value, meta.optional_dependencies);
    else if (key == "peerDependencies")
      strings(value, meta.peer_dependencies);
    else if (key == "peerDependenciesMeta")
      meta.peer_meta_json = raw_of(value);
    else if (key == "bin")
      bin_json_ = raw_of(value);
    else if (key == "engines")
      meta.engines_json = raw_of(value);
    else if (key == "license")
      meta.license_json = raw_of(value);
    else if (key == "funding")
      meta.funding_json = raw_of(value);
    else if (key == "name")
      meta.name = text(value);
    else
      list_or_flag(key, value);
  }

  Status finish() {
    PackageMeta& meta = node_.meta;
    if (!meta.peer_meta_json.empty()) read_peer_meta();
    if (!meta.engines_json.empty()) read_engines();
    if (meta.bundles_everything) {
      for (const auto& [name, spec] : meta.dependencies) meta.bundle_dependencies.push_back(name);
    }
    if (is_manifest()) drop_optional_twins();
    if (meta.name.empty()) meta.name = node_.name;
    if (bin_json_.empty()) return ok();
    OrderedJson bin = OrderedJson::parse(bin_json_, nullptr, false);
    if (bin.is_discarded()) return ok();
    GYRE_ASSIGN(meta.bins, parse_bins(meta.name, bin));
    return ok();
  }

 private:
  bool is_manifest() const { return kind_ == EntryKind::kManifest; }

  void list_or_flag(std::string_view key, od::value value) {
    PackageMeta& meta = node_.meta;
    if (key == "hasInstallScript")
      meta.has_install_script |= is_true(value);
    else if (key == "hasShrinkwrap")
      meta.has_shrinkwrap = is_true(value);
    else if (key == "deprecated")
      meta.deprecated = text(value);
    else if (key == "workspaces")
      meta.workspaces_json = raw_of(value);
    else if (key == "os")
      list(value, meta.os);
    else if (key == "cpu")
      list(value, meta.cpu);
    else if (key == "libc")
      list(value, meta.libc);
    else if (key == "bundleDependencies" || (is_manifest() && key == "bundledDependencies"))
      bundle(value);
    else if (!is_manifest())
      origin_or_flag(key, value);
    else if (key == "scripts")
      read_scripts(value);
  }

  // Why it is there and where from: the lockfile's knowledge, never a package's own.
  void origin_or_flag(std::string_view key, od::value value) {
    NodeFlags& flags = node_.flags;
    if (key == "resolved")
      node_.resolved = text(value);
    else if (key == "integrity")
      node_.integrity = text(value);
    else if (key == "dev")
      flags.dev = is_true(value);
    else if (key == "optional")
      flags.optional = is_true(value);
    else if (key == "devOptional")
      flags.dev_optional = is_true(value);
    else if (key == "peer")
      flags.peer = is_true(value);
    else if (key == "extraneous")
      flags.extraneous = is_true(value);
    else if (key == "inBundle")
      flags.in_bundle = is_true(value);
    else if (key == "link")
      node_.is_link = is_true(value);
  }

  // A list; in a package.json also true, for every dependency, or an object with names.
  void bundle(od::value value) {
    od::json_type type;
    if (value.type().get(type)) return;
    PackageMeta& meta = node_.meta;
    if (type == od::json_type::array)
      list(value, meta.bundle_dependencies);
    else if (is_manifest() && type == od::json_type::boolean)
      meta.bundles_everything = is_true(value);
    else if (is_manifest() && type == od::json_type::object)
      for_each_field(value, arena_, [&meta](std::string_view name, od::value) {
        meta.bundle_dependencies.emplace_back(name);
      });
  }

  // Packages used to name optional dependencies twice.
  void drop_optional_twins() {
    PackageMeta& meta = node_.meta;
    std::erase_if(meta.dependencies, [&meta](const auto& entry) {
      return std::any_of(meta.optional_dependencies.begin(), meta.optional_dependencies.end(),
                         [&entry](const auto& optional) { return optional.first == entry.first; });
    });
  }

  std::string text(od::value& value) { return std::string(string_of(value, arena_)); }

  void strings(od::value value, NamedStrings& out) {
    for_each_field(value, arena_, [this, &out](std::string_view name, od::value item) {
      if (is_string(item)) out.emplace_back(name, string_of(item, arena_));
    });
  }

  void list(od::value value, std::vector<std::string>& out) {
    if (is_string(value)) {
      out.push_back(text(value));
      return;
    }
    od::array array;
    if (value.get_array().get(array)) return;
    for (auto result : array) {
      od::value item;
      if (std::move(result).get(item)) return;
      if (is_string(item)) out.push_back(text(item));
    }
  }

  // A package.json has scripts where a lockfile's entry has a flag.
  void read_scripts(od::value value) {
    for_each_field(value, arena_, [this](std::string_view name, od::value) {
      if (name == "install" || name == "preinstall" || name == "postinstall")
        node_.meta.has_install_script = true;
    });
  }

  void read_peer_meta() {
    OrderedJson meta = OrderedJson::parse(node_.meta.peer_meta_json, nullptr, false);
    if (!meta.is_object()) return;
    for (auto& [name, entry] : meta.items()) {
      if (entry.is_object() && entry.contains("optional") && entry["optional"] == true)
        node_.meta.optional_peers.push_back(name);
    }
  }

  void read_engines() {
    if (node_.meta.engines_json.find("\"node\"") == std::string::npos) return;
    OrderedJson engines = OrderedJson::parse(node_.meta.engines_json, nullptr, false);
    if (!engines.is_object()) return;
    auto wanted = engines.find("node");
    if (wanted != engines.end() && wanted->is_string())
      node_.meta.engines_node = wanted->get<std::string>();
  }

  TextArena& arena_;
  Node& node_;
  EntryKind kind_;
  std::string_view bin_json_;
};

}  // namespace

Status read_entry(od::value value, TextArena& arena, EntryKind kind, Node& node, bool& whole) {
  EntryReader reader(arena, node, kind);
  whole = for_each_field(
      value, arena, [&reader](std::string_view key, od::value item) { reader.field(key, item); });
  node.meta.is_deprecated = !node.meta.deprecated.empty();
  return reader.finish();
}

}  // namespace gyre::pkg
