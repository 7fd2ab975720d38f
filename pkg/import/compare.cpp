#include "pkg/import/compare.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace gyre::pkg {
namespace {

std::string list_of(const std::set<std::string>& versions) {
  std::string out;
  for (const std::string& version : versions) out += (out.empty() ? "" : ", ") + version;
  return out;
}

std::string algorithm_of(const std::string& integrity) {
  return integrity.substr(0, integrity.find('-'));
}

}  // namespace

PreferredVersions preferred_versions(const ForeignLock& lock) {
  PreferredVersions preferred;
  preferred.by_request = lock.resolutions;
  preferred.by_dependent = lock.dependents;
  for (const ForeignPackage& package : lock.packages)
    preferred.by_name[package.name].push_back(package.version);
  return preferred;
}

Result<std::vector<std::string>> import_differences(const ForeignLock& lock, const Tree& tree) {
  std::map<std::string, std::set<std::string>> locked, used;
  std::map<std::pair<std::string, std::string>, std::string> hashes;
  for (const ForeignPackage& package : lock.packages) {
    locked[package.name].insert(package.version);
    if (!package.integrity.empty()) hashes[{package.name, package.version}] = package.integrity;
  }
  std::set<std::string> differences;
  for (const auto& [location, node] : tree.nodes) {
    if (node.is_link || name_of_location(location).empty() || node.flags.in_bundle) continue;
    const std::string& name = node.meta.name;
    const std::string& version = node.meta.version;
    used[name].insert(version);
    if (!node.is_registry) continue;
    if (!locked[name].contains(version)) {
      const std::string had = list_of(locked[name]);
      differences.insert(name + "@" + version +
                         (had.empty() ? " is new" : " takes the place of " + had));
    }
    auto hash = hashes.find({name, version});
    if (hash == hashes.end() || node.integrity.empty()) continue;
    if (algorithm_of(hash->second) != algorithm_of(node.integrity)) continue;
    if (hash->second != node.integrity)
      return Error(Code::EINTEGRITY,
                   "the registry's hash of " + name + "@" + version + " is " + node.integrity +
                       ", the imported lockfile has " + hash->second,
                   "The archive was replaced after it was locked; find out why before you go on.");
  }
  for (const ForeignPackage& package : lock.packages) {
    if (package.is_implied && !used[package.name].contains(package.version)) continue;
    if (!used[package.name].contains(package.version) && !used[package.name].empty())
      differences.insert(package.name + "@" + package.version + " is not kept: every use takes " +
                         list_of(used[package.name]));
    else if (used[package.name].empty())
      differences.insert(package.name + "@" + package.version + " is not kept: nothing needs it");
  }
  std::vector<std::string> out(differences.begin(), differences.end());
  for (const std::string& what : lock.unsupported)
    out.push_back(what + ": resolved afresh from package.json");
  return out;
}

}  // namespace gyre::pkg
