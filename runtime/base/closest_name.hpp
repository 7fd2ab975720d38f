// "Did you mean": the known name closest to a mistyped one. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gyre {

// Nothing (empty) when no candidate is near enough to be a typing mistake.
std::string closest_name(std::string_view typed, const std::vector<std::string>& candidates);

}  // namespace gyre
