// Makes what run.sh --recorded resolves from: registry metadata, kept as small as the locked
// projects allow. Used by record.sh.
//
//   interop_record names LOCKFILE...            the packages they have, one a line
//   interop_record strip OUT METADATA LOCKFILE...
//
// METADATA holds <name, "/" as "%2f">.json as the registry answered; OUT gets
// <name>/_packument.json with the versions the lockfiles have and what the tag "latest" names.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

Json read_json(const fs::path& path) {
  std::ifstream file(path);
  return Json::parse(file, nullptr, false);
}

// The package a location of a lockfile is of, and its version.
void note_versions(const Json& lock, std::map<std::string, std::set<std::string>>& wanted) {
  for (const auto& [location, entry] : lock.at("packages").items()) {
    const size_t at = location.rfind("node_modules/");
    if (at == std::string::npos || entry.contains("link") || !entry.contains("version")) continue;
    const std::string name = entry.value("name", location.substr(at + 13));
    wanted[name].insert(entry["version"].get<std::string>());
  }
}

Json kept_version(const Json& version) {
  Json kept = version;
  for (const char* key :
       {"directories", "gitHead", "_npmUser", "maintainers", "devDependencies", "scripts",
        "description", "keywords", "repository", "bugs", "author", "homepage", "readme", "_id",
        "_hasShrinkwrap", "_nodeVersion", "_npmVersion", "_npmOperationalInternal", "contributors"})
    kept.erase(key);
  Json dist;
  for (const char* key : {"tarball", "integrity", "shasum"}) {
    const bool is_spare = std::string(key) == "shasum" && dist.contains("integrity");
    if (!is_spare && version["dist"].contains(key)) dist[key] = version["dist"][key];
  }
  kept["dist"] = std::move(dist);
  return kept;
}

bool record(const std::string& name, const std::set<std::string>& versions,
            const fs::path& metadata, const fs::path& out) {
  std::string file = name;
  if (const size_t slash = file.find('/'); slash != std::string::npos)
    file.replace(slash, 1, "%2f");
  const Json packument = read_json(metadata / (file + ".json"));
  if (!packument.is_object() || !packument.contains("versions")) return false;
  Json kept;
  kept["name"] = name;
  const std::string latest = packument["dist-tags"].value("latest", "");
  kept["dist-tags"]["latest"] = latest;
  for (const auto& [version, manifest] : packument["versions"].items()) {
    if (version == latest || versions.count(version) != 0)
      kept["versions"][version] = kept_version(manifest);
  }
  fs::create_directories(out / name);
  std::ofstream(out / name / "_packument.json") << kept.dump() << "\n";
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  const int first = mode == "names" ? 2 : 4;
  if ((mode != "names" && mode != "strip") || argc <= first) {
    std::fprintf(stderr,
                 "usage: interop_record names LOCKFILE... | strip OUT METADATA LOCKFILE...\n");
    return 2;
  }
  std::map<std::string, std::set<std::string>> wanted;
  for (int i = first; i < argc; ++i) note_versions(read_json(argv[i]), wanted);
  int missing = 0;
  for (const auto& [name, versions] : wanted) {
    if (mode == "names") {
      std::printf("%s\n", name.c_str());
    } else if (!record(name, versions, argv[3], argv[2])) {
      std::fprintf(stderr, "no metadata of %s\n", name.c_str());
      ++missing;
    }
  }
  return missing == 0 ? 0 : 1;
}
