// Any bytes as an npmrc file.
#include "pkg/config/npmrc.hpp"
#include "pkg/config/ini_values.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& entry : gyre::pkg::parse_ini(text, {{"HOME", "/home/x"}, {"EMPTY", ""}}))
    GYRE_CHECK(!entry.key.empty());
  std::string encoded = gyre::pkg::encode_base64(text);
  GYRE_CHECK(gyre::pkg::decode_base64(encoded) == text);
  return 0;
}
