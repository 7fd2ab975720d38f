#include "pkg/registry/packument.hpp"

#include <algorithm>
#include <vector>

#include "pkg/extract/inflate.hpp"
#include "pkg/registry/json_text.hpp"
#include "pkg/registry/packed_text.hpp"
#include "pkg/registry/packument_filter.hpp"
#include "pkg/store/integrity.hpp"

namespace gyre::pkg {
namespace {

constexpr size_t kReplyLimit = size_t{128} << 20;  // unpacked

Error bad_reply(const std::string& source, const std::string& field, const std::string& why) {
  return Error(Code::EREGISTRYREPLY,
               source + " answered with metadata that cannot be used: " +
                   (field.empty() ? why : "\"" + field + "\" " + why),
               "If a proxy or a login page answers in the registry's place, sign in there first.");
}

// "da39a3…" -> "sha1-…=": what lockfiles hold for releases older than SRI.
std::string sri_of_shasum(std::string_view hex) {
  if (hex.size() != 40) return {};
  unsigned char raw[20];
  for (size_t i = 0; i < 20; ++i) {
    auto digit = [](char c) {
      return c >= '0' && c <= '9'   ? c - '0'
             : c >= 'a' && c <= 'f' ? c - 'a' + 10
             : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                    : -1;
    };
    int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return {};
    raw[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return "sha1-" + base64_encode({raw, sizeof raw});
}

// Calls visit(key, value) for each member of an object that is parsed on its own. False where it is
// none. Views from the arena stay; others last as long as the visit.
template <typename F>
bool for_each_in_object(std::string_view json, TextArena& arena, F&& visit) {
  if (!json.starts_with('{')) return false;
  static thread_local od::parser parser;
  const simdjson::padded_string padded(json);
  od::document document;
  od::value root;
  if (parser.iterate(padded).get(document) || document.get_value().get(root)) return false;
  return for_each_field(root, arena, visit);
}

struct Slice {
  uint32_t at, size;
};

// A parsed manifest and the storage behind its spans.
struct StoredManifest {
  std::string json;
  VersionManifest manifest;
  std::vector<Dependency> dependencies, optional, peer;
  std::vector<std::string_view> optional_peers, bundle, os, cpu, libc;
};

// Reads one version's JSON object. Values of an unexpected type count as absent, as npm's clean-up
// of manifests has it; what cannot be missed is checked afterwards.
class ManifestReader {
 public:
  ManifestReader(TextArena& arena, StoredManifest& out) : arena_(arena), out_(out) {}

  // False: broken JSON. `capacity` counts the readable bytes from json.data() on.
  bool read(std::string_view json, size_t capacity) {
    static thread_local od::parser parser;
    od::document document;
    od::value root;
    if (parser.iterate(json.data(), json.size(), capacity).get(document)) return false;
    if (document.get_value().get(root)) return false;
    bool whole = for_each_field(
        root, arena_, [this](std::string_view key, od::value value) { read_field(key, value); });
    if (whole) finish();
    return whole;
  }

 private:
  void read_field(std::string_view key, od::value value) {
    VersionManifest& m = out_.manifest;
    if (key == "name")
      m.name = string_of(value, arena_);
    else if (key == "version")
      m.version = string_of(value, arena_);
    else if (key == "dependencies")
      read_dependencies(value, out_.dependencies);
    else if (key == "optionalDependencies")
      read_dependencies(value, out_.optional);
    else if (key == "peerDependencies")
      read_dependencies(value, out_.peer);
    else if (key == "peerDependenciesMeta")
      read_peer_meta(value);
    else if (key == "bundleDependencies" || key == "bundledDependencies")
      read_bundle(value);
    else if (key == "os")
      read_list(value, out_.os);
    else if (key == "cpu")
      read_list(value, out_.cpu);
    else if (key == "libc")
      read_list(value, out_.libc);
    else if (key == "dist")
      read_dist(value);
    else if (key == "deprecated")
      read_deprecated(value);
    else if (key == "hasInstallScript")
      m.has_install_script |= is_true(value);
    else if (key == "_hasShrinkwrap")
      m.has_shrinkwrap |= is_true(value);
    else if (key == "scripts")
      read_scripts(value);
    else if (key == "bin")
      m.bin_json = raw_of(value);
    else if (key == "engines")
      m.engines_json = raw_of(value);
    else if (key == "funding")
      m.funding_json = raw_of(value);
    else if (key == "license")
      m.license_json = raw_of(value);
    else if (key == "workspaces")
      m.workspaces_json = raw_of(value);
    else if (key == "directories")
      read_directories(value);
  }

  void read_dependencies(od::value value, std::vector<Dependency>& out) {
    for_each_field(value, arena_, [this, &out](std::string_view name, od::value spec) {
      if (is_string(spec)) out.push_back({name, string_of(spec, arena_)});
    });
  }

  void read_peer_meta(od::value value) {
    if (!is_object(value)) return;
    out_.manifest.peer_meta_json = raw_of(value);
    for_each_in_object(
        out_.manifest.peer_meta_json, arena_, [this](std::string_view name, od::value v) {
          bool optional = false;
          for_each_field(v, arena_, [&optional](std::string_view key, od::value flag) {
            optional |= key == "optional" && is_true(flag);
          });
          if (optional) out_.optional_peers.push_back(arena_.keep(std::string(name)));
        });
  }

  void read_bundle(od::value value) {
    od::json_type type;
    if (value.type().get(type)) return;
    if (type == od::json_type::boolean)
      out_.manifest.bundles_everything = is_true(value);
    else if (type == od::json_type::array)
      read_list(value, out_.bundle);
    else if (type == od::json_type::object)
      for_each_field(value, arena_,
                     [this](std::string_view name, od::value) { out_.bundle.push_back(name); });
  }

  // A list of strings, or one string.
  void read_list(od::value value, std::vector<std::string_view>& out) {
    if (is_string(value)) {
      out.push_back(string_of(value, arena_));
      return;
    }
    od::array array;
    if (value.get_array().get(array)) return;
    for (auto result : array) {
      od::value item;
      if (std::move(result).get(item)) return;
      if (is_string(item)) out.push_back(string_of(item, arena_));
    }
  }

  void read_dist(od::value value) {
    for_each_field(value, arena_, [this](std::string_view key, od::value item) {
      VersionManifest& m = out_.manifest;
      if (key == "tarball")
        m.tarball = string_of(item, arena_);
      else if (key == "integrity")
        m.integrity = string_of(item, arena_);
      else if (key == "shasum")
        m.shasum = string_of(item, arena_);
      else if (key == "unpackedSize") {
        uint64_t size = 0;
        if (!item.get_uint64().get(size)) m.unpacked_size = size;
      } else if (key == "fileCount") {
        uint64_t count = 0;
        if (!item.get_uint64().get(count)) m.file_count = static_cast<uint32_t>(count);
      }
    });
  }

  void read_deprecated(od::value value) {
    out_.manifest.deprecated = string_of(value, arena_);
    out_.manifest.is_deprecated = !out_.manifest.deprecated.empty();
  }

  void read_scripts(od::value value) {
    for_each_field(value, arena_, [this](std::string_view key, od::value script) {
      bool runs = key == "install" || key == "preinstall" || key == "postinstall";
      if (runs && is_string(script) && !string_of(script, arena_).empty())
        out_.manifest.has_install_script = true;
    });
  }

  void read_directories(od::value value) {
    for_each_field(value, arena_, [this](std::string_view key, od::value item) {
      if (key == "bin") out_.manifest.directories_bin = string_of(item, arena_);
    });
  }

  void finish() {
    VersionManifest& m = out_.manifest;
    std::erase_if(out_.dependencies, [this](const Dependency& dependency) {
      return std::any_of(out_.optional.begin(), out_.optional.end(),
                         [&dependency](const Dependency& o) { return o.name == dependency.name; });
    });
    if (m.bundles_everything) {
      for (const Dependency& dependency : out_.dependencies) out_.bundle.push_back(dependency.name);
    }
    if (m.integrity.empty() && !m.shasum.empty())
      m.integrity = arena_.keep(sri_of_shasum(m.shasum));
    read_engine_names();
    m.dependencies = out_.dependencies;
    m.optional_dependencies = out_.optional;
    m.peer_dependencies = out_.peer;
    m.optional_peers = out_.optional_peers;
    m.bundle_dependencies = out_.bundle;
    m.os = out_.os;
    m.cpu = out_.cpu;
    m.libc = out_.libc;
  }

  void read_engine_names() {
    for_each_in_object(out_.manifest.engines_json, arena_,
                       [this](std::string_view key, od::value value) {
                         if (!is_string(value)) return;
                         std::string text(string_of(value, arena_));
                         if (key == "node")
                           out_.manifest.engines_node = arena_.keep(text);
                         else if (key == "npm")
                           out_.manifest.engines_npm = arena_.keep(text);
                       });
  }

  TextArena& arena_;
  StoredManifest& out_;
};

}  // namespace

struct Packument::Impl {
  std::string name, source;
  mutable PackedText text;  // what the filter kept
  Buffer reply;             // what it can be made from again, or empty
  std::string keys;         // the versions' numbers
  mutable TextArena arena;
  std::vector<Dependency> tags;
  std::string modified;
  bool has_times = false, lacks_libc = false;
  PackumentFilter::Member time{};
  mutable std::vector<Dependency> times;  // by version; read when first asked for
  std::vector<VersionEntry> versions;
  std::vector<Slice> slices;
  mutable std::vector<std::unique_ptr<StoredManifest>> manifests;

  Status read(ByteView reply);
  Status filter_into(ByteView reply, PackumentFilter& filter) const;
  const std::string& whole_text() const;
  Status index(const PackumentFilter& filter, std::string_view all);
  Status index_member(std::string_view key, std::string_view value);
  void index_versions(const PackumentFilter& filter, std::string_view all);
  void read_times() const;
};

void Packument::Impl::index_versions(const PackumentFilter& filter, std::string_view all) {
  size_t size = 0;
  for (const auto& member : filter.versions()) size += member.key_size;
  keys.reserve(size);  // views into it are handed out
  versions.reserve(filter.versions().size());
  slices.reserve(filter.versions().size());
  for (const auto& member : filter.versions()) {
    std::string_view key = all.substr(member.key, member.key_size);
    if (key.find('\\') == std::string_view::npos) {
      keys.append(key);
      key = std::string_view(keys).substr(keys.size() - member.key_size);
    } else {
      key = arena.keep(unescape_json(key));
    }
    std::optional<semver::Version> version = semver::parse(key, semver::Mode::kLoose);
    const bool valid = version.has_value();
    versions.push_back({key, valid ? std::move(*version) : semver::Version{}, valid});
    slices.push_back({member.value, member.value_size});
  }
  manifests.resize(versions.size());
}

Status Packument::Impl::index_member(std::string_view key, std::string_view value) {
  if (key == "versions") {
    if (!value.starts_with('{')) return bad_reply(source, "versions", "is not an object");
  } else if (key == "name" && value.starts_with('"')) {
    const std::string answered(arena.decode(value));
    if (!answered.empty() && answered != name)
      return bad_reply(source, "name", "is " + answered + " instead of " + name);
  } else if (key == "dist-tags") {
    tags.clear();
    const bool whole =
        for_each_in_object(value, arena, [this](std::string_view tag, od::value item) {
          if (!is_string(item)) return;
          tags.push_back(
              {arena.keep(std::string(tag)), arena.keep(std::string(string_of(item, arena)))});
        });
    if (!whole) return bad_reply(source, "dist-tags", "is not an object");
  } else if (key == "modified" && value.starts_with('"')) {
    modified = arena.decode(value);
  }
  return ok();
}

Status Packument::Impl::index(const PackumentFilter& filter, std::string_view all) {
  bool saw_versions = false;
  std::string newest, said;
  for (const auto& member : filter.members()) {
    const std::string_view key = all.substr(member.key, member.key_size);
    const std::string_view value = all.substr(member.value, member.value_size);
    saw_versions |= key == "versions";
    GYRE_TRY(index_member(key, value));
    if (key != "time") continue;
    time = member;
    for_each_in_object(value, arena, [&](std::string_view what, od::value item) {
      if (!is_string(item)) return;
      has_times = true;
      const std::string_view when = string_of(item, arena);
      if (what == "modified") said = when;
      if (when > newest) newest = when;
    });
  }
  lacks_libc = !has_times && filter.names_system() && !filter.names_libc();
  if (!saw_versions) return bad_reply(source, "versions", "is missing");
  // Nothing has changed later than the last release, where that is all the registry tells.
  if (modified.empty()) modified = said.empty() ? newest : said;
  index_versions(filter, all);
  return ok();
}

// Memory that the next reply a thread reads uses again: fresh memory costs a fault a page.
constexpr size_t kMostKept = size_t{2} << 20;

// What the filter writes into.
std::string& scratch() {
  thread_local std::string text;
  return text;
}

void give_back(std::string text) {
  if (text.capacity() <= kMostKept) scratch() = std::move(text);
}

Status Packument::Impl::filter_into(ByteView bytes, PackumentFilter& filter) const {
  thread_local Buffer kept;
  Buffer reply = std::move(kept);
  auto whole = unpack_reply(bytes, kReplyLimit, PackumentFilter::kPadding, reply);
  if (!whole) return bad_reply(source, "", whole.error().message());
  const auto outcome = filter.read(as_text(*whole));
  if (outcome == PackumentFilter::Outcome::kNoObject) {
    return bad_reply(source, "", "it is not a JSON object");
  }
  if (outcome == PackumentFilter::Outcome::kCutOff) {
    const bool in_versions = as_text(*whole).find("\"versions\"") != std::string_view::npos;
    return bad_reply(source, in_versions ? "versions" : "", in_versions ? "is cut off" : "cut off");
  }
  if (reply.size() <= kMostKept) kept = std::move(reply);
  return ok();
}

Status Packument::Impl::read(ByteView bytes) {
  PackumentFilter filter(std::move(scratch()));
  GYRE_TRY(filter_into(bytes, filter));
  std::string all = filter.take_text();
  GYRE_TRY(index(filter, all));
  text = PackedText(std::string(all));
  give_back(std::move(all));
  return ok();
}

const std::string& Packument::Impl::whole_text() const {
  if (!text.is_dropped()) return text.get();
  PackumentFilter filter;
  GYRE_CHECK(filter_into(reply.view(), filter));  // it has been read before
  text = PackedText(filter.take_text());
  return text.get();
}

// Sorted by version. Few packages are ever asked: most have not changed lately.
void Packument::Impl::read_times() const {
  if (!has_times || !times.empty()) return;
  const std::string_view json = std::string_view(whole_text()).substr(time.value, time.value_size);
  for_each_in_object(json, arena, [this](std::string_view version, od::value item) {
    if (!is_string(item)) return;
    times.push_back(
        {arena.keep(std::string(version)), arena.keep(std::string(string_of(item, arena)))});
  });
  std::stable_sort(times.begin(), times.end(),
                   [](const Dependency& a, const Dependency& b) { return a.name < b.name; });
}

Packument::Packument(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Packument::~Packument() = default;

Result<std::shared_ptr<Packument>> Packument::parse(ByteView reply, std::string name,
                                                    std::string source) {
  auto impl = std::make_unique<Impl>();
  impl->name = std::move(name);
  impl->source = std::move(source);
  GYRE_TRY(impl->read(reply));
  return std::shared_ptr<Packument>(new Packument(std::move(impl)));
}

const std::string& Packument::name() const { return impl_->name; }
const std::string& Packument::source() const { return impl_->source; }
std::span<const Dependency> Packument::dist_tags() const { return impl_->tags; }
std::span<const VersionEntry> Packument::versions() const { return impl_->versions; }

std::string_view Packument::dist_tag(std::string_view tag) const {
  for (const Dependency& entry : impl_->tags) {
    if (entry.name == tag) return entry.spec;
  }
  return {};
}

std::string_view Packument::time(std::string_view version) const {
  impl_->read_times();
  auto found = std::lower_bound(
      impl_->times.begin(), impl_->times.end(), version,
      [](const Dependency& entry, std::string_view name) { return entry.name < name; });
  return found != impl_->times.end() && found->name == version ? found->spec : std::string_view();
}

bool Packument::has_times() const { return impl_->has_times; }
bool Packument::lacks_libc() const { return impl_->lacks_libc; }
std::string_view Packument::modified() const { return impl_->modified; }

bool Packument::has(std::string_view version) const {
  return std::any_of(impl_->versions.begin(), impl_->versions.end(),
                     [version](const VersionEntry& entry) { return entry.text == version; });
}

Result<const VersionManifest*> Packument::find(std::string_view version) const {
  for (size_t i = 0; i < impl_->versions.size(); ++i) {
    if (impl_->versions[i].text == version) return manifest(i);
  }
  return nullptr;
}

Result<const VersionManifest*> Packument::manifest(size_t index) const {
  GYRE_CHECK(index < impl_->versions.size());
  std::unique_ptr<StoredManifest>& slot = impl_->manifests[index];
  if (slot) return &slot->manifest;
  const auto [at, size] = impl_->slices[index];
  auto stored = std::make_unique<StoredManifest>();
  stored->json.reserve(size + simdjson::SIMDJSON_PADDING);
  stored->json.assign(impl_->whole_text(), at, size);
  std::string field = "versions." + std::string(impl_->versions[index].text);
  if (!stored->json.starts_with('{')) return bad_reply(impl_->source, field, "is not an object");
  if (!ManifestReader(impl_->arena, *stored).read(stored->json, stored->json.capacity()))
    return bad_reply(impl_->source, field, "is broken");
  VersionManifest& manifest = stored->manifest;
  manifest.is_abbreviated = !impl_->has_times;
  if (manifest.name.empty()) manifest.name = impl_->name;
  if (manifest.version.empty()) manifest.version = impl_->versions[index].text;
  if (manifest.tarball.empty())
    return bad_reply(impl_->source, field + ".dist.tarball", "is missing");
  slot = std::move(stored);
  return &slot->manifest;
}

std::shared_ptr<const std::string> Packument::text() const {
  (void)impl_->whole_text();
  return impl_->text.share();
}
size_t Packument::open_bytes() const { return impl_->text.open_bytes(); }

void Packument::put_away() const {
  if (impl_->reply.empty())
    impl_->text.pack();
  else
    impl_->text.drop();
}

void Packument::keep_reply(Buffer reply) {
  if (reply.size() < impl_->text.open_bytes() / 2) impl_->reply = std::move(reply);
}

}  // namespace gyre::pkg
