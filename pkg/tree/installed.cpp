#include "pkg/tree/installed.hpp"

#include "pkg/manifest/manifest.hpp"
#include "pkg/tree/actual.hpp"

namespace gyre::pkg {

Result<Tree> load_installed(const std::string& project_dir) {
  GYRE_ASSIGN(Tree tree, load_actual(project_dir));
  GYRE_ASSIGN(Manifest manifest, load_manifest(project_dir + "/package.json"));
  tree.root_dir = project_dir;
  Node& root = tree.nodes[""];
  root.meta = std::move(manifest.meta);
  root.name = root.meta.name;
  return tree;
}

}  // namespace gyre::pkg
