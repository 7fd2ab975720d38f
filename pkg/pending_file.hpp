// A file that has been written beside its target and is not there yet: several can be made ready
// before any takes its place. Blocking; any thread.
#pragma once

#include <string>
#include <string_view>

#include "pkg/files.hpp"

namespace gyre::pkg {

class PendingFile {
 public:
  // A symlink is followed, so that the link stays and its target changes. Keeps the target's mode.
  static Result<PendingFile> write(const std::string& path, std::string_view text,
                                   Durability durability);
  PendingFile(PendingFile&& other) noexcept;
  PendingFile& operator=(PendingFile&&) = delete;
  ~PendingFile();  // removes what has not been published

  // Renames it over its target: readers see the old or the new file.
  Status publish();

 private:
  PendingFile() = default;

  std::string path_, target_, temporary_;  // temporary_ is empty once published
};

}  // namespace gyre::pkg
