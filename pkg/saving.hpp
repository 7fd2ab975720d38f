// Edits of package.json that add and remove stand for: what the user named goes in before
// resolving, the version that was chosen is written down after. One thread.
#pragma once

#include <string>
#include <vector>

#include "pkg/install.hpp"
#include "pkg/project.hpp"
#include "pkg/spec/spec.hpp"

namespace gyre::pkg {

struct AddedDependency {
  std::string owner;    // location of the package that gets it, "" for the project's own
  std::string name;     // key in package.json
  std::string section;  // "dependencies", …
  Spec spec;
  std::string argument;  // as the user wrote it
};

// Fills project.chosen from -w, --workspaces, --include-workspace-root, or the workspace the user
// is in. EUSAGE when a name fits no workspace.
Status choose_packages(Project& project, const InstallRequest& request, const Options& options);
// Parses the arguments and puts the dependencies into the chosen manifests with the spec to
// resolve. A folder is asked for its name; archives without a name are EUSAGE.
Result<std::vector<AddedDependency>> add_dependencies(Project& project,
                                                      const InstallRequest& request,
                                                      const Options& options);
// Where the dependency ended up; null when it is not in the tree.
const Node* node_of(const Tree& ideal, const AddedDependency& dependency);
// Names that no section had.
Result<std::vector<std::string>> remove_dependencies(Project& project,
                                                     const std::vector<std::string>& names);
// Replaces the specs asked for by those to be saved ("latest" -> "^1.2.3"), in the manifest and in
// the ideal tree's root.
Status save_chosen(Project& project, Tree& ideal, const std::vector<AddedDependency>& added,
                   const Options& options);

}  // namespace gyre::pkg
