#include "pkg/extract/inflate.hpp"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <optional>

#include "pkg/extract/isal_source.hpp"

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
constexpr size_t kTrailerSize = 8;       // checksum and length
constexpr size_t kMostExpansion = 1100;  // deflate cannot do better than 1032 to 1

bool is_gzip(ByteView bytes) {
  return bytes.size() >= 3 && bytes[0] == 0x1f && bytes[1] == 0x8b && bytes[2] == 8;
}
// Where the compressed data of a gzip stream begins (RFC 1952, 2.3); nothing where that is not
// clear.
std::optional<size_t> header_size(ByteView gzip) {
  constexpr uint8_t kHeaderChecksum = 2, kExtra = 4, kName = 8, kComment = 16, kReserved = 0xE0;
  if (gzip.size() < 10 || (gzip[3] & kReserved) != 0) return std::nullopt;
  const uint8_t flags = gzip[3];
  size_t size = 10;
  if ((flags & kExtra) != 0) {
    if (gzip.size() < size + 2) return std::nullopt;
    size += size_t{2} + gzip[size] + size_t{256} * gzip[size + 1];
  }
  for (const uint8_t text : {kName, kComment}) {
    if ((flags & text) == 0) continue;
    while (size < gzip.size() && gzip[size] != 0) ++size;
    ++size;
  }
  if ((flags & kHeaderChecksum) != 0) size += 2;
  return size < gzip.size() ? std::optional(size) : std::nullopt;
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
  StreamSource(ByteView input, size_t limit, GzipChecksum checksum)
      : chunk_(kChunk), allowed_(limit) {
    const auto header = checksum == GzipChecksum::kSkip ? header_size(input) : std::nullopt;
    is_raw_ = header.has_value();
    stream_.next_in = const_cast<Bytef*>(input.data() + header.value_or(0));
    left_ = input.size() - header.value_or(0);
    GYRE_CHECK(inflateInit2(&stream_, is_raw_ ? kRaw : kGzip) == Z_OK);
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
  static constexpr int kRaw = -15, kGzip = 15 + 16;  // window bits as of inflateInit2

  // Another member may follow; anything else after a complete one is padding.
  Status end_member() {
    if (std::exchange(is_raw_, false)) {
      if (stream_.avail_in + left_ < kTrailerSize) {
        return Error(Code::ETARTRUNC, "the gzip stream ends in the middle");
      }
      const auto trailer = std::min<uInt>(stream_.avail_in, kTrailerSize);
      stream_.next_in += trailer;
      stream_.avail_in -= trailer;
    }
    const ByteView rest{stream_.next_in, stream_.avail_in};
    ended_ = !is_gzip(rest);
    if (!ended_) inflateReset2(&stream_, kGzip);
    return ok();
  }

  Buffer chunk_;
  z_stream stream_{};
  size_t left_ = 0;
  size_t allowed_;
  bool is_raw_ = false;  // the first member, where its checksum is not asked for
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

// Into `output`, whose size is what was claimed: how much it is, or nothing where libdeflate
// refuses.
std::optional<size_t> inflate_at_once(ByteView gzip, MutableBytes output, GzipChecksum checksum) {
  thread_local const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)>
      decompressor(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  const auto header = checksum == GzipChecksum::kSkip ? header_size(gzip) : std::nullopt;
  if (!decompressor) return std::nullopt;
  size_t consumed = 0, produced = 0;
  libdeflate_result result;
  if (header) {
    gzip = gzip.subspan(*header);
    result = libdeflate_deflate_decompress_ex(decompressor.get(), gzip.data(), gzip.size(),
                                              output.data(), output.size(), &consumed, &produced);
    if (gzip.size() - consumed < kTrailerSize) return std::nullopt;
    consumed += kTrailerSize;
  } else {
    result = libdeflate_gzip_decompress_ex(decompressor.get(), gzip.data(), gzip.size(),
                                           output.data(), output.size(), &consumed, &produced);
  }
  if (result != LIBDEFLATE_SUCCESS || is_gzip(gzip.subspan(consumed))) return std::nullopt;
  return produced;
}

// Null for what is too large or not well-formed.
std::unique_ptr<ByteSource> inflate_whole(ByteView gzip, GzipChecksum checksum) {
  const auto size = claimed_size(gzip, kWholeLimit);
  Share share;
  if (!size || !share.take(*size)) return nullptr;
  Buffer output = take_output(*size);
  const auto produced = inflate_at_once(gzip, output.span().first(*size), checksum);
  if (!produced) return nullptr;
  return std::make_unique<WholeSource>(std::move(output), *produced, std::move(share));
}

// Makes room behind the first `used` bytes, which stay.
void grow(Buffer& buffer, size_t used, size_t capacity) {
  if (buffer.size() >= capacity) return;
  Buffer larger(capacity);
  if (used > 0) std::memcpy(larger.data(), buffer.data(), used);
  buffer = std::move(larger);
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_archive(ByteView compressed, GzipChecksum checksum) {
  if (is_gzip(compressed)) {
    if (auto whole = inflate_whole(compressed, checksum)) return whole;
    // What the others refuse, zlib explains.
    auto by_zlib = [compressed, checksum]() -> std::unique_ptr<ByteSource> {
      constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();
      return std::make_unique<StreamSource>(compressed, kNoLimit, checksum);
    };
    if (auto by_isal = open_isal(compressed, by_zlib)) return by_isal;
    return by_zlib();
  }
  if (is_plain_tar(compressed)) {
    return std::unique_ptr<ByteSource>(new WholeSource(compressed));
  }
  return Error(Code::ETARFORMAT, compressed.empty() ? "the archive is empty (0 bytes)"
                                                    : "the archive is not in gzip format");
}

Result<ByteView> unpack_reply(ByteView bytes, size_t limit, size_t spare, Buffer& buffer) {
  if (!is_gzip(bytes)) {
    grow(buffer, 0, bytes.size() + spare);
    if (!bytes.empty()) std::memcpy(buffer.data(), bytes.data(), bytes.size());
    return buffer.view().first(bytes.size());
  }
  if (const auto size = claimed_size(bytes, limit)) {
    grow(buffer, 0, *size + spare);
    if (const auto produced =
            inflate_at_once(bytes, buffer.span().first(*size), GzipChecksum::kVerify)) {
      return buffer.view().first(*produced);
    }
  }
  size_t used = 0;
  StreamSource source(bytes, limit, GzipChecksum::kVerify);
  while (true) {
    GYRE_ASSIGN(const ByteView piece, source.next());
    if (piece.empty()) return buffer.view().first(used);
    if (used + piece.size() + spare > buffer.size()) {
      grow(buffer, used, std::max(used + piece.size() + spare, buffer.size() * 2));
    }
    std::memcpy(buffer.data() + used, piece.data(), piece.size());
    used += piece.size();
  }
}

}  // namespace gyre::pkg
