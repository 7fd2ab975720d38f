#include "pkg/extract/inflate.hpp"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <optional>

namespace gyre::pkg {
namespace {

constexpr size_t kWholeLimit = size_t{24} << 20;
constexpr size_t kChunk = size_t{1} << 20;
constexpr size_t kMostExpansion = 1100;  // deflate cannot do better than 1032 to 1

bool is_gzip(ByteView bytes) {
  return bytes.size() >= 3 && bytes[0] == 0x1f && bytes[1] == 0x8b && bytes[2] == 8;
}
bool is_plain_tar(ByteView bytes) {
  return bytes.size() >= 512 && as_text(bytes.subspan(257, 5)) == "ustar";
}

// Everything at once: a plain tar, or what libdeflate made of the stream.
class WholeSource final : public TarSource {
 public:
  explicit WholeSource(ByteView bytes) : rest_(bytes) {}
  explicit WholeSource(Buffer buffer) : buffer_(std::move(buffer)), rest_(buffer_.view()) {}
  Result<ByteView> next() override { return std::exchange(rest_, ByteView()); }

 private:
  Buffer buffer_;
  ByteView rest_;
};

class StreamSource final : public TarSource {
 public:
  explicit StreamSource(ByteView input) : chunk_(kChunk) {
    stream_.next_in = const_cast<Bytef*>(input.data());
    left_ = input.size();
    GYRE_CHECK(inflateInit2(&stream_, 15 + 16) == Z_OK);
  }
  ~StreamSource() override { inflateEnd(&stream_); }

  Result<ByteView> next() override {
    stream_.next_out = chunk_.data();
    stream_.avail_out = static_cast<uInt>(chunk_.size());
    while (!ended_ && stream_.avail_out > 0) {
      if (stream_.avail_in == 0) {
        const size_t take = std::min<size_t>(left_, size_t{1} << 30);
        stream_.avail_in = static_cast<uInt>(take);
        left_ -= take;
      }
      if (stream_.avail_in == 0) {
        return Error(Code::ETARTRUNC, "the gzip stream ends in the middle");
      }
      const int code = inflate(&stream_, Z_NO_FLUSH);
      if (code == Z_STREAM_END) {
        GYRE_TRY(end_member());
      } else if (code != Z_OK) {
        return Error(Code::ETARFORMAT, std::string("the gzip stream is corrupt") +
                                           (stream_.msg ? ": " + std::string(stream_.msg) : ""));
      }
    }
    return chunk_.view().first(chunk_.size() - stream_.avail_out);
  }

 private:
  // Another member may follow; anything else after a complete one is padding.
  Status end_member() {
    const ByteView rest{stream_.next_in, stream_.avail_in};
    ended_ = !is_gzip(rest);
    if (!ended_) inflateReset(&stream_);
    return ok();
  }

  Buffer chunk_;
  z_stream stream_{};
  size_t left_ = 0;
  bool ended_ = false;
};

// The trailer's length is a claim: believed only as far as memory and deflate allow.
std::optional<size_t> claimed_size(ByteView gzip) {
  if (gzip.size() < 18) return std::nullopt;
  const uint8_t* trailer = gzip.data() + gzip.size() - 4;
  const size_t size = static_cast<size_t>(trailer[0]) | static_cast<size_t>(trailer[1]) << 8 |
                      static_cast<size_t>(trailer[2]) << 16 | static_cast<size_t>(trailer[3]) << 24;
  if (size > kWholeLimit || size > gzip.size() * kMostExpansion) return std::nullopt;
  return size;
}

std::optional<Buffer> inflate_whole(ByteView gzip) {
  const auto size = claimed_size(gzip);
  if (!size) return std::nullopt;
  thread_local const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)>
      decompressor(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (!decompressor) return std::nullopt;
  Buffer output(*size);
  size_t consumed = 0, produced = 0;
  const auto result =
      libdeflate_gzip_decompress_ex(decompressor.get(), gzip.data(), gzip.size(), output.data(),
                                    output.size(), &consumed, &produced);
  if (result != LIBDEFLATE_SUCCESS || is_gzip(gzip.subspan(consumed))) return std::nullopt;
  output.truncate(produced);
  return output;
}

}  // namespace

Result<std::unique_ptr<TarSource>> open_tar_source(ByteView compressed) {
  if (is_gzip(compressed)) {
    // What libdeflate refuses, zlib explains.
    if (auto whole = inflate_whole(compressed)) {
      return std::unique_ptr<TarSource>(new WholeSource(std::move(*whole)));
    }
    return std::unique_ptr<TarSource>(new StreamSource(compressed));
  }
  if (is_plain_tar(compressed)) return std::unique_ptr<TarSource>(new WholeSource(compressed));
  return Error(Code::ETARFORMAT, compressed.empty() ? "the archive is empty (0 bytes)"
                                                    : "the archive is not in gzip format");
}

}  // namespace gyre::pkg
