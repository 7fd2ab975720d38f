#include "runtime/bindings/zlib_codec.hpp"

#include <zlib.h>

namespace gyre::bindings {
namespace {

constexpr uint8_t kGzipMagic1 = 0x1f;

const char* zlib_code_name(int code) {
  switch (code) {
    case Z_NEED_DICT:
      return "Z_NEED_DICT";
    case Z_ERRNO:
      return "Z_ERRNO";
    case Z_STREAM_ERROR:
      return "Z_STREAM_ERROR";
    case Z_DATA_ERROR:
      return "Z_DATA_ERROR";
    case Z_MEM_ERROR:
      return "Z_MEM_ERROR";
    case Z_BUF_ERROR:
      return "Z_BUF_ERROR";
    case Z_VERSION_ERROR:
      return "Z_VERSION_ERROR";
  }
  return "Z_STREAM_ERROR";
}

class ZlibCodec final : public Codec {
 public:
  ZlibCodec(CodecMode mode, ZlibOptions options) : mode_(mode), options_(std::move(options)) {}
  ~ZlibCodec() override { end(); }

  Status init() {
    stream_ = {};
    int result = is_deflating() ? deflateInit2(&stream_, options_.level, Z_DEFLATED, window_bits(),
                                               options_.memory_level, options_.strategy)
                                : inflateInit2(&stream_, window_bits());
    if (result != Z_OK) return Error(Code::ERR_ZLIB_INITIALIZATION_FAILED);
    is_ready_ = true;
    return set_dictionary_early();
  }

  Status reset() override {
    int result = is_deflating() ? deflateReset(&stream_) : inflateReset(&stream_);
    is_finished_ = has_started_ = false;
    if (result != Z_OK) {
      return Error::with_code_name(zlib_code_name(result), "Failed to reset stream");
    }
    return set_dictionary_early();
  }

  Status set_parameters(int level, int strategy) override {
    if (!is_deflating()) return ok();
    int result = deflateParams(&stream_, level, strategy);
    if (result != Z_OK && result != Z_BUF_ERROR) {
      return Error::with_code_name(zlib_code_name(result), "Failed to set parameters");
    }
    return ok();
  }

  CodecProgress step(int flush, ByteView in, MutableBytes out) override {
    stream_.next_in = const_cast<uint8_t*>(in.data());
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = out.data();
    stream_.avail_out = static_cast<uInt>(out.size());
    int result = is_deflating() ? deflate_step(flush) : inflate_step(flush);
    return progress(result, flush);
  }

 private:
  bool is_deflating() const {
    return mode_ == CodecMode::kDeflate || mode_ == CodecMode::kGzip ||
           mode_ == CodecMode::kDeflateRaw;
  }
  int window_bits() const {
    switch (mode_) {
      case CodecMode::kGzip:
      case CodecMode::kGunzip:
        return options_.window_bits + 16;
      case CodecMode::kUnzip:
        return options_.window_bits + 32;
      case CodecMode::kDeflateRaw:
      case CodecMode::kInflateRaw:
        return -options_.window_bits;
      default:
        return options_.window_bits;
    }
  }
  void end() {
    if (!is_ready_) return;
    if (is_deflating()) {
      deflateEnd(&stream_);
    } else {
      inflateEnd(&stream_);
    }
    is_ready_ = false;
  }

  // Compressors and raw inflate take their dictionary at once; inflate asks for it.
  Status set_dictionary_early() {
    if (options_.dictionary.empty()) return ok();
    auto size = static_cast<uInt>(options_.dictionary.size());
    int result = Z_OK;
    if (mode_ == CodecMode::kDeflate || mode_ == CodecMode::kDeflateRaw) {
      result = deflateSetDictionary(&stream_, options_.dictionary.data(), size);
    } else if (mode_ == CodecMode::kInflateRaw) {
      result = inflateSetDictionary(&stream_, options_.dictionary.data(), size);
    }
    if (result != Z_OK) {
      return Error::with_code_name(zlib_code_name(result), "Failed to set dictionary");
    }
    return ok();
  }

  // A flush asked for after the last chunk has nothing left to write.
  int deflate_step(int flush) {
    if (is_finished_ && flush != Z_FINISH && stream_.avail_in == 0) return Z_OK;
    int result = deflate(&stream_, flush);
    is_finished_ = result == Z_STREAM_END;
    return result;
  }

  int inflate_step(int flush) {
    if (!has_started_ && stream_.avail_in > 0) {
      has_started_ = true;
      starts_as_gzip_ = stream_.next_in[0] == kGzipMagic1;
    }
    int result = inflate(&stream_, flush);
    if (result == Z_NEED_DICT && !options_.dictionary.empty()) {
      result = inflateSetDictionary(&stream_, options_.dictionary.data(),
                                    static_cast<uInt>(options_.dictionary.size()));
      if (result == Z_OK) {
        result = inflate(&stream_, flush);
      } else if (result == Z_DATA_ERROR) {
        result = Z_NEED_DICT;  // the wrong dictionary
      }
    }
    // Concatenated gzip members are one stream (RFC 1952 2.2); padding with zeros is not ours.
    while (stream_.avail_in > 0 && result == Z_STREAM_END && is_gzip() && stream_.next_in[0] != 0) {
      inflateReset(&stream_);
      result = inflate(&stream_, flush);
    }
    return result;
  }
  bool is_gzip() const {
    if (mode_ == CodecMode::kGunzip) return true;
    return mode_ == CodecMode::kUnzip && starts_as_gzip_;
  }

  CodecProgress progress(int result, int flush) {
    CodecProgress progress{stream_.avail_in, stream_.avail_out, nullptr, 0, {}};
    auto fail = [&](int code, const char* fallback) {
      progress.error_code = zlib_code_name(code);
      progress.error_number = code;
      progress.message = stream_.msg != nullptr ? stream_.msg : fallback;
    };
    switch (result) {
      case Z_OK:
      case Z_BUF_ERROR:
        if (stream_.avail_out != 0 && flush == Z_FINISH)
          fail(Z_BUF_ERROR, "unexpected end of file");
        break;
      case Z_STREAM_END:
        break;
      case Z_NEED_DICT:
        fail(result, options_.dictionary.empty() ? "Missing dictionary" : "Bad dictionary");
        break;
      default:
        fail(result, "Zlib error");
    }
    return progress;
  }

  CodecMode mode_;
  ZlibOptions options_;
  z_stream stream_{};
  bool is_ready_ = false;
  bool is_finished_ = false;
  // What an unzip stream took its input for by the first byte.
  bool has_started_ = false;
  bool starts_as_gzip_ = false;
};

}  // namespace

Result<std::unique_ptr<Codec>> make_zlib(CodecMode mode, ZlibOptions options) {
  auto codec = std::make_unique<ZlibCodec>(mode, std::move(options));
  GYRE_TRY(codec->init());
  return std::unique_ptr<Codec>(std::move(codec));
}

}  // namespace gyre::bindings
