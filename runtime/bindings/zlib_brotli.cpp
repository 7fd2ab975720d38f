// Brotli and Zstandard behind the Codec interface.
#include <brotli/decode.h>
#include <brotli/encode.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "runtime/bindings/zlib_codec.hpp"

namespace gyre::bindings {
namespace {

struct EncoderFree {
  void operator()(BrotliEncoderState* state) const { BrotliEncoderDestroyInstance(state); }
};
struct DecoderFree {
  void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
};

class BrotliEncoder final : public Codec {
 public:
  explicit BrotliEncoder(std::vector<uint32_t> parameters) : parameters_(std::move(parameters)) {}
  Status reset() override {
    state_.reset(BrotliEncoderCreateInstance(nullptr, nullptr, nullptr));
    if (!state_) return Error(Code::ERR_ZLIB_INITIALIZATION_FAILED);
    for (size_t i = 0; i + 1 < parameters_.size(); i += 2) {
      if (!BrotliEncoderSetParameter(state_.get(),
                                     static_cast<BrotliEncoderParameter>(parameters_[i]),
                                     parameters_[i + 1])) {
        return Error(Code::ERR_ZLIB_INITIALIZATION_FAILED);
      }
    }
    return ok();
  }
  CodecProgress step(int flush, ByteView in, MutableBytes out) override {
    const uint8_t* next_in = in.data();
    uint8_t* next_out = out.data();
    CodecProgress progress{in.size(), out.size(), nullptr, 0, {}};
    if (!BrotliEncoderCompressStream(state_.get(), static_cast<BrotliEncoderOperation>(flush),
                                     &progress.input_left, &next_in, &progress.output_left,
                                     &next_out, nullptr)) {
      progress.error_code = "ERR_BROTLI_COMPRESSION_FAILED";
      progress.error_number = -1;
      progress.message = "Compression failed";
    }
    return progress;
  }

