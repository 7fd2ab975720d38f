// Archives: whatever the bytes, the reader answers with entries or an error, never a crash, and no
// entry it hands out leads outside the package. The checksums of tar headers are made right first:
// without that no mutation of a header gets past them.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "pkg/extract/tarball.hpp"
#include "runtime/base/assert.hpp"

namespace {

constexpr size_t kBlock = 512, kSizeField = 124, kSizeDigits = 11, kSumField = 148, kSumWidth = 8;

class Checker final : public gyre::pkg::TarballVisitor {
 public:
  gyre::Status begin_file(const std::string& path, bool) override {
    const std::string padded = "/" + path + "/";
    GYRE_CHECK(!path.empty() && path[0] != '/' && padded.find("/../") == std::string::npos);
    GYRE_CHECK(padded.find("/./") == std::string::npos && path.find('\0') == std::string::npos);
    return gyre::ok();
  }
  gyre::Status write(gyre::ByteView bytes) override {
    written_ += bytes.size();
    GYRE_CHECK(written_ <= kLimit);
    return gyre::ok();
  }
  gyre::Status end_file() override { return gyre::ok(); }
  static constexpr uint64_t kLimit = 8 << 20;

 private:
  uint64_t written_ = 0;
};

// Walks from header to header as their sizes say.
void mend_checksums(std::vector<uint8_t>& tar) {
  for (size_t at = 0; at + kBlock <= tar.size();) {
    uint8_t* header = tar.data() + at;
    std::fill_n(header + kSumField, kSumWidth, ' ');
    unsigned sum = 0;
    for (size_t i = 0; i < kBlock; ++i) sum += header[i];
    std::snprintf(reinterpret_cast<char*>(header + kSumField), kSumWidth, "%06o", sum);
    size_t size = 0;
    for (size_t i = 0; i < kSizeDigits; ++i) {
      const uint8_t digit = header[kSizeField + i];
      if (digit < '0' || digit > '7') break;
      size = size * 8 + (digit - '0');
    }
    at += kBlock + (size + kBlock - 1) / kBlock * kBlock;
  }
}

void read(gyre::ByteView bytes) {
  Checker checker;
  gyre::pkg::TarballLimits limits;
  limits.unpacked_bytes = Checker::kLimit;
  (void)gyre::pkg::read_tarball(bytes, limits, checker);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  read({data, size});
  std::vector<uint8_t> tar(data, data + size);
  mend_checksums(tar);
  read(tar);
  return 0;
}
