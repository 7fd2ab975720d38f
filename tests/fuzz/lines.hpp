// Inputs of several parts: two lines, then the rest. Views into the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gyre::fuzz {

struct Lines {
  std::string_view first, second, rest;
};

// Nothing where there are not two whole lines.
inline std::optional<Lines> split_lines(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t first = text.find('\n');
  if (first == std::string_view::npos) return std::nullopt;
  const size_t second = text.find('\n', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  return Lines{text.substr(0, first), text.substr(first + 1, second - first - 1),
               text.substr(second + 1)};
}

}  // namespace gyre::fuzz
