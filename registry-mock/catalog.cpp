#include "registry-mock/catalog.hpp"

#include <algorithm>
#include <filesystem>

#include "registry-mock/files.hpp"
#include "registry-mock/tarball.hpp"

namespace gyre::registry_mock {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kFirstRelease = 1577836800000;  // 2020-01-01; later versions a day each
constexpr uint64_t kDay = 86'400'000;
constexpr const char* kRecorded = "_packument.json";
constexpr const char* kNotes = "_registry.json";
constexpr const char* kAttestations = "_attestations.json";

std::string archive_name(const std::string& name, const std::string& version) {
  return name.substr(name.find('/') + 1) + "-" + version + ".tgz";
}

void merge(json::Object& into, const json::Object& from) {
  for (const auto& [key, value] : from) {
    if (key == "dist") continue;
    if (value.is_null()) {
      into.erase(key);
    } else {
      into.set(key, value);
    }
  }
}

// The manifest a fixture's version announces: what is in it, under the fixture's own name.
Result<json::Object> manifest_of(Version& version, const std::string& name,
                                 const std::string& number) {
  json::Object manifest;
  if (version.source == Source::kFolder) {
    const std::string path = version.path + "/package.json";
    GYRE_ASSIGN(auto value, read_json_if_exists(path));
    if (value && value->as_object()) manifest = *value->as_object();
  } else if (version.source == Source::kRecipe) {
    GYRE_ASSIGN(auto value, read_json_if_exists(version.path));
    if (value) manifest = object_of(*value, "manifest");
  } else {
    GYRE_ASSIGN(const std::string bytes, read_file(version.path));
    auto value = manifest_in(bytes);  // an archive may be broken on purpose
    if (value && value->as_object()) manifest = *value->as_object();
  }
  manifest.set("name", name);
  manifest.set("version", number);
  return manifest;
}

Result<bool> add_from_disk(Package& package, const fs::directory_entry& entry) {
  Version version;
  std::string number = entry.path().filename().string();
  if (number.starts_with('_') || number.starts_with('.')) return false;
  std::error_code failure;
  if (entry.is_directory(failure)) {
    version.source = Source::kFolder;
  } else if (number.ends_with(".tgz")) {
    version.source = Source::kArchive;
    number.resize(number.size() - 4);
  } else if (number.ends_with(".json")) {
    version.source = Source::kRecipe;
    number.resize(number.size() - 5);
  } else {
    return false;
  }
  if (!is_version(number)) return false;
  version.path = entry.path().string();
  version.file_name = archive_name(package.name, number);
  if (const auto known = package.versions.find(number); known != package.versions.end()) {
    known->second.source = version.source;  // recorded metadata, archive on disk
    known->second.path = version.path;
    return true;
  }
  GYRE_ASSIGN(version.manifest, manifest_of(version, package.name, number));
  package.versions.emplace(number, std::move(version));
  return true;
}

void apply_notes(Package& package, const json::Value& notes) {
  for (const auto& [number, value] : object_of(notes, "versions")) {
    const auto found = package.versions.find(number);
    if (found == package.versions.end() || value.as_object() == nullptr) continue;
    merge(found->second.manifest, *value.as_object());
    for (const auto& [key, item] : object_of(value, "dist")) found->second.dist.set(key, item);
  }
  for (const auto& [number, value] : object_of(notes, "time")) {
    const auto found = package.versions.find(number);
    if (value.as_string() == nullptr) continue;
    if (found != package.versions.end()) found->second.time = *value.as_string();
    if (number == "created") package.created = *value.as_string();
    if (number == "modified") package.modified = *value.as_string();
  }
  for (const auto& [number, value] : object_of(notes, "deprecated")) {
    const auto found = package.versions.find(number);
    if (found != package.versions.end()) found->second.manifest.set("deprecated", value);
  }
  for (const auto& [tag, value] : object_of(notes, "dist-tags")) {
    if (value.as_string()) package.tags[tag] = *value.as_string();
  }
  const json::Value* maintainers = notes.get("maintainers");
  if (maintainers && maintainers->as_array()) package.maintainers = *maintainers->as_array();
  for (const auto& [key, value] : object_of(notes, "fields")) package.fields.set(key, value);
}

// {"1.0.0": [{"predicateType", "bundle"}, …]}, or what a registry answered as the value.
void apply_attestations(Package& package, const json::Value& file) {
  if (file.as_object() == nullptr) return;
  for (const auto& [number, value] : *file.as_object()) {
    const auto found = package.versions.find(number);
    const json::Value* list = value.as_array() ? &value : value.get("attestations");
    if (found != package.versions.end() && list && list->as_array())
      found->second.attestations = *list->as_array();
  }
}

void complete(Package& package) {
  uint64_t time = kFirstRelease;
  for (auto& [number, version] : package.versions) {
    if (version.time.empty()) version.time = iso_time(time);
    time += kDay;
  }
  package.repair_latest();
}

}  // namespace