 private:
  std::vector<uint32_t> parameters_;
  std::unique_ptr<BrotliEncoderState, EncoderFree> state_;
};

// "ERR_" and the whole name of the enumerator: the text of older libraries lacks its class.
std::string brotli_code_name(BrotliDecoderErrorCode code) {
  std::string text = BrotliDecoderErrorString(code);
  if (text.starts_with("_ERROR")) return "ERR_" + text;
  const int number = static_cast<int>(code);
  if (number <= BROTLI_DECODER_ERROR_FORMAT_EXUBERANT_NIBBLE &&
      number >= BROTLI_DECODER_ERROR_FORMAT_DISTANCE) {
    return "ERR__ERROR_FORMAT_" + text;
  }
  if (number <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES &&
      number >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES) {
    return "ERR__ERROR_ALLOC_" + text;
  }
  return "ERR__ERROR_" + text;
}

class BrotliDecoder final : public Codec {
 public:
  explicit BrotliDecoder(std::vector<uint32_t> parameters) : parameters_(std::move(parameters)) {}
  Status reset() override {
    state_.reset(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
    if (!state_) return Error(Code::ERR_ZLIB_INITIALIZATION_FAILED);
    for (size_t i = 0; i + 1 < parameters_.size(); i += 2) {
      if (!BrotliDecoderSetParameter(state_.get(),
                                     static_cast<BrotliDecoderParameter>(parameters_[i]),
                                     parameters_[i + 1])) {
        return Error(Code::ERR_ZLIB_INITIALIZATION_FAILED);
      }
    }
    return ok();
  }
  CodecProgress step(int flush, ByteView in, MutableBytes out) override {
    const uint8_t* next_in = in.data();
    uint8_t* next_out = out.data();
    CodecProgress progress{in.size(), out.size(), nullptr, 0, {}};
    BrotliDecoderResult result = BrotliDecoderDecompressStream(
        state_.get(), &progress.input_left, &next_in, &progress.output_left, &next_out, nullptr);
    if (result == BROTLI_DECODER_RESULT_ERROR) {
      BrotliDecoderErrorCode code = BrotliDecoderGetErrorCode(state_.get());
      error_code_ = brotli_code_name(code);
      progress.error_code = error_code_.c_str();
      progress.error_number = static_cast<int>(code);
      progress.message = "Decompression failed";
    } else if (flush == BROTLI_OPERATION_FINISH &&
               result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) {
      progress.error_code = "Z_BUF_ERROR";
      progress.error_number = -5;
      progress.message = "unexpected end of file";
    }
    return progress;
  }

 private:
  std::vector<uint32_t> parameters_;
  std::string error_code_;
  std::unique_ptr<BrotliDecoderState, DecoderFree> state_;
};

const char* zstd_code_name(ZSTD_ErrorCode code) {
  switch (code) {
#define GYRE_NAME(name)   \
  case ZSTD_error_##name: \
    return "ZSTD_error_" #name;
    GYRE_NAME(prefix_unknown)
    GYRE_NAME(version_unsupported)
    GYRE_NAME(frameParameter_unsupported)
    GYRE_NAME(frameParameter_windowTooLarge)
    GYRE_NAME(corruption_detected)
    GYRE_NAME(checksum_wrong)
    GYRE_NAME(literals_headerWrong)
    GYRE_NAME(dictionary_corrupted)
    GYRE_NAME(dictionary_wrong)
    GYRE_NAME(dictionaryCreation_failed)
    GYRE_NAME(parameter_unsupported)
    GYRE_NAME(parameter_combination_unsupported)
    GYRE_NAME(parameter_outOfBound)
    GYRE_NAME(tableLog_tooLarge)
    GYRE_NAME(maxSymbolValue_tooLarge)
    GYRE_NAME(maxSymbolValue_tooSmall)
    GYRE_NAME(stabilityCondition_notRespected)
    GYRE_NAME(stage_wrong)
    GYRE_NAME(init_missing)
    GYRE_NAME(memory_allocation)
    GYRE_NAME(workSpace_tooSmall)
    GYRE_NAME(dstSize_tooSmall)
    GYRE_NAME(srcSize_wrong)
    GYRE_NAME(dstBuffer_null)
    GYRE_NAME(noForwardProgress_destFull)
    GYRE_NAME(noForwardProgress_inputEmpty)
#undef GYRE_NAME
    default:
      return "ZSTD_error_GENERIC";
  }
}

void fail_zstd(CodecProgress& progress, size_t result) {
  ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
  progress.error_code = zstd_code_name(code);
  progress.error_number = static_cast<int>(code);
  progress.message = ZSTD_getErrorName(result);
}

class ZstdCompressor final : public Codec {
 public:
  ZstdCompressor(std::vector<uint32_t> parameters, uint64_t pledged, Buffer dictionary)
      : parameters_(std::move(parameters)), pledged_(pledged), dictionary_(std::move(dictionary)) {}
  ~ZstdCompressor() override { ZSTD_freeCCtx(context_); }
  Status reset() override {
    ZSTD_freeCCtx(context_);
    context_ = ZSTD_createCCtx();
    if (context_ == nullptr) return Error(Code::ERR_ZLIB_INITIALIZATION_FAILED);
    for (size_t i = 0; i + 1 < parameters_.size(); i += 2) {
      size_t result = ZSTD_CCtx_setParameter(context_, static_cast<ZSTD_cParameter>(parameters_[i]),
                                             static_cast<int>(parameters_[i + 1]));
      if (ZSTD_isError(result)) {
        return Error(Code::ERR_ZLIB_INITIALIZATION_FAILED, "Setting parameter failed");
      }
    }
    if (pledged_ != ZSTD_CONTENTSIZE_UNKNOWN) ZSTD_CCtx_setPledgedSrcSize(context_, pledged_);
    if (!dictionary_.empty()) {
      ZSTD_CCtx_loadDictionary(context_, dictionary_.data(), dictionary_.size());
    }
    return ok();
  }
  CodecProgress step(int flush, ByteView in, MutableBytes out) override {
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    size_t result =
        ZSTD_compressStream2(context_, &output, &input, static_cast<ZSTD_EndDirective>(flush));
    CodecProgress progress{in.size() - input.pos, out.size() - output.pos, nullptr, 0, {}};
    if (ZSTD_isError(result)) fail_zstd(progress, result);
    return progress;
  }

