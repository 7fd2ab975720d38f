// The tree on disk, from node_modules/.package-lock.json where that is at least as new as every
// folder it describes, else from a scan of the package.json files. Any thread, blocking reads.
#pragma once

#include <string>

#include "pkg/tree/node.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// A project without node_modules gives a tree with the root only.
Result<Tree> load_actual(const std::string& project_dir);
// Always by scanning: what lies in a folder's node_modules.
Result<Tree> scan_modules(const std::string& folder);
// What an unpacked archive brings in its node_modules. Hostile: EINVALIDBIN; folders that cannot be
// packages are left out.
Result<Tree> scan_bundle(const std::string& folder);

}  // namespace gyre::pkg
