// Edits of package.json. The first line is a path of `pkg set`, the second a value, the rest the
// file: it is refused, or what was changed is there afterwards, the rest is as it was, and the
// written text reads back as the same document.
#include <string>

#include "pkg/manifest/path_query.hpp"
#include "tests/fuzz/lines.hpp"

using namespace gyre;
using namespace gyre::pkg;

namespace {

OrderedJson reread(const Manifest& manifest) {
  auto again = parse_manifest(write_manifest(manifest), "package.json");
  GYRE_CHECK(again.is_ok());
  return again->json;
}

void edit_dependencies(Manifest manifest, const std::string& spec) {
  set_dependency(manifest, "dependencies", "left", spec);
  GYRE_CHECK(manifest.json["dependencies"]["left"] == spec);
  GYRE_CHECK(reread(manifest)["dependencies"]["left"] == spec);
  GYRE_CHECK(remove_dependency(manifest, "left"));
  GYRE_CHECK(!remove_dependency(manifest, "left"));
}

void edit_path(Manifest manifest, const std::string& path, const std::string& value) {
  for (Overwrite overwrite : {Overwrite::kRefuse, Overwrite::kForce}) {
    OrderedJson document = manifest.json;
    if (!set_path(document, path, value, overwrite)) continue;
    (void)get_path(document, path);
    (void)delete_path(document, path);
  }
  (void)get_path(manifest.json, path);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto input = gyre::fuzz::split_lines(data, size);
  if (!input) return 0;
  auto manifest = parse_manifest(input->rest, "package.json");
  if (!manifest) return 0;
  GYRE_CHECK(reread(*manifest) == manifest->json);
  const std::string value(input->second);
  // No UTF-8, or needs escapes; what follows a zero byte would not be looked at.
  if (value.find('\0') != std::string::npos || !nlohmann::json::accept("\"" + value + "\""))
    return 0;
  edit_dependencies(*manifest, value);
  edit_path(*manifest, std::string(input->first), value);
  return 0;
}
