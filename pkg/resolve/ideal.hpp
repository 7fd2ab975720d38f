// IdealBuilder: works out the ideal tree. A state machine without I/O: feed it manifests, the
// locked tree and packuments; it says which packuments it needs next. The result does not depend on
// the order of replies. One thread.
//
//   IdealBuilder builder(options, request);
//   for (;;) {
//     GYRE_ASSIGN(auto state, builder.advance());
//     if (state == IdealState::kDone) break;
//     for (auto& want : builder.take_requests()) start_fetch(want);   // non-blocking
//     …wait for at least one reply…; builder.provide(name, packument) or provide_error(name, error)
//   }
//   GYRE_ASSIGN(auto ideal, builder.finish());
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pkg/options.hpp"
#include "pkg/registry/packument.hpp"
#include "pkg/registry/pick.hpp"
#include "pkg/spec/spec.hpp"
#include "pkg/tree/node.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// Metadata the builder wants. Each name is asked for once, or twice where release times are
// missing.
struct PackumentRequest {
  std::string name;
  bool is_urgent = false;   // the tree cannot grow without it; others are read ahead
  bool wants_full = false;  // abbreviated metadata lacks what is needed (libc, publication time)
};

// A manifest that is not in a registry: a file: folder or tarball, an http tarball, or a
// repository. The caller fetches it, reads its package.json and answers with provide_manifest(key,
// …).
struct ManifestRequest {
  std::string key;       // what to answer with
  std::string resolved;  // absolute path of a folder or tarball, or an http(s) URL
  bool is_folder = false;
  std::optional<Spec> git;  // a repository: `resolved` is empty
};

// A package that brings others along: in its tarball (bundleDependencies) or by an
// npm-shrinkwrap.json. The caller unpacks it and answers with provide_contents(tarball, …).
struct ContentsRequest {
  std::string name, version, tarball, integrity;
  bool has_shrinkwrap = false;
};

// A package chosen for the tree, most likely for good: the caller may start to download it.
struct Picked {
  std::string name;
  std::string version;
  std::string tarball;
  std::string integrity;
  uint64_t unpacked_size = 0;
};

// What "catalog:" and "catalog:name" stand for: specifiers by package, by catalog ("" the default).
using Catalogs = std::map<std::string, NamedStrings>;

struct LocalPackage {
  std::string location;  // relative to the project folder: "packages/x"
  PackageMeta meta;
};

// Versions to take where they are in range: what another tool had locked. Who depends is
// "name@version", or "./" and the location of a folder of the project.
struct PreferredVersions {
  std::map<std::string, std::string> by_request;            // "name@range" -> version or "#commit"
  std::map<std::string, std::map<std::string, std::string, std::less<>>> by_dependent;
  std::map<std::string, std::vector<std::string>> by_name;  // the package's name -> versions
};

struct IdealRequest {
  PackageMeta root;                      // the project's manifest
  std::string root_overrides_json;       // raw "overrides", empty if absent
  std::vector<std::string> resolutions;  // names yarn's "resolutions" put into the overrides
  Catalogs catalogs;
  std::optional<std::chrono::minutes> min_release_age;  // package.json's
  std::vector<std::string> min_release_age_exclude;
  std::vector<LocalPackage> workspaces;  // expanded, with their manifests
  PreferredVersions preferred;
  Tree locked;                              // from the lockfile; empty Tree when there is none
  std::vector<std::string> update_names;    // names to resolve afresh although locked
  bool prune = false;                       // drop what nothing needs, whatever `locked` is
  std::vector<std::string> explicit_names;  // names just asked for by the user (add)
};

struct Warning {
  std::string code;  // EBADENGINE, ERESOLVE, EBADPLATFORM, deprecated …
  std::string message;
};

enum class IdealState : uint8_t { kWaiting, kDone };

class IdealBuilder {
 public:
  IdealBuilder(const Options& options, IdealRequest request);
  ~IdealBuilder();
  IdealBuilder(IdealBuilder&&) noexcept;
  IdealBuilder& operator=(IdealBuilder&&) noexcept;

  // Goes on as far as the packuments at hand allow. An error ends the build.
  Result<IdealState> advance();
  std::vector<PackumentRequest> take_requests();
  std::vector<ManifestRequest> take_manifest_requests();
  std::vector<ContentsRequest> take_contents_requests();
  std::vector<Picked> take_picked();
  void provide(const std::string& name, std::shared_ptr<const Packument> packument);
  void provide_error(const std::string& name, Error error);
  // `resolved`: for the lockfile, where it is not the key (repositories: with the commit).
  void provide_manifest(const std::string& key, PackageMeta meta, std::string integrity,
                        std::string resolved = {});
  void provide_manifest_error(const std::string& key, Error error);
  // What lies below the package, by locations that begin with "node_modules/".
  void provide_contents(const std::string& tarball, Tree contents);
  void provide_contents_error(const std::string& tarball, Error error);

  // Once, after kDone.
  Result<Tree> finish();
  const std::vector<Warning>& warnings() const;
  // Releases in the tree that are not the newest because of their age. After finish().
  const std::vector<HeldBack>& held_back() const;
  // Progress: packages placed so far.
  size_t placed() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gyre::pkg
