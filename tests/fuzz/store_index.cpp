// Any bytes as a store index: refused, or written and read again unchanged. Any bytes as the
// package.json the facts of an index come from.
#include <string>

#include "pkg/store/index.hpp"
#include "runtime/base/assert.hpp"

using namespace gyre::pkg;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto package = StoredPackage::parse(text)) {
    const std::string written = package->serialize();
    auto again = StoredPackage::parse(written);
    GYRE_CHECK(again.is_ok() && again->serialize() == written);
  }
  StoredPackage package;
  std::vector<std::string> bins;
  (void)read_package_facts(text, package, bins);
  return 0;
}
