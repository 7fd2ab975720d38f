// NODE_OPTIONS: options from the environment, read before those of the command line. Pure.
#pragma once

#include <string_view>

#include "runtime/base/result.hpp"
#include "runtime/entry.hpp"

namespace gyre::cli {

// Adds what `text` asks for to `request`. EUSAGE, in Node's wording, for what cannot be read or has
// no place in the environment (a program, -e, --check and the like).
Status apply_node_options(std::string_view text, RuntimeRequest& request);

}  // namespace gyre::cli
