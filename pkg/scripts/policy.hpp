// Which packages may run code when they are installed: none but those the project trusts by name.
// Pure.
#pragma once

#include <string>
#include <vector>

#include "pkg/store/index.hpp"

namespace gyre::pkg {

// What npm would run for a package: event and command, in order. A package with a binding.gyp and
// no install script of its own gets node-gyp.
std::vector<std::pair<std::string, std::string>> install_scripts_of(const StoredPackage& package);

class ScriptPolicy {
 public:
  explicit ScriptPolicy(std::vector<std::string> trusted) : trusted_(std::move(trusted)) {}
  bool allows(const std::string& package_name) const;

 private:
  std::vector<std::string> trusted_;
};

}  // namespace gyre::pkg
