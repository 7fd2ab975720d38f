// Compression codecs behind one interface: zlib's formats, Brotli and Zstandard, each one stream
// under way. No JavaScript; a codec belongs to one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/base/bytes.hpp"
#include "runtime/base/result.hpp"

namespace gyre::bindings {

// The numbers scripts use (zlib.constants).
enum class CodecMode : int {
  kNone = 0,
  kDeflate = 1,
  kInflate = 2,
  kGzip = 3,
  kGunzip = 4,
  kDeflateRaw = 5,
  kInflateRaw = 6,
  kUnzip = 7,
  kBrotliDecode = 8,
  kBrotliEncode = 9,
  kZstdCompress = 10,
  kZstdDecompress = 11,
};

// What a step left.
struct CodecProgress {
  size_t input_left = 0;
  size_t output_left = 0;
  // Empty when all is well; else a code and text as scripts know them.
  const char* error_code = nullptr;
  int error_number = 0;
  std::string message;
};

class Codec {
 public:
  virtual ~Codec() = default;
  virtual CodecProgress step(int flush, ByteView in, MutableBytes out) = 0;
  virtual Status reset() = 0;
  // zlib only; others refuse.
  virtual Status set_parameters(int level, int strategy) {
    return Error(Code::ERR_INVALID_STATE, "this stream has no parameters to change");
  }
};

struct ZlibOptions {
  int window_bits = 15;
  int level = -1;
  int memory_level = 8;
  int strategy = 0;
  Buffer dictionary;
};
Result<std::unique_ptr<Codec>> make_zlib(CodecMode mode, ZlibOptions options);
// `parameters`: pairs of (parameter, value).
Result<std::unique_ptr<Codec>> make_brotli(CodecMode mode, std::vector<uint32_t> parameters);
Result<std::unique_ptr<Codec>> make_zstd(CodecMode mode, std::vector<uint32_t> parameters,
                                         uint64_t pledged_size, Buffer dictionary);

}  // namespace gyre::bindings
