// Archives: whatever the bytes, the reader answers with entries or an error, never a crash, and no
// entry it hands out leads outside the package.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "pkg/extract/tarball.hpp"

namespace {

class Checker final : public gyre::pkg::TarballVisitor {
 public:
  gyre::Status begin_file(const std::string& path, bool) override {
    const std::string padded = "/" + path + "/";
    if (path.empty() || path[0] == '/' || padded.find("/../") != std::string::npos) std::abort();
    return gyre::ok();
  }
  gyre::Status write(gyre::ByteView) override { return gyre::ok(); }
  gyre::Status end_file() override { return gyre::ok(); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Checker checker;
  gyre::pkg::TarballLimits limits;
  limits.unpacked_bytes = 8 << 20;
  (void)gyre::pkg::read_tarball({data, size}, limits, checker);
  return 0;
}
