// Packing: from a folder or an existing .tgz to what `pack` shows and `publish` sends. Blocking;
// any thread. Runs no scripts: callers do, before and after.
#pragma once

#include <string>
#include <vector>

#include "pkg/manifest/manifest.hpp"
#include "pkg/pack/packlist.hpp"
#include "pkg/store/integrity.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct PackedFile {
  std::string path;
  uint64_t size = 0;
  uint32_t mode = 0;
};

struct PackedPackage {
  std::string name, version;
  std::string bytes;  // the .tgz
  uint64_t unpacked_size = 0;
  Digest sha1, sha512;
  std::vector<PackedFile> files;     // in npm's order for people
  std::vector<std::string> bundled;  // names below node_modules
  bool used_gitignore = false;

  std::string id() const { return name + "@" + version; }
  // "scope-name-1.0.0.tgz"
  std::string filename() const;
};

// EPKGJSON when the manifest lacks a name or a valid version.
Result<PackedPackage> pack_folder(const PacklistRequest& request, const Manifest& manifest);

// An archive that exists already, with its manifest.
struct ReadPackage {
  PackedPackage package;
  Manifest manifest;
};
Result<ReadPackage> read_packed(std::string bytes, const std::string& source);

// What npm prints for a package: one JSON object, or lines of text.
OrderedJson packed_json(const PackedPackage& package);
std::vector<std::string> packed_lines(const PackedPackage& package);
// "403 B", "1.2 kB" with npm's rounding; `gap` stands between number and unit.
std::string packed_size_text(uint64_t bytes, std::string_view gap = " ");

}  // namespace gyre::pkg
