#include "registry-mock/packument.hpp"

#include <algorithm>
#include <array>

#include "registry-mock/files.hpp"

namespace gyre::registry_mock {
namespace {

// What the abbreviated form keeps of a version. Licenses and C libraries are not in it.
constexpr std::array kAbbreviatedFields = {"name",
                                           "version",
                                           "deprecated",
                                           "dependencies",
                                           "devDependencies",
                                           "optionalDependencies",
                                           "bundleDependencies",
                                           "bundledDependencies",
                                           "peerDependencies",
                                           "peerDependenciesMeta",
                                           "acceptDependencies",
                                           "bin",
                                           "directories",
                                           "engines",
                                           "os",
                                           "cpu",
                                           "funding",
                                           "_hasShrinkwrap"};

bool has_install_script(const json::Object& manifest) {
  const json::Value whole{json::Object(manifest)};
  const json::Object& scripts = object_of(whole, "scripts");
  return scripts.find("preinstall") || scripts.find("install") || scripts.find("postinstall");
}

json::Object abbreviate(const json::Object& version) {
  json::Object result;
  for (const char* key : kAbbreviatedFields) {
    if (const json::Value* value = version.find(key)) result.set(key, *value);
  }
  const json::Value* given = version.find("hasInstallScript");
  if (given != nullptr) result.set("hasInstallScript", *given);
  if (given == nullptr && has_install_script(version)) {
    result.set("hasInstallScript", json::Value(true));
  }
  if (const json::Value* dist = version.find("dist")) result.set("dist", *dist);
  return result;
}

json::Object times_of(const Package& package, const MockClock& clock) {
  json::Object times;
  std::string first, last;
  json::Object versions;
  for (const auto& [number, version] : package.versions) {
    const std::string time = resolve_time(version.time, clock);
    if (first.empty() || time < first) first = time;
    if (time > last) last = time;
    versions.set(number, time);
  }
  times.set("created", package.created.empty() ? first : resolve_time(package.created, clock));
  times.set("modified", package.modified.empty() ? last : resolve_time(package.modified, clock));
  for (const auto& [number, time] : versions) times.set(number, time);
  return times;
}

void add_descriptive_fields(json::Object& document, Package& package) {
  for (const auto& [key, value] : package.fields) document.set(key, value);
  const Version* latest = package.find("latest");
  if (latest == nullptr) return;
  for (const char* key : {"description", "homepage", "keywords", "repository", "author", "bugs",
                          "license", "readmeFilename"}) {
    const json::Value* value = latest->manifest.find(key);
    if (value != nullptr && document.find(key) == nullptr) document.set(key, *value);
  }
}

// What dist says of the attestations there are: where, and of which kind the provenance is.
json::Object announcement_of(const json::Array& list, const std::string& url) {
  std::string type;
  for (const json::Value& item : list) {
    const std::string one = text_of(item, "predicateType");
    if (type.empty() || one.starts_with("https://slsa.dev/")) type = one;
  }
  json::Object provenance, attestations;
  provenance.set("predicateType", type);
  attestations.set("url", url);
  attestations.set("provenance", json::Value(std::move(provenance)));
  return attestations;
}

}  // namespace

std::string resolve_time(const std::string& text, const MockClock& clock) {
  if (!text.starts_with('-') || text.size() < 3) return text;
  const uint64_t amount = std::strtoull(text.c_str() + 1, nullptr, 10);
  const uint64_t unit = text.back() == 'd'   ? 86'400'000
                        : text.back() == 'h' ? 3'600'000
                        : text.back() == 'm' ? 60'000
                                             : 1000;
  const uint64_t now = clock.now();
  return iso_time(now - std::min(now, amount * unit));
}

Result<json::Object> version_document(Package& package, Version& version,
                                      const Surroundings& around) {
  GYRE_TRY(describe_archive(version));
  json::Object document = version.manifest;
  const json::Value whole{json::Object(document)};
  document.set("_id", package.name + "@" + text_of(whole, "version"));
  json::Object dist = version.dist;
  // A fixture may name another host's archive; a recorded one is always ours now.
  const json::Value* tarball = version.dist.find("tarball");
  if (tarball == nullptr || !version.upstream_url.empty()) {
    dist.set("tarball", around.base_url + package.name + "/-/" + version.file_name);
  }
  if (!version.attestations.empty() && !dist.find("attestations")) {
    const std::string url =
        around.base_url + "-/npm/v1/attestations/" + package.name + "@" + text_of(whole, "version");
    dist.set("attestations", json::Value(announcement_of(version.attestations, url)));
  }
  // A recorded version has its own registry's signatures.
  const json::Value* integrity = dist.find("integrity");
  const bool signs = version.upstream_url.empty() && !dist.find("signatures");
  if (signs && integrity && integrity->as_string()) {
    GYRE_ASSIGN(json::Array signatures,
                around.key->signatures_of(package.name + "@" + text_of(whole, "version") + ":" +
                                          *integrity->as_string()));
    dist.set("signatures", json::Value(std::move(signatures)));
  }
  document.set("dist", json::Value(std::move(dist)));
  return document;
}

Result<json::Object> packument_document(Package& package, Form form, const Surroundings& around) {
  const bool is_full = form == Form::kFull;
  json::Object document;
  if (is_full) {
    document.set("_id", package.name);
    document.set("_rev", package.revision_text());
  }
  document.set("name", package.name);
  json::Object tags, versions;
  for (const auto& [tag, number] : package.tags) tags.set(tag, number);
  document.set("dist-tags", json::Value(std::move(tags)));
  for (auto& [number, version] : package.versions) {
    GYRE_ASSIGN(json::Object item, version_document(package, version, around));
    versions.set(number, json::Value(is_full ? std::move(item) : abbreviate(item)));
  }
  document.set("versions", json::Value(std::move(versions)));
  json::Object times = times_of(package, *around.clock);
  if (!is_full) {
    document.set("modified", *times.find("modified"));
    return document;
  }
  document.set("time", json::Value(std::move(times)));
  document.set("maintainers", json::Value(package.maintainers));
  add_descriptive_fields(document, package);
  return document;
}

Result<const Rendered*> render(Package& package, Form form, const Surroundings& around) {
  const std::string key = (form == Form::kFull ? "full " : "abbreviated ") + around.base_url;
  const auto known = package.rendered.find(key);
  if (known != package.rendered.end()) return &known->second;
  GYRE_ASSIGN(json::Object document, packument_document(package, form, around));
  Rendered rendered;
  rendered.body = json::write(json::Value(std::move(document)));
  rendered.compressed = gzip(rendered.body);
  rendered.etag = "\"" + sha1_hex(rendered.body) + "\"";
  return &(package.rendered[key] = std::move(rendered));
}

}  // namespace gyre::registry_mock
