// The first line is a rule of an ignore file, the second a path: an answer in bounded time.
#include <string>

#include "pkg/pack/glob.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  const gyre::pkg::GlobRule rule(text.substr(0, line));
  (void)rule.matches(text.substr(line + 1), false);
  (void)rule.matches(text.substr(line + 1), true);
  (void)rule.is_about_names();
  return 0;
}
