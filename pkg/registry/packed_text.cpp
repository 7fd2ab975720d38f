#include "pkg/registry/packed_text.hpp"

#include <libdeflate.h>

#include <memory>

namespace gyre::pkg {
namespace {

constexpr int kLevel = 1;
constexpr size_t kLeast = 2048;  // less is not worth it

}  // namespace

PackedText::PackedText(std::string text) : size_(text.size()) {
  text.shrink_to_fit();
  text_ = std::make_shared<const std::string>(std::move(text));
}

const std::string& PackedText::get() { return *share(); }

std::shared_ptr<const std::string> PackedText::share() {
  if (text_) return text_;
  std::string text;
  if (!packed_.empty()) {
    thread_local const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)>
        decompressor(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
    GYRE_CHECK(decompressor != nullptr);
    text.resize(size_);
    const auto result = libdeflate_deflate_decompress(
        decompressor.get(), packed_.data(), packed_.size(), text.data(), text.size(), nullptr);
    GYRE_CHECK(result == LIBDEFLATE_SUCCESS);  // nobody else has seen these bytes
  }
  text_ = std::make_shared<const std::string>(std::move(text));
  return text_;
}

void PackedText::drop() {
  text_.reset();
  is_dropped_ = true;
}

void PackedText::pack() {
  if (!text_ || text_->size() < kLeast) return;
  if (packed_.empty()) {
    thread_local const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)>
        compressor(libdeflate_alloc_compressor(kLevel), libdeflate_free_compressor);
    if (!compressor) return;
    Buffer output(libdeflate_deflate_compress_bound(compressor.get(), text_->size()));
    const size_t size = libdeflate_deflate_compress(compressor.get(), text_->data(), text_->size(),
                                                    output.data(), output.size());
    if (size == 0 || size >= text_->size()) return;
    output.truncate(size);
    packed_ = Buffer::copy_of(output.view());
  }
  text_.reset();
}

}  // namespace gyre::pkg
