// Whether this build is instrumented, and so the programs it tests: they are slower, need more
// memory, and take no preloaded libraries.
#pragma once

namespace gyre::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kIsSanitized = true;
#else
inline constexpr bool kIsSanitized = false;
#endif

}  // namespace gyre::test
