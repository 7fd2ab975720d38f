// A registry in memory and a resolver fed from it, for tests of the ideal tree. One thread.
#pragma once

#include <doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "pkg/manifest/manifest.hpp"
#include "pkg/resolve/ideal.hpp"

namespace gyre::test {

using namespace gyre::pkg;

// Packages by name; each version is a manifest without name, version and dist.
class FakeRegistry {
 public:
  void add(const std::string& name, const std::string& version,
           const std::string& manifest = "{}") {
    OrderedJson json = OrderedJson::parse(manifest);
    json["name"] = name;
    json["version"] = version;
    std::string url = "https://registry.npmjs.org/" + name + "/-/x-" + version + ".tgz";
    json["dist"] = {{"tarball", url}, {"integrity", "sha512-" + name + version}};
    packuments_[name]["versions"][version] = json;
    packuments_[name]["dist-tags"]["latest"] = version;
  }
  // Publication time of a version; with any, the packument is like the full one.
  void time(const std::string& name, const std::string& version, const std::string& time) {
    packuments_[name]["time"][version] = time;
  }
  void field(const std::string& name, const std::string& key, const std::string& value) {
    packuments_[name][key] = value;
  }
  void tag(const std::string& name, const std::string& tag, const std::string& version) {
    packuments_[name]["dist-tags"][tag] = version;
  }
  // Answers one request.
  void answer(IdealBuilder& builder, const std::string& name) const {
    auto found = packuments_.find(name);
    if (found == packuments_.end()) {
      builder.provide_error(name, Error(Code::E404, name + " is not in the registry"));
      return;
    }
    std::string text = found->second.dump();
    auto packument = Packument::parse(as_bytes(text), name, "https://registry.npmjs.org/" + name);
    REQUIRE_MESSAGE(packument.is_ok(), name);
    builder.provide(name, *packument);
  }

 private:
  std::map<std::string, OrderedJson> packuments_;
};

struct Run {
  Options options;
  IdealRequest request;
  std::map<std::string, Tree> contents;  // what comes along with a tarball, by URL
  unsigned shuffle_seed = 0;
  size_t requests = 0;
  std::vector<std::string> full;  // names whose full metadata was asked for
  std::vector<Warning> warnings;
  std::vector<HeldBack> held_back;
  std::vector<std::string> picked;  // "name@version" of what was fetched ahead

  explicit Run(const std::string& manifest) {
    options.project_dir = "/project/app";
    auto parsed = parse_manifest(manifest, "package.json");
    REQUIRE(parsed.is_ok());
    request.root = parsed->meta;
    request.root_overrides_json = parsed->overrides_json;
    request.resolutions = parsed->resolutions;
    request.catalogs = parsed->catalogs;
    request.min_release_age = parsed->min_release_age;
    request.min_release_age_exclude = parsed->min_release_age_exclude;
  }

  Result<Tree> resolve(const FakeRegistry& registry) {
    IdealBuilder builder(options, request);
    std::mt19937 random(shuffle_seed);
    std::vector<std::string> open;
    while (true) {
      GYRE_ASSIGN(IdealState state, builder.advance());
      for (const Picked& pick : builder.take_picked())
        picked.push_back(pick.name + "@" + pick.version);
      if (state == IdealState::kDone) break;
      for (const PackumentRequest& want : builder.take_requests()) {
        open.push_back(want.name);
        ++requests;
        if (want.wants_full) full.push_back(want.name);
      }
      for (const ManifestRequest& want : builder.take_manifest_requests()) {
        PackageMeta meta;
        meta.name = "local";
        meta.version = "1.0.0";
        const std::string commit(40, 'c');
        builder.provide_manifest(want.key, meta, "",
                                 want.git ? "git+" + want.git->git_url + "#" + commit : "");
      }
      for (const ContentsRequest& want : builder.take_contents_requests()) {
        auto found = contents.find(want.tarball);
        if (found != contents.end())
          builder.provide_contents(want.tarball, found->second);
        else
          builder.provide_contents_error(want.tarball, Error(Code::E404));
      }
      if (open.empty()) continue;
      if (shuffle_seed != 0) std::shuffle(open.begin(), open.end(), random);
      registry.answer(builder, open.back());
      open.pop_back();
    }
    warnings = builder.warnings();
    held_back = builder.held_back();
    return builder.finish();
  }
};

// "node_modules/a=1.0.0 node_modules/a/node_modules/b=2.0.0"
inline std::string layout(const Result<Tree>& tree) {
  if (!tree) return tree.error().code() + ": " + tree.error().message();
  std::string out;
  for (const auto& [location, node] : tree->nodes) {
    if (location.empty()) continue;
    if (!out.empty()) out += ' ';
    out += location + (node.is_link ? "->" + node.link_target : "=" + node.meta.version);
  }
  return out;
}

inline std::string resolve(const std::string& manifest, const FakeRegistry& registry) {
  return layout(Run(manifest).resolve(registry));
}

}  // namespace gyre::test
