// What the process's exit status says.
#pragma once

namespace gyre::cli {

inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;  // the operation failed
inline constexpr int kUsage = 2;    // the command line makes no sense
inline constexpr int kSignalBase = 128;

}  // namespace gyre::cli
