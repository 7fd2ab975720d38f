// Any text as subresource integrity, as a shasum and as base64: what was read prints to something
// that reads back the same.
#include "pkg/store/integrity.hpp"
#include "runtime/base/assert.hpp"

using namespace gyre;
using namespace gyre::pkg;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  for (auto read : {Integrity::parse(text), Integrity::from_shasum(text)}) {
    if (!read) continue;
    GYRE_CHECK(!read->empty());
    GYRE_CHECK(read->matches(read->key()));
    GYRE_CHECK(read->key().algorithm == read->strongest());
    auto again = Integrity::parse(read->to_string());
    GYRE_CHECK(again.is_ok() && again->to_string() == read->to_string());
  }
  const std::string encoded = base64_encode({data, size});
  auto decoded = base64_decode(encoded);
  GYRE_CHECK(decoded.is_ok() && std::equal(decoded->begin(), decoded->end(), data, data + size));
  (void)base64_decode(text);
  return 0;
}