std::string Package::revision_text() const {
  return std::to_string(revision) + "-" + sha1_hex(name + std::to_string(revision)).substr(0, 32);
}

Version* Package::find(const std::string& tag_or_version) {
  auto found = versions.find(tag_or_version);
  if (found == versions.end()) {
    const auto tag = tags.find(tag_or_version);
    if (tag == tags.end()) return nullptr;
    found = versions.find(tag->second);
  }
  return found == versions.end() ? nullptr : &found->second;
}

void Package::repair_latest() {
  std::erase_if(tags, [this](const auto& tag) { return !versions.contains(tag.second); });
  if (versions.empty() || tags.contains("latest")) return;
  std::string best = versions.rbegin()->first;
  for (auto at = versions.rbegin(); at != versions.rend(); ++at) {
    if (is_prerelease(at->first)) continue;
    best = at->first;
    break;
  }
  tags["latest"] = best;
}

bool is_package_name(std::string_view name) {
  const auto is_part = [](std::string_view part) {
    return !part.empty() && part[0] != '.' && part[0] != '_' && part.size() <= 214 &&
           std::none_of(part.begin(), part.end(), [](char c) {
             return c == '/' || c == '\\' || static_cast<unsigned char>(c) <= ' ';
           });
  };
  if (!name.starts_with('@')) return is_part(name);
  const size_t slash = name.find('/');
  return slash != name.npos && is_part(name.substr(1, slash - 1)) &&
         is_part(name.substr(slash + 1));
}

std::string Catalog::folder_for(const std::string& name) const {
  return (folders_.empty() ? std::string() : folders_.front()) + "/" + name;
}

Result<bool> Catalog::load(const std::string& folder, Package& package) {
  std::error_code failure;
  if (!fs::is_directory(folder, failure)) return false;
  GYRE_ASSIGN(const auto recorded, read_json_if_exists(folder + "/" + kRecorded));
  bool is_there = recorded.has_value();
  if (recorded) adopt(package.name, *recorded);
  Package& target = recorded ? *packages_[package.name] : package;
  std::vector<fs::directory_entry> entries(fs::directory_iterator(folder, failure), {});
  std::sort(entries.begin(), entries.end());
  for (const auto& entry : entries) {
    GYRE_ASSIGN(const bool added, add_from_disk(target, entry));
    is_there = is_there || added;
  }
  GYRE_ASSIGN(const auto notes, read_json_if_exists(folder + "/" + kNotes));
  if (notes) apply_notes(target, *notes);
  GYRE_ASSIGN(const auto attestations, read_json_if_exists(folder + "/" + kAttestations));
  if (attestations) apply_attestations(target, *attestations);
  complete(target);
  return is_there;
}

Result<Package*> Catalog::find(const std::string& name) {
  if (!is_package_name(name)) return nullptr;
  if (const auto known = packages_.find(name); known != packages_.end()) {
    return known->second.get();
  }
  for (const std::string& folder : folders_) {
    auto package = std::make_unique<Package>();
    package->name = name;
    GYRE_ASSIGN(const bool is_there, load(folder + "/" + name, *package));
    if (!is_there) continue;
    // A recorded packument has been adopted under its name already.
    if (!packages_.contains(name)) packages_[name] = std::move(package);
    return packages_[name].get();
  }
  return nullptr;
}

