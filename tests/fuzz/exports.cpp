// The first line is a specifier, the rest a package.json "exports" value: resolving it never ends
// outside the package.
#include "runtime/modules/resolution/exports.hpp"
#include "runtime/base/path.hpp"
#include "runtime/modules/resolution/specifier.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gyre;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  auto map = json::parse(text.substr(line + 1));
  if (!map || map->is_null()) return 0;
  resolution::PackageConfig package;
  package.directory = "/p";
  package.file = "/p/package.json";
  package.exports = map.value();
  if (map->as_object()) package.imports = map.value();
  resolution::Conditions conditions({"node", "import"});
  std::string subpath = "./" + std::string(text.substr(0, line));
  for (std::string_view request : {std::string_view("."), std::string_view(subpath)}) {
    auto target = resolution::resolve_exports(package, request, "/b", conditions);
    if (!target) continue;
    std::string decoded = resolution::percent_decode(target->target);
    if (resolution::has_encoded_separator(target->target)) continue;  // refused by the caller
    GYRE_CHECK(path::is_inside("/p", path::normalize("/p" + decoded)));
  }
  auto import = resolution::resolve_imports(&package, "#" + subpath.substr(2), "/b", conditions);
  return import.is_ok() ? 0 : 0;
}
