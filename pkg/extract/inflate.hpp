// What is in a gzip stream, piece by piece: whole through libdeflate where the result is small
// enough, else streamed through zlib, so that a bomb never sits in memory. The gzip checksum is
// verified either way. Sources are for one thread at a time and borrow their input; opening is safe
// on any.
#pragma once

#include <cstdint>
#include <memory>

#include "runtime/base/bytes.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // The next piece, valid until the next call; empty at the end.
  // ETARTRUNC: the stream is cut off. ETARFORMAT: it is no valid gzip stream, or longer than
  // allowed.
  virtual Result<ByteView> next() = 0;
};

// A gzip stream or a plain tar (recognised by its "ustar" mark); anything else is ETARFORMAT.
Result<std::unique_ptr<ByteSource>> open_archive(ByteView compressed);
// A registry's reply: a gzip stream of at most `limit` bytes, or the bytes as they are.
Result<std::unique_ptr<ByteSource>> open_reply(ByteView bytes, size_t limit);

}  // namespace gyre::pkg
