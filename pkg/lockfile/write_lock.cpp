// The writing half of package_lock.hpp. Keys go as npm's writer has them: scalars and arrays before
// objects, within each the preferred keys first, then by locale.
#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

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

class NiceWriter {
 public:
  // Appends to `out`.
  NiceWriter(const TextStyle& style, std::string& out) : style_(style), out_(out) {}

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
  void key(std::string_view text, int level) {
    line(level);
    append_json_string(out_, text);
    out_ += style_.indent.empty() ? ":" : ": ";
  }
  void line(int level) {
    if (style_.indent.empty()) return;
    out_ += style_.newline;
    for (int i = 0; i < level; ++i) out_ += style_.indent;
  }

 private:
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

  const TextStyle& style_;
  std::string& out_;
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

OrderedJson license_of(const std::string& raw) {
  OrderedJson license = parse_raw(raw);
  if (license.is_object()) {
    auto type = license.find("type");
    if (type != license.end() && is_worth_writing(*type)) return *type;
  }
  return license;
}

OrderedJson funding_of(const std::string& raw) {
  OrderedJson funding = parse_raw(raw);
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

constexpr int kEntryLevel = 2;
constexpr int kMemberLevel = kEntryLevel + 1;

// The texts of entries. What packages say in JSON is often the same (licenses, engines): laid out
// once.
class EntryWriter {
 public:
  EntryWriter(const Tree& tree, const TextStyle& style, const Options& options)
      : tree_(tree), style_(style), options_(options) {}

  std::string text_of(const Node& node) {
    std::string text;
    out_ = &text;
    NiceWriter writer(style_, text);
    writer_ = &writer;
    text += '{';
    if (node.is_link) {
      put("resolved", node.link_target);
      put("link", true);
    } else {
      put_plain(node);
      put_objects(node);
    }
    if (text.size() > 1) writer.line(kEntryLevel);
    text += '}';
    return text;
  }

 private:
  struct Laid {
    bool is_object = false;
    std::string text;  // empty: not worth writing
  };
  using Reading = OrderedJson (*)(const std::string& raw);

  // Scalars and arrays, npm's preferred keys first, then by locale.
  void put_plain(const Node& node) {
    const PackageMeta& meta = node.meta;
    if (is_named(node)) put("name", meta.name);
    put("version", meta.version);
    if (!(node.is_registry && options_.omit_lockfile_registry_resolved))
      put("resolved", node.resolved);
    put("integrity", node.integrity);
    put("bundleDependencies", meta.bundle_dependencies);
    put("cpu", meta.cpu);
    put("deprecated", meta.deprecated);
    const NodeFlags& flags = node.flags;
    put("dev", flags.dev && !flags.extraneous);
    put("devOptional", flags.dev_optional && !flags.dev && !flags.optional && !flags.extraneous);
    put_raw("engines", parse_raw, meta.engines_json, false);
    put("extraneous", flags.extraneous);
    put_raw("funding", funding_of, meta.funding_json, false);
    put("hasInstallScript", meta.has_install_script);
    put("hasShrinkwrap", meta.has_shrinkwrap);
    put("inBundle", flags.in_bundle);
    put("libc", meta.libc);
    put_raw("license", license_of, meta.license_json, false);
    put("optional", flags.optional && !flags.extraneous);
    put("os", meta.os);
    put("peer", flags.peer && !flags.extraneous);
    put_raw("peerDependenciesMeta", parse_raw, meta.peer_meta_json, false);
    put_raw("workspaces", parse_raw, meta.workspaces_json, false);
  }

  void put_objects(const Node& node) {
    const PackageMeta& meta = node.meta;
    put("dependencies", meta.dependencies);
    NamedStrings bins;
    for (const Bin& bin : meta.bins) bins.emplace_back(bin.name, bin.path);
    put("bin", bins);
    if (name_of_location(node.location).empty()) put("devDependencies", meta.dev_dependencies);
    put_raw("engines", parse_raw, meta.engines_json, true);
    put_raw("funding", funding_of, meta.funding_json, true);
    put_raw("license", license_of, meta.license_json, true);
    put("optionalDependencies", meta.optional_dependencies);
    put("peerDependencies", meta.peer_dependencies);
    put_raw("peerDependenciesMeta", parse_raw, meta.peer_meta_json, true);
    put_raw("workspaces", parse_raw, meta.workspaces_json, true);
  }

  // Whether the name has to be said: it does not follow from the place.
  bool is_named(const Node& node) const {
    const bool is_root = node.location.empty();
    const std::string& place = is_root ? tree_.root_dir : node.location;
    return !node.meta.name.empty() &&
           (is_root || node.meta.name != node.name || folder_name(place) != node.meta.name);
  }

  void key(std::string_view name) {
    if (out_->back() != '{') *out_ += ',';
    writer_->key(name, kMemberLevel);
  }

  void put(std::string_view name, const std::string& text) {
    if (text.empty()) return;
    key(name);
    append_json_string(*out_, text);
  }
  void put(std::string_view name, bool flag) {
    if (!flag) return;
    key(name);
    *out_ += "true";
  }
  void put(std::string_view name, const std::vector<std::string>& list) {
    if (list.empty()) return;
    key(name);
    *out_ += '[';
    for (size_t i = 0; i < list.size(); ++i) {
      if (i > 0) *out_ += ',';
      writer_->line(kMemberLevel + 1);
      append_json_string(*out_, list[i]);
    }
    writer_->line(kMemberLevel);
    *out_ += ']';
  }
  void put(std::string_view name, const NamedStrings& list) {
    if (list.empty()) return;
    key(name);
    sorted_.clear();
    for (const auto& item : list) sorted_.push_back(&item);
    std::stable_sort(sorted_.begin(), sorted_.end(), [](const auto* a, const auto* b) {
      const size_t a_preference = preference(a->first), b_preference = preference(b->first);
      return a_preference != b_preference ? a_preference < b_preference
                                          : sorts_before(a->first, b->first);
    });
    *out_ += '{';
    for (size_t i = 0; i < sorted_.size(); ++i) {
      if (i > 0 && sorted_[i]->first == sorted_[i - 1]->first) continue;
      if (i > 0) *out_ += ',';
      writer_->key(sorted_[i]->first, kMemberLevel + 1);
      append_json_string(*out_, sorted_[i]->second);
    }
    writer_->line(kMemberLevel);
    *out_ += '}';
  }

  // Where the value is an object, or is none, as `in_objects` says.
  void put_raw(std::string_view name, Reading read, const std::string& raw, bool in_objects) {
    if (raw.empty()) return;
    const Laid& laid = lay_out(read, raw);
    if (laid.text.empty() || laid.is_object != in_objects) return;
    key(name);
    *out_ += laid.text;
  }
  const Laid& lay_out(Reading read, const std::string& raw) {
    const auto [known, is_new] = laid_[read].try_emplace(raw);
    Laid& laid = known->second;
    if (!is_new) return laid;
    const OrderedJson json = read(raw);
    if (!is_worth_writing(json)) return laid;
    laid.is_object = json.is_object();
    NiceWriter(style_, laid.text).value(json, kMemberLevel);
    return laid;
  }

  const Tree& tree_;
  const TextStyle& style_;
  const Options& options_;
  std::map<Reading, std::unordered_map<std::string, Laid>> laid_;
  std::vector<const std::pair<std::string, std::string>*> sorted_;
  std::string* out_ = nullptr;
  NiceWriter* writer_ = nullptr;
};

OrderedJson document_head(const Tree& tree, int version) {
  OrderedJson document = OrderedJson::object();
  const Node* root = tree.find("");
  std::string name = root ? root->meta.name : "";
  if (name.empty()) name = folder_name(tree.root_dir);
  document.push_back({"name", name});
  if (root && !root->meta.version.empty()) document.push_back({"version", root->meta.version});
  document.push_back({"lockfileVersion", version});
  document.push_back({"requires", true});
  return document;
}

}  // namespace

struct LockfileWriter::Impl {
  struct Entry {
    const Node* node;
    std::string text;
  };

