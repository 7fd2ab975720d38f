// Fuzz target: any bytes as "input NUL base" must parse to a fixed point or be refused.
#include "runtime/io/url.hpp"

#include "runtime/base/assert.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gyre::io;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t split = text.find('\0');
  std::optional<UrlRecord> base;
  if (split != std::string_view::npos) base = parse_url(text.substr(split + 1));
  auto url = parse_url(text.substr(0, split), base ? &*base : nullptr);
  if (!url) return 0;
  std::string once = serialize_url(*url);
  auto again = parse_url(once);
  GYRE_CHECK(again.has_value());
  GYRE_CHECK(serialize_url(*again) == once);
  for (uint32_t part = 0; part <= static_cast<uint32_t>(UrlPart::kHref); ++part) {
    UrlRecord copy = *url;
    set_url_part(copy, static_cast<UrlPart>(part), text);
    GYRE_CHECK(parse_url(serialize_url(copy)).has_value());
  }
  return 0;
}
