// The first half (up to a NUL) is a patch, the rest the file it is applied to: an error, or paths
// that stay inside the package.
#include <string>

#include "pkg/patch/unified_diff.hpp"
#include "runtime/base/assert.hpp"

using namespace gyre::pkg;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t end = text.find('\0');
  auto files = parse_diff(text.substr(0, end));
  if (!files) return 0;
  const std::string_view old = end == std::string_view::npos ? "" : text.substr(end + 1);
  for (const FileDiff& file : *files) {
    const std::string padded = "/" + file.path + "/";
    GYRE_CHECK(!file.path.empty() && file.path[0] != '/');
    GYRE_CHECK(padded.find("/../") == std::string::npos);
    (void)apply_hunks(file, old);
  }
  return 0;
}