  Impl(const Tree& t, TextStyle s, const Options& o)
      : tree(t), style(std::move(s)), options(o), entry_writer(tree, style, options) {
    entries.reserve(tree.nodes.size());
    for (const auto& [location, node] : tree.nodes) entries.push_back({&node, {}});
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return sorts_before(a.node->location, b.node->location);
    });
  }

  // The whole file: scalars first, then the entries that `holds` lets pass, then "dependencies".
  // Either of the two may be missing.
  template <typename F>
  std::string document(int version, const OrderedJson& dependencies, F holds) {
    std::string text = "{";
    NiceWriter writer(style, text);
    const OrderedJson head = document_head(tree, version);
    for (auto item = head.begin(); item != head.end(); ++item) {
      if (item != head.begin()) text += ',';
      writer.key(item.key(), 1);
      writer.value(item.value(), 1);
    }
    if (version > 1) put_entries(text, writer, holds);
    if (!dependencies.is_null()) {
      text += ',';
      writer.key("dependencies", 1);
      writer.value(dependencies, 1);
    }
    writer.line(0);
    text += '}';
    if (!style.indent.empty()) text += style.newline;
    return text;
  }

  template <typename F>
  void put_entries(std::string& text, NiceWriter& writer, F holds) {
    text += ',';
    writer.key("packages", 1);
    text += '{';
    bool is_first = true;
    for (Entry& entry : entries) {
      if (!holds(*entry.node)) continue;
      if (!std::exchange(is_first, false)) text += ',';
      writer.key(entry.node->location, kEntryLevel);
      if (entry.text.empty()) entry.text = entry_writer.text_of(*entry.node);
      text += entry.text;
    }
    if (!is_first) writer.line(1);
    text += '}';
  }

  const Tree& tree;
  const TextStyle style;
  const Options& options;
  EntryWriter entry_writer;
  std::vector<Entry> entries;
};

