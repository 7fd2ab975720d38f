// JSON values as JavaScript programs print them (util.inspect's layout: quotes, line breaks,
// columns of short array items): what scripts around `npm view` parse. Pure.
#pragma once

#include <string>

#include "pkg/manifest/manifest.hpp"

namespace gyre::cli {

// Objects deeper than `depth` are printed as [Object] or [Array].
std::string inspect(const pkg::OrderedJson& value, int depth = 5);

}  // namespace gyre::cli
