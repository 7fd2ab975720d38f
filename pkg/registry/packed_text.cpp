#include "pkg/registry/packed_text.hpp"

#include <libdeflate.h>

#include <memory>

namespace gyre::pkg {
namespace {

constexpr int kLevel = 1;
constexpr size_t kLeast = 2048;  // less is not worth it

}  // namespace

PackedText::PackedText(std::string text) : text_(std::move(text)), size_(text_.size()) {
  text_.shrink_to_fit();
}

const std::string& PackedText::get() {
  if (!text_.empty() || packed_.empty()) return text_;
  thread_local const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)>
      decompressor(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  GYRE_CHECK(decompressor != nullptr);
  text_.resize(size_);
  const auto result = libdeflate_deflate_decompress(
      decompressor.get(), packed_.data(), packed_.size(), text_.data(), text_.size(), nullptr);
  GYRE_CHECK(result == LIBDEFLATE_SUCCESS);  // nobody else has seen these bytes
  return text_;
}

void PackedText::drop() {
  text_ = std::string();
  is_dropped_ = true;
}

void PackedText::pack() {
  if (text_.size() < kLeast) return;
  if (packed_.empty()) {
    thread_local const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)>
        compressor(libdeflate_alloc_compressor(kLevel), libdeflate_free_compressor);
    if (!compressor) return;
    Buffer output(libdeflate_deflate_compress_bound(compressor.get(), text_.size()));
    const size_t size = libdeflate_deflate_compress(compressor.get(), text_.data(), text_.size(),
                                                    output.data(), output.size());
    if (size == 0 || size >= text_.size()) return;
    output.truncate(size);
    packed_ = Buffer::copy_of(output.view());
  }
  text_ = std::string();
}

}  // namespace gyre::pkg