LockfileWriter::LockfileWriter(const Tree& tree, TextStyle style, const Options& options)
    : impl_(std::make_unique<Impl>(tree, std::move(style), options)) {}
LockfileWriter::LockfileWriter(LockfileWriter&&) noexcept = default;
LockfileWriter& LockfileWriter::operator=(LockfileWriter&&) noexcept = default;
LockfileWriter::~LockfileWriter() = default;

const Tree& LockfileWriter::tree() const { return impl_->tree; }

// 1 has "dependencies", 3 has "packages", 2 has both.
std::string LockfileWriter::lockfile() {
  const int version = version_to_write(impl_->style, impl_->options);
  OrderedJson dependencies;
  if (version < 3) dependencies = legacy_dependencies(impl_->tree, impl_->options);
  return impl_->document(version, dependencies, [](const Node& node) {
    const bool outside = node.location.starts_with("..") && node.flags.extraneous;
    return !outside && (!node.is_inert || node.is_link || !node.meta.version.empty());
  });
}

std::string LockfileWriter::hidden() {
  return impl_->document(3, {}, [this](const Node& node) {
    return !node.location.empty() && !node.is_inert && !is_omitted(node, impl_->options.omit);
  });
}

int version_to_write(const TextStyle& style, const Options& options) {
  return options.lockfile_version != 0 ? options.lockfile_version : style.version;
}

std::string write_lockfile(const Tree& tree, const TextStyle& style, const Options& options) {
  return LockfileWriter(tree, style, options).lockfile();
}

std::string write_hidden_lockfile(const Tree& tree, const TextStyle& style,
                                  const Options& options) {
  return LockfileWriter(tree, style, options).hidden();
}

}  // namespace gyre::pkg
