#include "pkg/scripts/policy.hpp"

#include <algorithm>

namespace gyre::pkg {

std::vector<std::pair<std::string, std::string>> install_scripts_of(const StoredPackage& package) {
  std::vector<std::pair<std::string, std::string>> scripts = package.install_scripts;
  const bool has_own = std::any_of(scripts.begin(), scripts.end(), [](const auto& script) {
    return script.first == "install" || script.first == "preinstall";
  });
  if (package.has_binding_gyp && !has_own) {
    scripts.insert(scripts.begin(), {"install", "node-gyp rebuild"});
  }
  return scripts;
}

bool ScriptPolicy::allows(const std::string& package_name) const {
  return std::find(trusted_.begin(), trusted_.end(), package_name) != trusted_.end();
}

}  // namespace gyre::pkg
