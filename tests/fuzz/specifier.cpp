// Any text as a dependency specifier and as a command-line argument.
#include <string>

#include "pkg/spec/spec.hpp"

using namespace gyre;
using namespace gyre::pkg;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto spec = parse_argument(text); spec && !spec->name.empty())
    GYRE_CHECK(is_valid_package_name(spec->name));
  if (auto spec = parse_spec("name", text); spec && spec->kind == SpecKind::kAlias)
    GYRE_CHECK(is_valid_package_name(spec->target_name));
  if (is_valid_package_name(text)) {
    GYRE_CHECK(text.find("..") != 0);
    GYRE_CHECK(text.find('/') == std::string_view::npos || text[0] == '@');
  }
  return 0;
}
