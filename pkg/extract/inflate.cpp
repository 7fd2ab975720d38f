#include "pkg/extract/inflate.hpp"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <optional>

namespace gyre::pkg {
namespace {

constexpr size_t kWholeLimit = size_t{12} << 20;
constexpr size_t kChunk = size_t{256} << 10;
// Whole results in memory, of all threads together. One that would go beyond is streamed.
constexpr size_t kTogetherLimit = size_t{12} << 20;
std::atomic<size_t> together{0};

// A part of kTogetherLimit, given back at the end.
class Share {
 public:
  Share() = default;
  Share(Share&& other) noexcept : size_(std::exchange(other.size_, 0)) {}
  Share& operator=(Share&& other) noexcept {
    std::swap(size_, other.size_);
    return *this;
  }
  ~Share() { together.fetch_sub(size_, std::memory_order_relaxed); }
  bool take(size_t size) {
    size_ = size;
    const size_t before = together.fetch_add(size, std::memory_order_relaxed);
    return before == 0 || before + size <= kTogetherLimit;
  }

 private:
  size_t size_ = 0;
};
constexpr size_t kMostExpansion = 1100;  // deflate cannot do better than 1032 to 1

bool is_gzip(ByteView bytes) {
  return bytes.size() >= 3 && bytes[0] == 0x1f && bytes[1] == 0x8b && bytes[2] == 8;
}
bool is_plain_tar(ByteView bytes) {
  return bytes.size() >= 512 && as_text(bytes.subspan(257, 5)) == "ustar";
}

// What a thread unpacked into last, for its next archive: fresh memory costs a fault a page.
constexpr size_t kMostKept = size_t{2} << 20;
thread_local Buffer kept_output;

Buffer take_output(size_t size) {
  return kept_output.size() >= size ? std::exchange(kept_output, Buffer()) : Buffer(size);
}

void give_back(Buffer buffer) {
  if (buffer.size() <= kMostKept && buffer.size() > kept_output.size())
    kept_output = std::move(buffer);
}

// Everything at once: a plain tar, or what libdeflate made of the stream.
class WholeSource final : public ByteSource {
 public:
  explicit WholeSource(ByteView bytes) : rest_(bytes) {}
  WholeSource(Buffer buffer, size_t size, Share share)
      : share_(std::move(share)), buffer_(std::move(buffer)), rest_(buffer_.view().first(size)) {}
  ~WholeSource() override { give_back(std::move(buffer_)); }
  Result<ByteView> next() override { return std::exchange(rest_, ByteView()); }

 private:
  Share share_;
  Buffer buffer_;
  ByteView rest_;
};

class StreamSource final : public ByteSource {
 public:
  StreamSource(ByteView input, size_t limit) : chunk_(kChunk), allowed_(limit) {
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
    const size_t size = chunk_.size() - stream_.avail_out;
    if (size > allowed_) {
      return Error(Code::ETARFORMAT, "the gzip stream unpacks to more than is allowed");
    }
    allowed_ -= size;
    return chunk_.view().first(size);
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
  size_t allowed_;
  bool ended_ = false;
};

// The trailer's length is a claim: believed only as far as memory and deflate allow.
std::optional<size_t> claimed_size(ByteView gzip, size_t limit) {
  if (gzip.size() < 18) return std::nullopt;
  const uint8_t* trailer = gzip.data() + gzip.size() - 4;
  const size_t size = static_cast<size_t>(trailer[0]) | static_cast<size_t>(trailer[1]) << 8 |
                      static_cast<size_t>(trailer[2]) << 16 | static_cast<size_t>(trailer[3]) << 24;
  if (size > limit || size > gzip.size() * kMostExpansion) return std::nullopt;
  return size;
}

// Null for what is too large or not well-formed.
std::unique_ptr<ByteSource> inflate_whole(ByteView gzip, size_t limit) {
  const auto size = claimed_size(gzip, limit);
  Share share;
  if (!size || !share.take(*size)) return nullptr;
  thread_local const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)>
      decompressor(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (!decompressor) return nullptr;
  Buffer output = take_output(*size);
  size_t consumed = 0, produced = 0;
  const auto result = libdeflate_gzip_decompress_ex(decompressor.get(), gzip.data(), gzip.size(),
                                                    output.data(), *size, &consumed, &produced);
  if (result != LIBDEFLATE_SUCCESS || is_gzip(gzip.subspan(consumed))) return nullptr;
  return std::make_unique<WholeSource>(std::move(output), produced, std::move(share));
}

// What libdeflate refuses, zlib explains.
std::unique_ptr<ByteSource> inflate(ByteView gzip, size_t whole_limit, size_t limit) {
  if (auto whole = inflate_whole(gzip, whole_limit)) return whole;
  return std::make_unique<StreamSource>(gzip, limit);
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_archive(ByteView compressed) {
  if (is_gzip(compressed)) {
    return inflate(compressed, kWholeLimit, std::numeric_limits<size_t>::max());
  }
  if (is_plain_tar(compressed)) {
    return std::unique_ptr<ByteSource>(new WholeSource(compressed));
  }
  return Error(Code::ETARFORMAT, compressed.empty() ? "the archive is empty (0 bytes)"
                                                    : "the archive is not in gzip format");
}

Result<std::unique_ptr<ByteSource>> open_reply(ByteView bytes, size_t limit) {
  if (is_gzip(bytes)) return inflate(bytes, kWholeLimit, limit);
  return std::unique_ptr<ByteSource>(new WholeSource(bytes));
}

}  // namespace gyre::pkg
