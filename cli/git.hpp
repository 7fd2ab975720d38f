// Asks the git program, for version and init. Blocking.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/result.hpp"

namespace gyre::cli {

// What `git <arguments>` printed in `folder`, without the last line end. An error names what git
// said; ENOENT when there is no git.
Result<std::string> run_git(const std::string& folder, const std::vector<std::string>& arguments);

// The difference between two folders below `folder`, as a patch; empty if there is none.
Result<std::string> git_diff(const std::string& folder, const std::string& old_name,
                             const std::string& new_name);

}  // namespace gyre::cli
