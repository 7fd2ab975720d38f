// Packlist: which files of a folder belong to its package, by npm's rules: "files" in package.json,
// else .npmignore, else .gitignore, in every folder; what always is in and never is; the packages
// of bundleDependencies. Symlinks and special files are left out. Blocking reads; any thread.
#pragma once

#include <string>
#include <vector>

#include "pkg/manifest/manifest.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct PacklistRequest {
  std::string folder;  // absolute; holds package.json
  // Where workspaces were chosen: the project's folder and the chosen ones', absolute. Ignore files
  // between the two count, and the project does not pack its workspaces.
  std::string workspace_root;
  std::vector<std::string> workspace_folders;
};

struct Packlist {
  std::vector<std::string> files;  // relative, '/'-separated, in the order npm writes them
  bool used_gitignore = false;     // there was no .npmignore and no "files"
};

// EPKGJSON, EJSONPARSE, or the system's error.
Result<Packlist> files_to_pack(const PacklistRequest& request, const Manifest& manifest);

// The names in bundleDependencies that are dependencies as well: what is packed from node_modules.
std::vector<std::string> bundled_names(const Manifest& manifest);

}  // namespace gyre::pkg
