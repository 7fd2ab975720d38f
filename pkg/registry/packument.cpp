#include "pkg/registry/packument.hpp"

#include <algorithm>
#include <vector>

#include "pkg/registry/json_text.hpp"
#include "pkg/store/integrity.hpp"

namespace gyre::pkg {
namespace {

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

// A parsed manifest and the storage behind its spans.
struct StoredManifest {
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
    for_each_in_fragment(out_.manifest.peer_meta_json, [this](std::string_view name, od::value v) {
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

  // A value that is kept as text and looked into as well is parsed on its own: an on-demand value
  // can be walked only once. Views do not outlive the visit.
  template <typename F>
  void for_each_in_fragment(std::string_view json, F&& visit) {
    if (!json.starts_with('{')) return;
    static thread_local od::parser parser;
    simdjson::padded_string padded(json);
    od::document document;
    od::value root;
    if (parser.iterate(padded).get(document) || document.get_value().get(root)) return;
    for_each_field(root, arena_, visit);
  }

  void read_engine_names() {
    for_each_in_fragment(out_.manifest.engines_json, [this](std::string_view key, od::value value) {
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
  std::string json;  // padded
  size_t size = 0;   // without the padding
  TextArena arena;
  std::vector<Dependency> tags, times;  // times by version
  std::string_view modified;
  std::vector<VersionEntry> versions;
  std::vector<std::string_view> slices;
  mutable TextArena manifest_arena;
  mutable std::vector<std::unique_ptr<StoredManifest>> manifests;

  Status index();
  Status index_field(std::string_view key, od::value value);
  Status index_versions(od::value value);
};

Status Packument::Impl::index_versions(od::value value) {
  if (!is_object(value)) return bad_reply(source, "versions", "is not an object");
  bool whole = for_each_field(value, arena, [this](std::string_view key, od::value item) {
    std::string_view raw = raw_of(item);
    std::optional<semver::Version> version = semver::parse(key, semver::Mode::kLoose);
    bool valid = version.has_value();
    versions.push_back({key, valid ? std::move(*version) : semver::Version{}, valid});
    slices.push_back(raw);
  });
  if (!whole) return bad_reply(source, "versions", "is cut off or broken");
  manifests.resize(versions.size());
  return ok();
}

Status Packument::Impl::index_field(std::string_view key, od::value value) {
  if (key == "versions") return index_versions(value);
  if (key == "name") {
    std::string_view answered = string_of(value, arena);
    if (!answered.empty() && answered != name)
      return bad_reply(source, "name", "is " + std::string(answered) + " instead of " + name);
  } else if (key == "dist-tags" || key == "time") {
    std::vector<Dependency>& out = key == "time" ? times : tags;
    bool whole = for_each_field(value, arena, [this, &out](std::string_view tag, od::value item) {
      if (is_string(item)) out.push_back({tag, string_of(item, arena)});
    });
    if (!whole && key != "time") return bad_reply(source, std::string(key), "is not an object");
  } else if (key == "modified" && is_string(value)) {
    modified = string_of(value, arena);
  }
  return ok();
}

Status Packument::Impl::index() {
  static thread_local od::parser parser;
  od::document document;
  od::object object;
  if (auto error = parser.iterate(json.data(), size, json.size()).get(document))
    return bad_reply(source, "", std::string("not JSON (") + simdjson::error_message(error) + ")");
  if (document.get_object().get(object)) return bad_reply(source, "", "it is not a JSON object");
  bool saw_versions = false;
  for (auto result : object) {
    od::field field;
    if (auto error = std::move(result).get(field))
      return bad_reply(source, "", std::string("cut off (") + simdjson::error_message(error) + ")");
    std::string_view key = key_of(field, arena);
    saw_versions |= key == "versions";
    GYRE_TRY(index_field(key, field.value()));
  }
  if (!saw_versions) return bad_reply(source, "versions", "is missing");
  std::stable_sort(times.begin(), times.end(),
                   [](const Dependency& a, const Dependency& b) { return a.name < b.name; });
  return ok();
}

Packument::Packument(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Packument::~Packument() = default;

Result<std::shared_ptr<Packument>> Packument::parse(ByteView json, std::string name,
                                                    std::string source) {
  auto impl = std::make_unique<Impl>();
  impl->name = std::move(name);
  impl->source = std::move(source);
  impl->size = json.size();
  impl->json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
  impl->json.assign(as_text(json));
  impl->json.resize(json.size() + simdjson::SIMDJSON_PADDING, ' ');
  GYRE_TRY(impl->index());
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
  auto found = std::lower_bound(
      impl_->times.begin(), impl_->times.end(), version,
      [](const Dependency& entry, std::string_view name) { return entry.name < name; });
  return found != impl_->times.end() && found->name == version ? found->spec : std::string_view();
}

bool Packument::has_times() const { return !impl_->times.empty(); }

std::string_view Packument::modified() const {
  return impl_->modified.empty() ? time("modified") : impl_->modified;
}

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
  auto stored = std::make_unique<StoredManifest>();
  std::string_view slice = impl_->slices[index];
  std::string field = "versions." + std::string(impl_->versions[index].text);
  size_t capacity = impl_->json.size() - static_cast<size_t>(slice.data() - impl_->json.data());
  if (!slice.starts_with('{')) return bad_reply(impl_->source, field, "is not an object");
  if (!ManifestReader(impl_->manifest_arena, *stored).read(slice, capacity))
    return bad_reply(impl_->source, field, "is broken");
  VersionManifest& manifest = stored->manifest;
  if (manifest.name.empty()) manifest.name = impl_->name;
  if (manifest.version.empty()) manifest.version = impl_->versions[index].text;
  if (manifest.tarball.empty())
    return bad_reply(impl_->source, field + ".dist.tarball", "is missing");
  slot = std::move(stored);
  return &slot->manifest;
}

namespace {

bool is_wanted_version_field(std::string_view key) {
  for (std::string_view wanted : {"name",
                                  "version",
                                  "dependencies",
                                  "optionalDependencies",
                                  "peerDependencies",
                                  "peerDependenciesMeta",
                                  "bundleDependencies",
                                  "bundledDependencies",
                                  "os",
                                  "cpu",
                                  "libc",
                                  "dist",
                                  "deprecated",
                                  "hasInstallScript",
                                  "_hasShrinkwrap",
                                  "bin",
                                  "engines",
                                  "funding",
                                  "license",
                                  "directories",
                                  "workspaces"}) {
    if (key == wanted) return true;
  }
  return false;
}

void append_member(std::string& out, std::string_view key, std::string_view raw) {
  if (out.back() != '{') out += ',';
  append_json_string(out, key);
  out += ':';
  out += raw;
}

// dist without signatures, which are as long as all the rest.
void append_dist(std::string& out, od::value value, TextArena& arena) {
  std::string dist = "{";
  for_each_field(value, arena, [&dist](std::string_view key, od::value item) {
    bool wanted = key == "tarball" || key == "integrity" || key == "shasum" ||
                  key == "unpackedSize" || key == "fileCount";
    if (wanted) append_member(dist, key, raw_of(item));
  });
  append_member(out, "dist", dist + "}");
}

void append_version(std::string& out, std::string_view version, od::value value, TextArena& arena) {
  std::string object = "{";
  bool has_script = false;
  for_each_field(value, arena, [&](std::string_view key, od::value item) {
    if (key == "dist")
      append_dist(object, item, arena);
    else if (key == "scripts")
      for_each_field(item, arena, [&has_script](std::string_view name, od::value) {
        has_script |= name == "install" || name == "preinstall" || name == "postinstall";
      });
    else if (is_wanted_version_field(key))
      append_member(object, key, raw_of(item));
  });
  bool listed = object.find("\"hasInstallScript\"") != std::string::npos;
  if (has_script && !listed) append_member(object, "hasInstallScript", "true");
  append_member(out, version, object + "}");
}

}  // namespace

Result<std::string> abbreviate_packument(ByteView json, const std::string& source) {
  static thread_local od::parser parser;
  simdjson::padded_string padded(as_text(json));
  od::document document;
  od::value root;
  if (parser.iterate(padded).get(document) || document.get_value().get(root))
    return bad_reply(source, "", "not a JSON object");
  TextArena arena;
  std::string out = "{";
  bool has_whole_versions = true;
  bool whole = for_each_field(root, arena, [&](std::string_view key, od::value value) {
    if (key == "versions" && is_object(value)) {
      std::string versions = "{";
      has_whole_versions &=
          for_each_field(value, arena, [&](std::string_view version, od::value item) {
            if (is_object(item))
              append_version(versions, version, item, arena);
            else
              append_member(versions, version, raw_of(item));
          });
      append_member(out, key, versions + "}");
    } else if (key == "name" || key == "dist-tags" || key == "time" || key == "versions" ||
               key == "modified") {
      append_member(out, key, raw_of(value));
    }
  });
  if (!whole || !has_whole_versions) return bad_reply(source, "", "not a whole JSON object");
  return out + "}";
}

size_t Packument::memory_bytes() const {
  return impl_->json.capacity() + impl_->versions.capacity() * sizeof(VersionEntry);
}

}  // namespace gyre::pkg
