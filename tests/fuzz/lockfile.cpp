// Any bytes as package-lock.json: an error, or a tree that is written and read again unchanged and
// that never names a place outside the project.
#include <string>

#include "pkg/lockfile/package_lock.hpp"

using namespace gyre;
using namespace gyre::pkg;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  Result<Lockfile> lockfile = parse_lockfile(text, "package-lock.json");
  if (!lockfile) return 0;
  for (const auto& [location, node] : lockfile->tree.nodes) {
    GYRE_CHECK(!location.starts_with('/'));
    GYRE_CHECK(location.find("/../") == std::string::npos);
    for (const Bin& bin : node.meta.bins) GYRE_CHECK(bin.name.find('/') == std::string::npos);
  }
  (void)check_lockfile_hosts(lockfile->tree, Options{});
  std::string written = write_lockfile(lockfile->tree, lockfile->style, Options{});
  (void)parse_lockfile(written, "package-lock.json");
  return 0;
}
