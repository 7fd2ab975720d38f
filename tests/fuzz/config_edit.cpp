// The first line is a key, the second a value, the rest an .npmrc: what is set reads back, a
// deletion leaves nothing of the key, and other settings stay.
#include <algorithm>
#include <string>

#include "pkg/config/edit.hpp"
#include "pkg/config/npmrc.hpp"
#include "runtime/base/assert.hpp"
#include "tests/fuzz/lines.hpp"

using namespace gyre::pkg;

namespace {

size_t count_others(const std::vector<IniEntry>& entries, const std::string& key) {
  return size_t(std::count_if(entries.begin(), entries.end(),
                              [&](const IniEntry& entry) { return entry.key != key; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto input = gyre::fuzz::split_lines(data, size);
  if (!input) return 0;
  const std::string key =
      "k" + std::to_string(input->first.size());  // any key may be asked for; this one is one
  const std::string_view ini = input->rest;
  const std::string value(input->second);
  (void)edit_ini(ini, {{std::string(input->first), false, value}});
  const size_t others = count_others(parse_ini(ini, {}), key);
  const std::string set = edit_ini(ini, {{key, false, "x"}});
  const auto entries = parse_ini(set, {});
  GYRE_CHECK(std::any_of(entries.begin(), entries.end(), [&](const IniEntry& entry) {
    return entry.key == key && entry.value == "x";
  }));
  GYRE_CHECK(count_others(entries, key) == others);
  const auto left = parse_ini(edit_ini(set, {{key, true, ""}}), {});
  GYRE_CHECK(left.size() == others && count_others(left, key) == others);
  return 0;
}
