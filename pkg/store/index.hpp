// Index: what the store knows about one unpacked package: its files and the facts of its
// package.json that linking and script policy need. Written last, so its presence says that the
// package is complete. A value; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pkg/record.hpp"
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
  // Raw JSON, empty where package.json has none: what lockfiles name and abbreviated metadata
  // lacks.
  std::string license_json, funding_json, workspaces_json;

  // Anything npm would run when the package is installed.
  bool has_install_script() const { return !install_scripts.empty() || has_binding_gyp; }
  std::string serialize() const;
  // ESTORE for anything but a well-formed index.
  static Result<StoredPackage> parse(std::string_view text);
};

// An index read where it is, without copies: for linking many packages. Views into the text, which
// the caller keeps.
class IndexView {
 public:
  struct File {
    std::string_view path;  // NUL-terminated
    uint64_t size = 0;
    uint32_t crc = 0;
    bool is_executable = false;
  };

  // Nothing for anything that does not begin like an index.
  static std::optional<IndexView> open(std::string_view text);
  std::string_view name() const { return name_; }
  std::string_view version() const { return version_; }
  // The next file. False: there was none, or the rest is damaged, as is_whole() tells. The second
  // form does not read its size and checksum.
  bool next(File& file);
  bool next_path(File& file);
  bool is_whole() const { return left_ == 0 && reader_.is_over(); }

 private:
  friend struct StoredPackage;
  explicit IndexView(std::string_view text) : reader_(text) {}
  bool read_head(size_t size);

  RecordReader reader_;
  std::string_view name_, version_, license_, funding_, workspaces_;
  std::vector<std::pair<std::string_view, std::string_view>> scripts_;
  bool has_binding_gyp_ = false;
  size_t left_ = 0;  // files
};

// The facts of a package.json text. EPKGJSON when it is not a JSON object.
Status read_package_facts(std::string_view json, StoredPackage& package,
                          std::vector<std::string>& bin_paths);

}  // namespace gyre::pkg
