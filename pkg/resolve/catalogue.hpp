// Catalogue: all that is known of packages so far, and what is still to be fetched. Reads ahead:
// whatever a specifier picks, its dependencies are wanted too, long before the tree asks. What a
// specifier picks depends on the packument alone, so the order of replies changes nothing. One
// thread.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "pkg/options.hpp"
#include "pkg/resolve/ideal.hpp"
#include "pkg/resolve/wants.hpp"

namespace gyre::pkg::resolve {

using PackageResult = Result<PackageRef>;

class Catalogue {
 public:
  // kPeers: only to see whether an optional peer would fit, so its own dependencies do not matter.
  enum class Depth : uint8_t { kPeers, kAll };

  Catalogue(const Options& options, WantCache& wants, const PreferredVersions& preferred)
      : options_(options), wants_(wants), preferred_(preferred) {}

  // What `want` picks; null while that is unknown.
  const PackageResult* find(const Want& want);
  const PackageResult* find_local(const std::string& key) const;

  // Null while it is unknown.
  const Result<Tree>* find_contents(const std::string& tarball) const;

  // Asks for what `want` needs, if it has not been asked for.
  void seed(const Want& want, Depth depth);
  void seed_local(ManifestRequest request);
  void seed_contents(ContentsRequest request);
  bool is_waiting() const { return outstanding_ > 0; }

  std::vector<PackumentRequest> take_requests() { return std::exchange(requests_, {}); }
  std::vector<ManifestRequest> take_manifest_requests() {
    return std::exchange(manifest_requests_, {});
  }
  std::vector<HeldBack> take_held_back() { return std::exchange(held_back_, {}); }
  std::vector<ContentsRequest> take_contents_requests() {
    return std::exchange(contents_requests_, {});
  }
  std::vector<Picked> take_picked() { return std::exchange(picked_, {}); }

  void provide(const std::string& name, std::shared_ptr<const Packument> packument);
  void provide_error(const std::string& name, Error error);
  void provide_manifest(const std::string& key, PackageMeta meta, std::string integrity,
                        std::string resolved);
  void provide_manifest_error(const std::string& key, Error error);
  void provide_contents(const std::string& tarball, Result<Tree> contents);
  // Null when it never came.
  const Packument* packument(const std::string& name) const;

 private:
  struct Entry {
    std::shared_ptr<const Packument> packument;
    std::optional<Error> error;
    bool asked_for_full = false;
    bool is_known() const { return packument || error; }
    std::vector<std::pair<const Want*, Depth>> waiting;
    std::unordered_map<std::string, PackageRef> packages;  // by version
  };
  struct Seeded {
    bool peers = false, all = false;
  };

  PackageResult pick(const Want& want, Entry& entry);
  void note_open(const std::shared_ptr<const Packument>& packument);
  void put_away();
  Result<const VersionManifest*> pick_version(const Want& want, const Packument& packument);
  std::string preferred_version(const Want& want, const Packument& packument) const;
  void follow(const Want& want, Depth depth);
  void follow_dependencies(const PackageMeta& meta, Depth depth);
  void drain();
  bool needs_full(const std::string& name) const;
  void note_pick(const Package& package);

  const Options& options_;
  WantCache& wants_;
  const PreferredVersions& preferred_;
  std::unordered_map<std::string, Entry> entries_;
  std::unordered_map<const Want*, PackageResult> picks_;
  std::unordered_map<const Want*, Seeded> seeded_;
  std::map<std::string, PackageResult> local_;
  std::map<std::string, bool> local_asked_;
  std::unordered_map<std::string, bool> noted_;
  std::unordered_set<std::string> optional_;  // packages somebody lists as optional
  std::vector<std::pair<const Want*, Depth>> queue_;
  std::vector<PackumentRequest> requests_;
  std::vector<ManifestRequest> manifest_requests_;
  std::map<std::string, std::optional<Result<Tree>>> contents_;  // by tarball
  std::vector<ContentsRequest> contents_requests_;
  std::vector<Picked> picked_;
  // Packuments whose text is in memory, oldest first; the text of all together is bounded.
  std::deque<std::shared_ptr<const Packument>> open_;
  size_t open_bytes_ = 0;
  std::vector<HeldBack> held_back_;
  size_t outstanding_ = 0;
  bool draining_ = false;
};

}  // namespace gyre::pkg::resolve
