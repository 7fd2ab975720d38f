// Any bytes as a registry's answer: an error, or metadata all of whose versions can be looked at.
#include <string>

#include "pkg/registry/pick.hpp"
#include "pkg/resolve/wants.hpp"

using namespace gyre;
using namespace gyre::pkg;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ByteView bytes(data, size);
  auto packument = Packument::parse(bytes, "name", "https://registry.npmjs.org/name");
  if (!packument) return 0;
  Options options;
  RangeCache ranges;
  (void)pick_manifest(**packument, WantKind::kRange, "*", options, ranges);
  (void)pick_manifest(**packument, WantKind::kTag, "latest", options, ranges);
  (*packument)->put_away();
  for (size_t i = 0; i < (*packument)->versions().size(); ++i) {
    auto manifest = (*packument)->manifest(i);
    if (!manifest) continue;
    auto package = resolve::package_from_manifest(**manifest);
    if (!package) continue;
    for (const Bin& bin : package.value()->meta.bins)
      GYRE_CHECK(bin.name.find('/') == std::string::npos);
  }
  return 0;
}
