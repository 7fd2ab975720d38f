// Any text as version and as range: parsing ends, and what was read prints to something that reads
// back the same.
#include <string>

#include "pkg/semver/algorithms.hpp"
#include "pkg/semver/json_lines.hpp"
#include "runtime/base/assert.hpp"

using namespace gyre;

namespace {

void check_range(std::string_view text, const semver::RangeOptions& options) {
  auto range = semver::Range::parse(text, options);
  if (!range) return;
  std::string canonical = range->text();
  auto again = semver::Range::parse(canonical, options);
  GYRE_CHECK(canonical.size() > 200 || again.has_value());
  (void)semver::min_version(*range);
  (void)range->test("1.2.3-beta.1");
  (void)semver::is_subset(*range, *range);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  for (semver::Mode mode : {semver::Mode::kStrict, semver::Mode::kLoose}) {
    if (auto version = semver::parse(text, mode)) {
      auto again = semver::parse(version->text());
      GYRE_CHECK(mode == semver::Mode::kLoose || (again && compare(*again, *version) == 0));
    }
    check_range(text, {mode, semver::Prereleases::kOnlySameTuple});
    check_range(text, {mode, semver::Prereleases::kInclude});
  }
  (void)semver::coerce(text, semver::Direction::kRightToLeft);
  (void)semver::answer_json_line(text);
  return 0;
}
