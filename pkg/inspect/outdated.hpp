// Which installed packages are older than what package.json allows, or than the newest release.
// Blocking: asks the registry.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "pkg/inspect/project_graph.hpp"
#include "pkg/interrupt.hpp"

namespace gyre::pkg {

struct OutdatedRequest {
  std::vector<std::string> names;  // only what depends on these
  bool all = false;                // the whole tree, not the project's own dependencies only
  bool with_homepage = false;
  std::unordered_set<const resolve::GraphNode*> scope;  // who depends; empty: everybody
};

struct OutdatedPackage {
  std::string name, current, wanted, latest;  // current is empty where it is not installed
  std::string path, location;                 // empty likewise
  std::string section;                        // "dependencies", "devDependencies" …
  std::string dependent;                      // folder name of the package that asks for it
  std::string dependent_location;             // below the project; the project's own is empty
  std::string workspace;                      // "name@version" where that is a workspace
  std::string homepage;
};

// By name, then by who depends. Packages without a registry, or that it does not know, are left
// out.
Result<std::vector<OutdatedPackage>> find_outdated(ProjectGraph& graph,
                                                   const OutdatedRequest& request,
                                                   const Options& options, Interrupts* interrupts);

}  // namespace gyre::pkg
