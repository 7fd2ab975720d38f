#include "pkg/registry/metadata_cache.hpp"

#include <algorithm>

#include "pkg/files.hpp"
#include "pkg/registry/http_cache.hpp"

namespace gyre::pkg {

Result<std::vector<CachedMetadata>> list_cached_metadata(const std::string& cache_dir) {
  const std::string root = cache_dir + "/metadata";
  std::vector<CachedMetadata> entries;
  GYRE_ASSIGN(const auto folders, list_directory(root));
  for (const std::string& folder : folders) {
    GYRE_ASSIGN(const auto names, list_directory(root + "/" + folder));
    for (const std::string& name : names) {
      CachedMetadata entry;
      entry.file = root + "/" + folder + "/" + name;
      if (auto text = read_file(entry.file)) {
        entry.bytes = text->size();
        entry.url = HttpCache::url_of(*text);
      }
      entries.push_back(std::move(entry));
    }
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.url != b.url ? a.url < b.url : a.file < b.file;
  });
  return entries;
}

}  // namespace gyre::pkg
