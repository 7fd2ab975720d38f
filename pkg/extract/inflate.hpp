// The bytes of a .tgz, piece by piece: whole through libdeflate where the result is small enough,
// else streamed through zlib, so that an archive bomb never sits in memory. The gzip checksum is
// verified either way. One thread at a time; borrows the input.
#pragma once

#include <cstdint>
#include <memory>

#include "runtime/base/bytes.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

class TarSource {
 public:
  virtual ~TarSource() = default;
  // The next piece, valid until the next call; empty at the end.
  // ETARTRUNC: the stream is cut off. ETARFORMAT: it is no valid gzip stream.
  virtual Result<ByteView> next() = 0;
};

// A gzip stream or a plain tar (recognised by its "ustar" mark); anything else is ETARFORMAT.
Result<std::unique_ptr<TarSource>> open_tar_source(ByteView compressed);

}  // namespace gyre::pkg
