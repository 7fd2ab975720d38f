// Folders whose content starts in a little used region of the disk. Where thousands of files were
// deleted in the last minutes (a node_modules, a cache), ext4 steps over each freed inode whenever
// it makes a file or folder nearby, which takes longer than all the rest of an install. Any thread.
#pragma once

#include <string>

#include "runtime/base/result.hpp"

namespace gyre::pkg {

// mkdir -p, and marks the folder as the top of a hierarchy: each folder then made in it gets a
// region of its own, chosen by name and room. Elsewhere than on ext4 the mark does nothing.
Status make_quiet_folder(const std::string& path);

}  // namespace gyre::pkg
