// The writing half of package_lock.hpp. Keys go as npm's writer has them: scalars and arrays before
// objects, within each the preferred keys first, then by locale.
#include <algorithm>

#include "pkg/lockfile/collate.hpp"
#include "pkg/lockfile/legacy_lock.hpp"
#include "pkg/lockfile/package_lock.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/registry/json_text.hpp"
#include "pkg/tree/diff.hpp"

namespace gyre::pkg {
namespace {

constexpr std::string_view kPreferred[] = {"name",     "version",     "lockfileVersion",
                                           "resolved", "integrity",   "requires",
                                           "packages", "dependencies"};

size_t preference(std::string_view key) {
  return static_cast<size_t>(std::find(std::begin(kPreferred), std::end(kPreferred), key) -
                             std::begin(kPreferred));
}

struct Member {
  std::string_view key;
  const OrderedJson* value;
  size_t preference;
};

bool member_before(const Member& a, const Member& b) {
  bool a_object = a.value->is_object(), b_object = b.value->is_object();
  if (a_object != b_object) return b_object;
  if (a.preference != b.preference) return a.preference < b.preference;
  return sorts_before(a.key, b.key);
}

struct Entry {
  std::string_view location;
  OrderedJson json;
};

class NiceWriter {
 public:
  explicit NiceWriter(const TextStyle& style) : style_(style) {}

  void value(const OrderedJson& json, int level) {
    if (json.is_object())
      object(json, level);
    else if (json.is_array())
      array(json, level);
    else if (json.is_string())
      append_json_string(out_, json.get_ref<const std::string&>());
    else
      out_ += json.dump();
  }
  // The whole file: scalar members first, then the entries in their order, then "dependencies".
  // Either of the two may be missing.
  std::string document(const OrderedJson& head, std::vector<Entry>* entries,
                       const OrderedJson& dependencies = {}) {
    out_ += '{';
    for (auto item = head.begin(); item != head.end(); ++item) {
      if (item != head.begin()) out_ += ',';
      key(item.key(), 1);
      value(item.value(), 1);
    }
    if (entries != nullptr) put_entries(*entries);
    if (!dependencies.is_null()) {
      out_ += ',';
      key("dependencies", 1);
      value(dependencies, 1);
    }
    line(0);
    out_ += '}';
    if (!style_.indent.empty()) out_ += style_.newline;
    return std::move(out_);
  }

 private:
  void put_entries(std::vector<Entry>& entries) {
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return sorts_before(a.location, b.location); });
    out_ += ',';
    key("packages", 1);
    out_ += '{';
    for (size_t i = 0; i < entries.size(); ++i) {
      if (i > 0) out_ += ',';
      key(entries[i].location, 2);
      value(entries[i].json, 2);
    }
    if (!entries.empty()) line(1);
    out_ += '}';
  }

  void key(std::string_view text, int level) {
    line(level);
    append_json_string(out_, text);
    out_ += style_.indent.empty() ? ":" : ": ";
  }

  void object(const OrderedJson& json, int level) {
    if (json.empty()) {
      out_ += "{}";
      return;
    }
    std::vector<Member> members;
    members.reserve(json.size());
    for (auto item = json.begin(); item != json.end(); ++item)
      members.push_back({item.key(), &item.value(), preference(item.key())});
    std::sort(members.begin(), members.end(), member_before);
    out_ += '{';
    for (size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out_ += ',';
      key(members[i].key, level + 1);
      value(*members[i].value, level + 1);
    }
    line(level);
    out_ += '}';
  }

  void array(const OrderedJson& json, int level) {
    if (json.empty()) {
      out_ += "[]";
      return;
    }
    out_ += '[';
    for (size_t i = 0; i < json.size(); ++i) {
      if (i > 0) out_ += ',';
      line(level + 1);
      value(json[i], level + 1);
    }
    line(level);
    out_ += ']';
  }

  void line(int level) {
    if (style_.indent.empty()) return;
    out_ += style_.newline;
    for (int i = 0; i < level; ++i) out_ += style_.indent;
  }

  const TextStyle& style_;
  std::string out_;
};

OrderedJson parse_raw(const std::string& raw) {
  if (raw.empty()) return nullptr;
  OrderedJson json = OrderedJson::parse(raw, nullptr, false);
  return json.is_discarded() ? OrderedJson() : json;
}

// npm leaves out null, false, "" and 0, and empty objects and lists.
bool is_worth_writing(const OrderedJson& json) {
  if (json.is_null() || (json.is_boolean() && !json.get<bool>())) return false;
  if (json.is_string() || json.is_structured()) return !json.empty() && json != "";
  return !(json.is_number() && json == 0);
}

void set(OrderedJson& entry, const char* key, OrderedJson value) {
  if (is_worth_writing(value)) entry.push_back({key, std::move(value)});
}

OrderedJson to_object(const NamedStrings& list) {
  OrderedJson out = OrderedJson::object();
  for (const auto& [name, spec] : list) out.push_back({name, spec});
  return out;
}

