// Index: what the store knows about one unpacked package: its files and the facts of its
// package.json that linking and script policy need. Written last, so its presence says that the
// package is complete. A value; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/bytes.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct StoredFile {
  std::string path;  // below the package folder
  uint64_t size = 0;
  uint32_t crc = 0;  // CRC-32 of the content: finds accidents, not attacks
  bool is_executable = false;
};

struct StoredPackage {
  std::string name, version;                                         // as its package.json says
  std::vector<std::pair<std::string, std::string>> install_scripts;  // preinstall, install, post…
  bool has_binding_gyp = false;                                      // npm would run node-gyp
  std::vector<StoredFile> files;                                     // by folder, package.json last
  uint64_t unpacked_size = 0;

  // Anything npm would run when the package is installed.
  bool has_install_script() const { return !install_scripts.empty() || has_binding_gyp; }
  std::string serialize() const;
  // ESTORE for anything but a well-formed index.
  static Result<StoredPackage> parse(std::string_view text);
};

// The facts of a package.json text. EPKGJSON when it is not a JSON object.
Status read_package_facts(std::string_view json, StoredPackage& package,
                          std::vector<std::string>& bin_paths);

}  // namespace gyre::pkg
