#include "pkg/lockfile/collate.hpp"

#include <array>
#include <cstdint>

namespace gyre::pkg {
namespace {

// Primary weight by byte: 0 is ignorable; letters weigh the same in both cases.
constexpr std::array<uint16_t, 256> make_weights() {
  std::array<uint16_t, 256> weights{};
  constexpr std::string_view kOrder =
      "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz";
  uint16_t weight = 1;
  for (char c : kOrder) weights[static_cast<unsigned char>(c)] = weight++;
  for (char c = 'A'; c <= 'Z'; ++c)
    weights[static_cast<unsigned char>(c)] = weights[static_cast<unsigned char>(c - 'A' + 'a')];
  for (int c = 0x80; c < 0x100; ++c)
    weights[static_cast<size_t>(c)] = static_cast<uint16_t>(weight + c - 0x80);
  return weights;
}
constexpr std::array<uint16_t, 256> kWeights = make_weights();

uint16_t weight_of(char c) { return kWeights[static_cast<unsigned char>(c)]; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

}  // namespace

int compare_locale(std::string_view a, std::string_view b) {
  size_t i = 0, k = 0;
  int by_case = 0;  // decides only between strings that are otherwise the same
  while (true) {
    while (i < a.size() && weight_of(a[i]) == 0) ++i;
    while (k < b.size() && weight_of(b[k]) == 0) ++k;
    if (i == a.size() || k == b.size()) break;
    int order = static_cast<int>(weight_of(a[i])) - static_cast<int>(weight_of(b[k]));
    if (order != 0) return order;
    if (by_case == 0) by_case = static_cast<int>(is_upper(a[i])) - static_cast<int>(is_upper(b[k]));
    ++i;
    ++k;
  }
  if (i < a.size()) return 1;
  if (k < b.size()) return -1;
  return by_case;
}

}  // namespace gyre::pkg