 private:
  std::vector<uint32_t> parameters_;
  uint64_t pledged_;
  Buffer dictionary_;
  ZSTD_CCtx* context_ = nullptr;
};

class ZstdDecompressor final : public Codec {
 public:
  ZstdDecompressor(std::vector<uint32_t> parameters, Buffer dictionary)
      : parameters_(std::move(parameters)), dictionary_(std::move(dictionary)) {}
  ~ZstdDecompressor() override { ZSTD_freeDCtx(context_); }
  Status reset() override {
    ZSTD_freeDCtx(context_);
    context_ = ZSTD_createDCtx();
    if (context_ == nullptr) return Error(Code::ERR_ZLIB_INITIALIZATION_FAILED);
    for (size_t i = 0; i + 1 < parameters_.size(); i += 2) {
      size_t result = ZSTD_DCtx_setParameter(context_, static_cast<ZSTD_dParameter>(parameters_[i]),
                                             static_cast<int>(parameters_[i + 1]));
      if (ZSTD_isError(result)) {
        return Error(Code::ERR_ZLIB_INITIALIZATION_FAILED, "Setting parameter failed");
      }
    }
    if (!dictionary_.empty()) {
      ZSTD_DCtx_loadDictionary(context_, dictionary_.data(), dictionary_.size());
    }
    return ok();
  }
  CodecProgress step(int flush, ByteView in, MutableBytes out) override {
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    size_t result = ZSTD_decompressStream(context_, &output, &input);
    CodecProgress progress{in.size() - input.pos, out.size() - output.pos, nullptr, 0, {}};
    if (ZSTD_isError(result)) {
      fail_zstd(progress, result);
    } else if (flush == ZSTD_e_end && result != 0 && input.pos == input.size &&
               output.pos < output.size && !(is_between_frames_ && in.empty())) {
      progress.error_code = "Z_BUF_ERROR";
      progress.error_number = -5;
      progress.message = "unexpected end of file";
    }
    if (result == 0) {
      is_between_frames_ = true;
    } else if (!in.empty()) {
      is_between_frames_ = false;
    }
    return progress;
  }

 private:
  std::vector<uint32_t> parameters_;
  Buffer dictionary_;
  ZSTD_DCtx* context_ = nullptr;
  // A frame has just ended: no more input is then no truncation.
  bool is_between_frames_ = false;
};

template <typename T, typename... Args>
Result<std::unique_ptr<Codec>> make_ready(Args&&... args) {
  auto codec = std::make_unique<T>(std::forward<Args>(args)...);
  GYRE_TRY(codec->reset());
  return std::unique_ptr<Codec>(std::move(codec));
}

}  // namespace

Result<std::unique_ptr<Codec>> make_brotli(CodecMode mode, std::vector<uint32_t> parameters) {
  if (mode == CodecMode::kBrotliEncode) return make_ready<BrotliEncoder>(std::move(parameters));
  return make_ready<BrotliDecoder>(std::move(parameters));
}

Result<std::unique_ptr<Codec>> make_zstd(CodecMode mode, std::vector<uint32_t> parameters,
                                         uint64_t pledged_size, Buffer dictionary) {
  if (mode == CodecMode::kZstdCompress) {
    return make_ready<ZstdCompressor>(std::move(parameters), pledged_size, std::move(dictionary));
  }
  return make_ready<ZstdDecompressor>(std::move(parameters), std::move(dictionary));
}

}  // namespace gyre::bindings
