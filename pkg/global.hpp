// Global packages: <prefix>/lib/node_modules/<name> is a link, to a folder the user is working on
// (gyre link) or into a small project of its own below <prefix>/lib/gyre (gyre install -g). Their
// commands are links in <prefix>/bin. Blocking.
#pragma once

#include <string>
#include <vector>

#include "pkg/tree/node.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct GlobalPackage {
  std::string name, version;
  std::string folder;    // real path
  bool is_link = false;  // to somewhere outside the prefix
  std::vector<Bin> bins;
};

std::string global_modules_folder(const std::string& prefix);
// The project a package installed by name lives in; a key for others (URLs, archives).
std::string global_project_folder(const std::string& prefix, const std::string& key);

enum class Replace : uint8_t { kOwn, kAnything };
// Makes the links for the package in `folder`. EEXIST where a command of that name is someone
// else's. Replaces what the same package had.
Result<GlobalPackage> link_global(const std::string& prefix, const std::string& folder,
                                  Replace replace);
// Removes the links, and the project if it is ours. ENOENT when there is no such package.
Result<GlobalPackage> unlink_global(const std::string& prefix, const std::string& name);
// Sorted by name.
std::vector<GlobalPackage> list_global(const std::string& prefix);

}  // namespace gyre::pkg
