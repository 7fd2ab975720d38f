// Any bytes: the reader answers or fails, and what it read survives being written and read again.
#include "runtime/base/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto value = gyre::json::parse({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  std::string text = gyre::json::write(value.value());
  auto again = gyre::json::parse(text);
  GYRE_CHECK(again.is_ok());
  GYRE_CHECK(gyre::json::write(again.value()) == text);
  return 0;
}
