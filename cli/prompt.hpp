// Questions on the terminal: the text goes to stderr, the answer comes from stdin; secrets are not
// echoed. Main thread.
#pragma once

#include <string>

#include "runtime/base/result.hpp"

namespace gyre::cli {

// The line without its end. ECANCELED at the end of the input.
Result<std::string> ask_line(const std::string& question);
Result<std::string> ask_secret(const std::string& question);

}  // namespace gyre::cli