Package& Catalog::create(const std::string& name) {
  auto& place = packages_[name];
  place = std::make_unique<Package>();
  place->name = name;
  return *place;
}

void Catalog::remove(const std::string& name) { packages_[name] = nullptr; }

std::vector<std::string> Catalog::names() const {
  std::vector<std::string> names;
  for (const auto& [name, package] : packages_) {
    if (package) names.push_back(name);
  }
  const auto note = [&](const std::string& name) {
    if (is_package_name(name) && !packages_.contains(name)) names.push_back(name);
  };
  std::error_code failure;
  for (const std::string& folder : folders_) {
    for (const auto& entry : fs::directory_iterator(folder, failure)) {
      const std::string name = entry.path().filename().string();
      if (!entry.is_directory(failure)) continue;
      if (!name.starts_with('@')) {
        note(name);
        continue;
      }
      for (const auto& scoped : fs::directory_iterator(entry.path(), failure)) {
        if (scoped.is_directory(failure)) note(name + "/" + scoped.path().filename().string());
      }
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Package& Catalog::adopt(const std::string& name, const json::Value& packument) {
  Package& package = create(name);
  const json::Object& times = object_of(packument, "time");
  const auto time_of = [&](std::string_view key) {
    const json::Value* time = times.find(key);
    return time && time->as_string() ? *time->as_string() : std::string();
  };
  for (const auto& [number, value] : object_of(packument, "versions")) {
    if (value.as_object() == nullptr || !is_version(number)) continue;
    Version version;
    version.manifest = *value.as_object();
    version.manifest.erase("dist");
    version.dist = object_of(value, "dist");
    version.source = Source::kUpstream;
    version.upstream_url = text_of(json::Value(version.dist), "tarball");
    version.file_name = archive_name(name, number);
    version.time = time_of(number);
    package.versions.emplace(number, std::move(version));
  }
  for (const auto& [tag, value] : object_of(packument, "dist-tags")) {
    if (value.as_string()) package.tags[tag] = *value.as_string();
  }
  for (const char* key : {"description", "readme", "license", "homepage", "keywords"}) {
    if (const json::Value* value = packument.get(key)) package.fields.set(key, *value);
  }
  const json::Value* maintainers = packument.get("maintainers");
  if (maintainers && maintainers->as_array()) package.maintainers = *maintainers->as_array();
  package.created = time_of("created");
  package.modified = time_of("modified");
  complete(package);
  return package;
}

void Catalog::forget_rendered() {
  for (auto& [name, package] : packages_) {
    if (package) package->rendered.clear();
  }
}

Result<std::shared_ptr<const std::string>> archive_of(Version& version) {
  if (version.archive) return version.archive;
  std::string bytes;
  if (version.source == Source::kFolder) {
    GYRE_ASSIGN(bytes, pack_folder(version.path));
  } else if (version.source == Source::kRecipe) {
    GYRE_ASSIGN(const auto recipe, read_json_if_exists(version.path));
    if (!recipe) return Error(Code::E404, version.path + " has gone");
    GYRE_ASSIGN(bytes, pack_recipe(*recipe, version.manifest));
  } else if (version.source == Source::kArchive) {
    GYRE_ASSIGN(bytes, read_file(version.path));
    return std::make_shared<const std::string>(std::move(bytes));
  } else {
    return Error(Code::E404, version.file_name + " has not been recorded");
  }
  version.archive = std::make_shared<const std::string>(std::move(bytes));
  return version.archive;
}

Status describe_archive(Version& version) {
  if (version.dist.find("integrity") || version.source == Source::kUpstream) return ok();
  GYRE_ASSIGN(const auto archive, archive_of(version));
  version.dist.set("integrity", sha512_integrity(*archive));
  if (!version.dist.find("shasum")) version.dist.set("shasum", sha1_hex(*archive));
  return ok();
}

}  // namespace gyre::registry_mock
