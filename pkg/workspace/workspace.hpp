// Workspace globs ("packages/*", "!packages/old") expanded to folders with a package.json.
// Blocking.
#pragma once

#include <string>
#include <vector>

#include "pkg/manifest/manifest.hpp"
#include "pkg/resolve/ideal.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// Sorted by location. Two workspaces with one name: EMANIFEST.
Result<std::vector<LocalPackage>> load_workspaces(const std::string& project_dir,
                                                  const std::vector<std::string>& globs);

// Whether a package at `location` ("packages/x") would be one of them. Pure.
bool is_workspace_location(const std::vector<std::string>& globs, const std::string& location);

}  // namespace gyre::pkg
