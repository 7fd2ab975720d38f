// Any bytes as a lockfile for pnpm: an error, or packages whose names and versions can be
// installed.
#include <string>

#include "pkg/import/foreign_lock.hpp"
#include "pkg/spec/spec.hpp"
#include "runtime/base/assert.hpp"

using namespace gyre;
using namespace gyre::pkg;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Result<ForeignLock> lock = parse_pnpm(text, "lockfile");
  if (!lock) return 0;
  for (const ForeignPackage& package : lock->packages)
    GYRE_CHECK(is_valid_package_name(package.name));
  return 0;
}
