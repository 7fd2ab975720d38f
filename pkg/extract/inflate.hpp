// What is in a gzip stream: whole through libdeflate where the result is small enough, else
// streamed (ISA-L, zlib), so that a bomb never sits in memory. Sources are for one thread at a time
// and borrow their input; opening is safe on any.
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

// Whether the checksum in a gzip stream is worth computing: a digest of the whole that has been
// compared with an expected one says more.
enum class GzipChecksum : bool { kVerify, kSkip };

// A gzip stream or a plain tar (recognised by its "ustar" mark); anything else is ETARFORMAT.
Result<std::unique_ptr<ByteSource>> open_archive(ByteView compressed, GzipChecksum checksum);
// A registry's reply, whole: what is in a gzip stream, or the bytes as they are. Put into `buffer`,
// which grows where it must and has `spare` bytes behind the result. Errors as of ByteSource::next,
// ETARFORMAT for more than `limit` bytes.
Result<ByteView> unpack_reply(ByteView bytes, size_t limit, size_t spare, Buffer& buffer);

}  // namespace gyre::pkg
