// Tarball: reads a package archive from memory entry by entry, refusing everything a package has no
// business to contain: links, devices, names that leave the folder, more than the limits allow. Any
// thread.
#pragma once

#include <cstdint>
#include <string>

#include "pkg/extract/inflate.hpp"
#include "runtime/base/bytes.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct TarballLimits {
  uint64_t unpacked_bytes = uint64_t{4} << 30;
  uint32_t entries = 400'000;
};

// Receives the files of an archive, in its order.
class TarballVisitor {
 public:
  virtual ~TarballVisitor() = default;
  // `path` is below the package folder; `is_executable` if any x bit is set. Other mode bits
  // (set-uid and friends included) are dropped.
  virtual Status begin_file(const std::string& path, bool is_executable) = 0;
  virtual Status write(ByteView bytes) = 0;
  virtual Status end_file() = 0;
};

// ETARPATH, ETARLINK, ETARTYPE, ETARTRUNC, ETARFORMAT, or the visitor's error.
Status read_tarball(ByteView compressed, const TarballLimits& limits, TarballVisitor& visitor,
                    GzipChecksum checksum = GzipChecksum::kVerify);

}  // namespace gyre::pkg
