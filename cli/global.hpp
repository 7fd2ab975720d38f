// install, remove and ls with --global. Main thread.
#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"

namespace gyre::cli {

// The prefix: --prefix when given, else the setting.
std::string chosen_global_prefix(const Context& context, const pkg::Options& options);

void install_global(Context& context, const pkg::Options& options,
                    const std::vector<std::string>& packages);
void remove_global(Context& context, const pkg::Options& options,
                   const std::vector<std::string>& names);
void list_global(Context& context, const pkg::Options& options);

}  // namespace gyre::cli
