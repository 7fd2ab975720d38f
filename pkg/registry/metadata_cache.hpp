// The metadata cache as a whole: what is in it, entry by entry, and what is damaged. Blocking; any
// thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct CachedMetadata {
  std::string url;   // empty: the entry cannot be read
  std::string file;  // absolute
  uint64_t bytes = 0;
};

// By URL.
Result<std::vector<CachedMetadata>> list_cached_metadata(const std::string& cache_dir);

// Names whose metadata `registry` (a URL ending with '/') has given before, in no order. Only the
// beginning of each entry is read; at most some thousands.
std::vector<std::string> cached_package_names(const std::string& cache_dir,
                                              const std::string& registry);

}  // namespace gyre::pkg
