// The tree on disk with the project's own package.json as its root, which the hidden lockfile
// lacks. Blocking reads; any thread.
#pragma once

#include <string>

#include "pkg/tree/node.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// EPKGJSON where there is no package.json, or what load_actual says.
Result<Tree> load_installed(const std::string& project_dir);

}  // namespace gyre::pkg
