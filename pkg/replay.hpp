// Replay: how a settled project's packages lay on disk, so that a node_modules that has gone is
// linked again without reading the lockfile: which package of the store goes where, the commands,
// whose scripts were left alone. Lies in the cache beside Settled, under the same key; losing it
// costs time only. Values; blocking file access on any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pkg/link/plan.hpp"
#include "pkg/options.hpp"
#include "pkg/report.hpp"

namespace gyre::pkg {

struct ReplayPackage {
  std::string location, name, version;
  std::string place;  // in the store
};

struct Replay {
  std::vector<ReplayPackage> packages;  // parents before what is nested in them
  std::vector<BinLink> bins;
  std::vector<BlockedScripts> blocked;
};

std::optional<Replay> find_replay(const Options& options, const std::string& key);
void store_replay(const Options& options, const std::string& key, const Replay& replay);

}  // namespace gyre::pkg
