// npm's path syntax for values inside a JSON document, as `npm pkg` has it: "scripts.test",
// "exports[.]", "contributors[0].name", "keywords[]". Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pkg/manifest/manifest.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct PathKey {
  std::string name;
  bool is_append = false;  // "[]"
  bool operator==(const PathKey&) const = default;
};
std::vector<PathKey> parse_path(std::string_view path);

using FoundValues =
    std::vector<std::pair<std::string, OrderedJson>>;  // by the path that leads there

// Values at `path`: none, one, or one for each element where a name follows an array. EUSAGE for
// empty brackets. A list of one or no element counts as its element, as npm has it.
Result<FoundValues> get_path(const OrderedJson& document, const std::string& path);

enum class Overwrite : uint8_t { kRefuse, kForce };
// Makes what is missing on the way. EUSAGE where a value that is no object would have to go.
Status set_path(OrderedJson& document, const std::string& path, const OrderedJson& value,
                Overwrite overwrite);
// Nothing happens where there is nothing.
Status delete_path(OrderedJson& document, const std::string& path);

}  // namespace gyre::pkg
