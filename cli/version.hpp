// Versions the command line reports.
#pragma once

namespace gyre::cli {

inline constexpr const char* kVersion = GYRE_VERSION;

}  // namespace gyre::cli
