// Checks on JSON text made before or after a parser sees it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace gyre::pkg {

// "line 3, column 7" of a byte offset.
std::string position_text(std::string_view text, size_t offset);
// Whether brackets nest deeper than any real document: recursive readers must not see it.
bool nests_too_deeply(std::string_view json);

}  // namespace gyre::pkg
