#include "pkg/resolve/catalogue.hpp"

#include <algorithm>
#include <utility>

#include "pkg/registry/pick.hpp"
#include "pkg/registry/release_age.hpp"

namespace gyre::pkg::resolve {
namespace {

// What is likely to be looked at again stays readable; the rest waits compressed.
constexpr size_t kOpenLimit = size_t{4} << 20;

std::vector<std::string_view> views(const std::vector<std::string>& list) {
  return {list.begin(), list.end()};
}

WantKind pick_kind(SpecKind kind) {
  return kind == SpecKind::kVersion ? WantKind::kVersion
         : kind == SpecKind::kTag   ? WantKind::kTag
                                    : WantKind::kRange;
}

}  // namespace

const PackageResult* Catalogue::find(const Want& want) {
  auto known = picks_.find(&want);
  if (known != picks_.end()) return &known->second;
  auto entry = entries_.find(want.spec.target_name);
  if (entry == entries_.end() || !entry->second.is_known()) return nullptr;
  return &picks_.emplace(&want, pick(want, entry->second)).first->second;
}

PackageResult Catalogue::pick(const Want& want, Entry& entry) {
  if (entry.error) return *entry.error;
  const bool was_open = entry.packument->open_bytes() > 0;
  const auto picked = pick_version(want, *entry.packument);
  if (!was_open && entry.packument->open_bytes() > 0) note_open(entry.packument);
  GYRE_ASSIGN(const VersionManifest* manifest, picked);
  auto found = entry.packages.find(std::string(manifest->version));
  if (found != entry.packages.end()) return found->second;
  GYRE_ASSIGN(PackageRef package, package_from_manifest(*manifest));
  entry.packages.emplace(package->meta.version, package);
  return package;
}

void Catalogue::note_open(const std::shared_ptr<const Packument>& packument) {
  open_.push_back(packument);
  open_bytes_ += packument->open_bytes();
}

void Catalogue::put_away() {
  while (open_bytes_ > kOpenLimit && !open_.empty()) {
    open_bytes_ -= open_.front()->open_bytes();
    open_.front()->put_away();
    open_.pop_front();
  }
  if (open_.empty()) open_bytes_ = 0;
}

Result<const VersionManifest*> Catalogue::pick_version(const Want& want,
                                                       const Packument& packument) {
  const std::string preferred = preferred_version(want, packument);
  if (!preferred.empty()) return packument.find(preferred);
  GYRE_ASSIGN(const VersionManifest* manifest,
              pick_manifest(packument, pick_kind(want.kind()), want.spec.fetch_spec, options_,
                            wants_.ranges()));
  if (auto held = find_held_back(packument, pick_kind(want.kind()), want.spec.fetch_spec, *manifest,
                                 options_, wants_.ranges()))
    held_back_.push_back(std::move(*held));
  return manifest;
}

// The version locked for exactly this request, else the newest one locked that it allows.
std::string Catalogue::preferred_version(const Want& want, const Packument& packument) const {
  auto fits = [&want, &packument](const std::string& version) {
    const bool is_allowed =
        want.kind() == SpecKind::kTag || (want.range && want.range->test(version));
    return is_allowed && packument.has(version);
  };
  auto asked = preferred_.by_request.find(want.spec.name + "@" + want.text);
  if (asked != preferred_.by_request.end() && fits(asked->second)) return asked->second;
  auto locked = preferred_.by_name.find(want.spec.target_name);
  if (locked == preferred_.by_name.end() || want.kind() == SpecKind::kTag) return {};
  std::string best;
  std::optional<semver::Version> best_version;
  for (const std::string& text : locked->second) {
    if (!fits(text)) continue;
    auto version = semver::parse(text, semver::Mode::kLoose);
    if (!version || (best_version && compare(*version, *best_version) <= 0)) continue;
    best = text;
    best_version = std::move(version);
  }
  return best;
}

const PackageResult* Catalogue::find_local(const std::string& key) const {
  auto found = local_.find(key);
  return found == local_.end() ? nullptr : &found->second;
}

void Catalogue::seed(const Want& want, Depth depth) {
  queue_.emplace_back(&want, depth);
  drain();
}

void Catalogue::drain() {
  if (draining_) return;
  draining_ = true;
  for (size_t i = 0; i < queue_.size(); ++i) {
    auto [want, depth] = queue_[i];
    follow(*want, depth);
  }
  queue_.clear();
  draining_ = false;
  put_away();
}

// Abbreviated metadata is a half to a tenth of the full one. It lacks the C library, which matters
// for what is made for one system: such packages are nearly always optional. The license it lacks
// too is in the archive, where that will be fetched.
bool Catalogue::needs_full(const std::string& name) const {
  const bool fetches_all = !options_.lockfile_only && !options_.omit.dev &&
                           !options_.omit.optional && !options_.omit.peer;
  return !fetches_all || options_.before || optional_.contains(name);
}

void Catalogue::follow(const Want& want, Depth depth) {
  if (want.error || !want.spec.is_registry()) return;
  Seeded& seeded = seeded_[&want];
  if (seeded.all || (depth == Depth::kPeers && seeded.peers)) return;
  (depth == Depth::kAll ? seeded.all : seeded.peers) = true;
  auto [slot, is_new] = entries_.try_emplace(want.spec.target_name);
  Entry& entry = slot->second;
  if (is_new) {
    entry.asked_for_full = needs_full(want.spec.target_name);
    requests_.push_back({want.spec.target_name, depth == Depth::kAll, entry.asked_for_full});
    ++outstanding_;
  }
  if (!entry.is_known()) {
    entry.waiting.emplace_back(&want, depth);
    return;
  }
  const PackageResult* result = find(want);
  if (!result || !*result) return;
  if (depth == Depth::kAll) note_pick(*result->value());
  follow_dependencies(result->value()->meta, depth);
}

void Catalogue::follow_dependencies(const PackageMeta& meta, Depth depth) {
  const std::vector<std::string>& bundled = meta.bundle_dependencies;
  auto is_bundled = [&bundled](const std::string& name) {
    return std::find(bundled.begin(), bundled.end(), name) != bundled.end();
  };
  auto add = [&](const NamedStrings& list, Depth how) {
    for (const auto& [name, spec] : list) {
      if (!is_bundled(name)) queue_.emplace_back(wants_.get(name, spec), how);
    }
  };
  if (depth == Depth::kAll) {
    add(meta.dependencies, Depth::kAll);
    for (const auto& [name, spec] : meta.optional_dependencies) {
      optional_.insert(wants_.get(name, spec)->spec.target_name);
    }
    add(meta.optional_dependencies, Depth::kAll);
  }
  if (options_.legacy_peer_deps) return;
  for (const auto& [name, spec] : meta.peer_dependencies) {
    bool may_miss = std::find(meta.optional_peers.begin(), meta.optional_peers.end(), name) !=
                    meta.optional_peers.end();
    const Want* want = wants_.get(name, spec);
    // Who asked for the package already most likely meets this need too; where the tree finds it
    // does not, it asks again.
    const bool is_met = entries_.contains(want->spec.target_name);
    queue_.emplace_back(want, may_miss || is_met ? Depth::kPeers : depth);
  }
}

// Platform packages of other systems are locked but never downloaded.
void Catalogue::note_pick(const Package& package) {
  const PackageMeta& meta = package.meta;
  if (!noted_.emplace(package.tarball, true).second) return;
  if (!is_platform_ok(views(meta.os), views(meta.cpu), views(meta.libc), options_.platform)) return;
  picked_.push_back(
      {meta.name, meta.version, package.tarball, package.integrity, package.unpacked_size});
}

void Catalogue::provide(const std::string& name, std::shared_ptr<const Packument> packument) {
  auto found = entries_.find(name);
  if (found == entries_.end() || found->second.is_known()) return;
  // Something is too new perhaps, or for another C library, and only the full metadata tells.
  const bool is_enough =
      !packument->lacks_libc() && !ReleaseLimit(*packument, options_).lacks_times();
  if (!found->second.asked_for_full && !is_enough) {
    found->second.asked_for_full = true;
    requests_.push_back({name, true, true});
    return;
  }
  found->second.packument = std::move(packument);
  note_open(found->second.packument);
  --outstanding_;
  for (auto& [want, depth] : std::exchange(found->second.waiting, {})) {
    const PackageResult* result = find(*want);
    if (!result || !*result) continue;
    if (depth == Depth::kAll) note_pick(*result->value());
    follow_dependencies(result->value()->meta, depth);
  }
  drain();
}

void Catalogue::provide_error(const std::string& name, Error error) {
  auto found = entries_.find(name);
  if (found == entries_.end() || found->second.is_known()) return;
  found->second.error = std::move(error);
  found->second.waiting.clear();
  --outstanding_;
}

void Catalogue::seed_local(ManifestRequest request) {
  if (!local_asked_.emplace(request.key, true).second) return;
  ++outstanding_;
  manifest_requests_.push_back(std::move(request));
}

void Catalogue::provide_manifest(const std::string& key, PackageMeta meta, std::string integrity,
                                 std::string resolved) {
  if (!local_asked_.contains(key) || local_.contains(key)) return;
  --outstanding_;
  PackageRef package = package_from_meta(std::move(meta));
  auto with_integrity = std::make_shared<Package>(*package);
  with_integrity->integrity = std::move(integrity);
  with_integrity->tarball = std::move(resolved);
  follow_dependencies(with_integrity->meta, Depth::kAll);
  local_.emplace(key, PackageRef(std::move(with_integrity)));
  drain();
}

void Catalogue::provide_manifest_error(const std::string& key, Error error) {
  if (!local_asked_.contains(key) || local_.contains(key)) return;
  --outstanding_;
  local_.emplace(key, std::move(error));
}

const Result<Tree>* Catalogue::find_contents(const std::string& tarball) const {
  auto found = contents_.find(tarball);
  return found != contents_.end() && found->second ? &*found->second : nullptr;
}

void Catalogue::seed_contents(ContentsRequest request) {
  if (!contents_.emplace(request.tarball, std::nullopt).second) return;
  ++outstanding_;
  contents_requests_.push_back(std::move(request));
}

void Catalogue::provide_contents(const std::string& tarball, Result<Tree> contents) {
  auto found = contents_.find(tarball);
  if (found == contents_.end() || found->second) return;
  --outstanding_;
  found->second.emplace(std::move(contents));
}

const Packument* Catalogue::packument(const std::string& name) const {
  auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : found->second.packument.get();
}

}  // namespace gyre::pkg::resolve
