#include "pkg/lockfile/read_entry.hpp"

#include "pkg/manifest/manifest.hpp"

namespace gyre::pkg {
namespace {

class EntryReader {
 public:
  EntryReader(TextArena& arena, Node& node) : arena_(arena), node_(node) {}

  void field(std::string_view key, od::value value) {
    PackageMeta& meta = node_.meta;
    if (key == "version")
      meta.version = text(value);
    else if (key == "resolved")
      node_.resolved = text(value);
    else if (key == "integrity")
      node_.integrity = text(value);
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
      flag_or_list(key, value);
  }

  Status finish() {
    PackageMeta& meta = node_.meta;
    if (!meta.peer_meta_json.empty()) read_peer_meta();
    if (!meta.engines_json.empty()) read_engines();
    if (meta.name.empty()) meta.name = node_.name;
    if (bin_json_.empty()) return ok();
    OrderedJson bin = OrderedJson::parse(bin_json_, nullptr, false);
    if (bin.is_discarded()) return ok();
    GYRE_ASSIGN(meta.bins, parse_bins(meta.name, bin));
    return ok();
  }

 private:
  void flag_or_list(std::string_view key, od::value value) {
    PackageMeta& meta = node_.meta;
    NodeFlags& flags = node_.flags;
    if (key == "dev")
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
    else if (key == "hasInstallScript")
      meta.has_install_script = is_true(value);
    else if (key == "hasShrinkwrap")
      meta.has_shrinkwrap = is_true(value);
    else if (key == "deprecated")
      meta.deprecated = text(value);
    else if (key == "scripts")
      read_scripts(value);
    else if (key == "workspaces")
      meta.workspaces_json = raw_of(value);
    else if (key == "os")
      list(value, meta.os);
    else if (key == "cpu")
      list(value, meta.cpu);
    else if (key == "libc")
      list(value, meta.libc);
    else if (key == "bundleDependencies")
      list(value, meta.bundle_dependencies);
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
  std::string_view bin_json_;
};

}  // namespace

Status read_lock_entry(od::value value, TextArena& arena, Node& node, bool& whole) {
  EntryReader reader(arena, node);
  whole = for_each_field(
      value, arena, [&reader](std::string_view key, od::value item) { reader.field(key, item); });
  node.meta.is_deprecated = !node.meta.deprecated.empty();
  return reader.finish();
}

}  // namespace gyre::pkg
