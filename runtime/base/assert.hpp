// Assertions for what cannot happen. CHECK is always on, DCHECK in debug and dev builds only.
// Nothing reachable from input, network, disk or environment may CHECK: that is an Error.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace gyre::detail {
[[noreturn]] inline void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "gyre: assertion failed: %s (%s:%d)\n", expression, file, line);
  std::abort();
}
}  // namespace gyre::detail

#define CHECK_IMPL(expression) \
  ((expression) ? void(0) : ::gyre::detail::assertion_failed(#expression, __FILE__, __LINE__))
#define GYRE_CHECK(expression) CHECK_IMPL(expression)
#ifdef GYRE_DEBUG
#define GYRE_DCHECK(expression) CHECK_IMPL(expression)
#else
#define GYRE_DCHECK(expression) void(sizeof(!(expression)))
#endif
#define GYRE_UNREACHABLE() ::gyre::detail::assertion_failed("unreachable", __FILE__, __LINE__)
