// TarballWriter: makes a package's .tgz: deterministic (one date, no owners, npm's modes), so equal
// files give equal bytes. The whole archive is built in memory, as publishing needs it. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "runtime/base/result.hpp"

namespace gyre::pkg {

class TarballWriter {
 public:
  static Result<TarballWriter> create();
  TarballWriter(TarballWriter&&) noexcept;
  ~TarballWriter();

  struct Added {
    uint64_t size = 0;
    uint32_t mode = 0;
  };
  // The regular file at `source` as "package/<path>"; not followed if it is a symlink. A file that
  // shrinks meanwhile is an error, what it grows by is left out.
  Result<Added> add_file(const std::string& source, const std::string& path, bool is_executable);
  // The .tgz; nothing may be added afterwards.
  Result<std::string> finish();

 private:
  struct Impl;
  explicit TarballWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gyre::pkg
