#include "pkg/audit/advisory.hpp"
#include "pkg/manifest/json_members.hpp"

#include <algorithm>

#include "pkg/semver/algorithms.hpp"
#include "pkg/semver/range.hpp"

namespace gyre::pkg {
namespace {

constexpr semver::RangeOptions kLooseAll{semver::Mode::kLoose, semver::Prereleases::kInclude};
constexpr const char* kNothing = "<0.0.0-0";

bool is_prerelease(const std::string& version) { return version.find('-') != std::string::npos; }

// What a manifest asks of `dependency`; null if nothing.
const OrderedJson* dependency_spec(const OrderedJson& manifest, const std::string& dependency) {
  for (const char* section : {"dependencies", "optionalDependencies", "peerDependencies"}) {
    const auto found = manifest.find(section);
    if (found == manifest.end() || !found->is_object()) continue;
    const auto spec = found->find(dependency);
    if (spec != found->end() && spec->is_string()) return &*spec;
  }
  return nullptr;
}

bool bundles(const OrderedJson& manifest, const std::string& dependency) {
  const auto found = manifest.find("bundleDependencies");
  if (found == manifest.end() || !found->is_array()) return false;
  return std::find(found->begin(), found->end(), dependency) != found->end();
}

}  // namespace

bool audit_satisfies(const std::string& version, const std::string& range) {
  const auto parsed = semver::Range::parse(range, kLooseAll);
  return parsed && parsed->test(version);
}

std::shared_ptr<const AuditedPackage> read_audited_package(const std::string& name,
                                                           const OrderedJson& packument) {
  auto package = std::make_shared<AuditedPackage>();
  package->name = name;
  if (!packument.is_object()) return package;
  const auto versions = packument.find("versions");
  if (versions == packument.end() || !versions->is_object()) return package;
  if (const auto tags = packument.find("dist-tags"); tags != packument.end()) {
    package->latest = text_at(*tags, "latest");
  }
  std::vector<std::pair<semver::Version, std::string>> sorted;
  for (const auto& [text, manifest] : versions->items()) {
    auto version = semver::parse(text, semver::Mode::kLoose);
    if (!version || !manifest.is_object()) continue;
    sorted.emplace_back(std::move(*version), text);
    if (!text_at(manifest, "deprecated").empty()) package->deprecated.insert(text);
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [version, text] : sorted) package->versions.push_back(std::move(text));
  package->manifests = *versions;
  return package;
}

Advisory::Advisory(OrderedJson source, std::shared_ptr<const AuditedPackage> package)
    : package_(std::move(package)),
      source_(std::move(source)),
      dependency_(package_->name),
      severity_(text_at(source_, "severity")),
      range_(text_at(source_, "vulnerable_versions")) {
  if (severity_.empty()) severity_ = "high";
  if (range_.empty()) range_ = "*";
  const auto id = source_.find("id");
  id_ = package_->name + " " + (id == source_.end() ? range_ : id->dump());
}

Advisory::Advisory(std::shared_ptr<const Advisory> cause,
                   std::shared_ptr<const AuditedPackage> package)
    : package_(std::move(package)),
      cause_(std::move(cause)),
      dependency_(cause_->name()),
      severity_(cause_->severity()),
      id_(package_->name + " < " + cause_->id()) {
  range_ = derived_range();
}

bool Advisory::covers(const std::string& version, const std::string& spec) const {
  const auto known = known_versions_.find(version);
  if (known != known_versions_.end()) return known->second;
  const bool result = decide(version, spec);
  known_versions_[version] = result;
  return result;
}

bool Advisory::decide(const std::string& version, const std::string& spec) const {
  if (!is_derived()) return audit_satisfies(version, range_);
  std::string wanted = spec;
  bool is_bundled = false;
  const auto manifest = package_->manifests.find(version);
  if (manifest != package_->manifests.end() && manifest->is_object()) {
    is_bundled = bundles(*manifest, dependency_);
    const OrderedJson* own = dependency_spec(*manifest, dependency_);
    if (wanted.empty() && own == nullptr) return false;
    if (wanted.empty()) wanted = own->get<std::string>();
  } else if (wanted.empty()) {
    return false;
  }
  const auto range = semver::Range::parse(wanted, kLooseAll);
  if (!range) return true;  // nothing a newer version could change
  if (!is_bundled) return cause_->covers_all_of(wanted);
  const auto avoided = semver::Range::parse(cause_->range(), kLooseAll);
  return avoided && semver::intersects(*range, *avoided);
}

bool Advisory::covers_all_of(const std::string& spec) const {
  const auto known = known_specs_.find(spec);
  if (known != known_specs_.end()) return known->second;
  const auto range = semver::Range::parse(spec, kLooseAll);
  const bool result = std::all_of(package_->versions.begin(), package_->versions.end(),
                                  [&](const std::string& version) {
                                    return (range && !range->test(version)) || covers(version);
                                  });
  known_specs_[spec] = result;
  return result;
}

// Runs of distrusted versions, prereleases between them included, as few ranges as possible.
std::string Advisory::derived_range() const {
  const std::vector<std::string>& versions = package_->versions;
  std::string range;
  for (size_t i = 0; i < versions.size(); ++i) {
    if (!covers(versions[i])) continue;
    const size_t first = i;
    size_t last = i;
    while (++i < versions.size() && (covers(versions[i]) || is_prerelease(versions[i]))) {
      if (covers(versions[i])) last = i;
    }
    if (!range.empty()) range += " || ";
    if (last + 1 == versions.size())
      range += ">=" + versions[first];
    else if (first == last)
      range += versions[first];
    else
      range += versions[first] + " - " + versions[last];
  }
  return range.empty() ? kNothing : semver::simplify(versions, range, kLooseAll);
}

OrderedJson Advisory::json() const {
  if (is_derived()) return dependency_;
  OrderedJson json;
  json["source"] = source_.value("id", OrderedJson());
  json["name"] = name();
  json["dependency"] = dependency_;
  json["title"] = text_at(source_, "title");
  json["url"] = text_at(source_, "url");
  json["severity"] = severity_;
  for (const char* key : {"cwe", "cvss"}) {
    if (source_.contains(key)) json[key] = source_[key];
  }
  json["range"] = range_;
  return json;
}

}  // namespace gyre::pkg
