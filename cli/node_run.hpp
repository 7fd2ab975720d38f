// `node --run <script>`: one script of the nearest package.json, without pre and post. Main thread.
#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"

namespace gyre::cli {

// Returns the script's status, or ends this process as the script ended.
int run_node_script(Context& context, const std::string& name, std::vector<std::string> arguments);

}  // namespace gyre::cli