OrderedJson license_of(const PackageMeta& meta) {
  OrderedJson license = parse_raw(meta.license_json);
  if (license.is_object()) {
    auto type = license.find("type");
    if (type != license.end() && is_worth_writing(*type)) return *type;
  }
  return license;
}

OrderedJson funding_of(const PackageMeta& meta) {
  OrderedJson funding = parse_raw(meta.funding_json);
  if (funding.is_string() && funding != "") return OrderedJson{{"url", funding}};
  return funding;
}

// "packages/@s/a" -> "@s/a", "packages/a" -> "a".
std::string_view folder_name(std::string_view path) {
  size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return path;
  size_t before = path.rfind('/', slash - 1);
  size_t begin = before == std::string_view::npos ? 0 : before + 1;
  return path[begin] == '@' ? path.substr(begin) : path.substr(slash + 1);
}

void set_meta(OrderedJson& entry, const PackageMeta& meta) {
  set(entry, "version", meta.version);
  set(entry, "dependencies", to_object(meta.dependencies));
  set(entry, "peerDependencies", to_object(meta.peer_dependencies));
  set(entry, "peerDependenciesMeta", parse_raw(meta.peer_meta_json));
  set(entry, "optionalDependencies", to_object(meta.optional_dependencies));
  set(entry, "bundleDependencies", meta.bundle_dependencies);
  set(entry, "funding", funding_of(meta));
  set(entry, "engines", parse_raw(meta.engines_json));
  set(entry, "os", meta.os);
  set(entry, "cpu", meta.cpu);
  set(entry, "libc", meta.libc);
  set(entry, "license", license_of(meta));
  set(entry, "hasShrinkwrap", meta.has_shrinkwrap);
  set(entry, "hasInstallScript", meta.has_install_script);
  set(entry, "deprecated", meta.deprecated);
  set(entry, "workspaces", parse_raw(meta.workspaces_json));
  OrderedJson bins = OrderedJson::object();
  for (const Bin& bin : meta.bins) bins.push_back({bin.name, bin.path});
  set(entry, "bin", std::move(bins));
}

void set_flags(OrderedJson& entry, const NodeFlags& flags) {
  set(entry, "inBundle", flags.in_bundle);
  if (flags.extraneous) {
    entry.push_back({"extraneous", true});
    return;
  }
  set(entry, "peer", flags.peer);
  set(entry, "dev", flags.dev);
  set(entry, "optional", flags.optional);
  set(entry, "devOptional", flags.dev_optional && !flags.dev && !flags.optional);
}

OrderedJson entry_of(const Node& node, const Tree& tree, const Options& options) {
  OrderedJson entry = OrderedJson::object();
  if (node.is_link) {
    entry.push_back({"resolved", node.link_target});
    entry.push_back({"link", true});
    return entry;
  }
  set_meta(entry, node.meta);
  bool is_root = node.location.empty();
  const std::string& place = is_root ? tree.root_dir : node.location;
  if (!node.meta.name.empty() &&
      (is_root || node.meta.name != node.name || folder_name(place) != node.meta.name))
    entry.push_back({"name", node.meta.name});
  if (name_of_location(node.location).empty())
    set(entry, "devDependencies", to_object(node.meta.dev_dependencies));
  set(entry, "integrity", node.integrity);
  if (!(node.is_registry && options.omit_lockfile_registry_resolved))
    set(entry, "resolved", node.resolved);
  set_flags(entry, node.flags);
  return entry;
}

OrderedJson document_head(const Tree& tree, int version) {
  OrderedJson document = OrderedJson::object();
  const Node* root = tree.find("");
  std::string name = root ? root->meta.name : "";
  if (name.empty()) name = folder_name(tree.root_dir);
  document.push_back({"name", name});
  if (root) set(document, "version", root->meta.version);
  document.push_back({"lockfileVersion", version});
  document.push_back({"requires", true});
  return document;
}

}  // namespace

int version_to_write(const TextStyle& style, const Options& options) {
  return options.lockfile_version != 0 ? options.lockfile_version : style.version;
}

// 1 has "dependencies", 3 has "packages", 2 has both.
std::string write_lockfile(const Tree& tree, const TextStyle& style, const Options& options) {
  const int version = version_to_write(style, options);
  OrderedJson dependencies;
  if (version < 3) dependencies = legacy_dependencies(tree, options);
  std::vector<Entry> entries;
  for (const auto& [location, node] : tree.nodes) {
    bool outside = location.starts_with("..") && node.flags.extraneous;
    if (outside || (node.is_inert && !node.is_link && node.meta.version.empty())) continue;
    if (version > 1) entries.push_back({location, entry_of(node, tree, options)});
  }
  return NiceWriter(style).document(document_head(tree, version), version > 1 ? &entries : nullptr,
                                    dependencies);
}

std::string write_hidden_lockfile(const Tree& tree, const TextStyle& style,
                                  const Options& options) {
  std::vector<Entry> entries;
  for (const auto& [location, node] : tree.nodes) {
    if (location.empty() || node.is_inert || is_omitted(node, options.omit)) continue;
    entries.push_back({location, entry_of(node, tree, options)});
  }
  return NiceWriter(style).document(document_head(tree, 3), &entries);
}

}  // namespace gyre::pkg
