#include "pkg/registry/metadata_cache.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "pkg/files.hpp"
#include "pkg/registry/http_cache.hpp"
#include "pkg/spec/spec.hpp"
#include "runtime/base/fd.hpp"

namespace gyre::pkg {

namespace {

constexpr size_t kMostNames = 20'000;

std::string beginning_of(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char text[2048];
  const ssize_t size = fd ? ::read(fd.get(), text, sizeof text) : -1;
  return size > 0 ? std::string(text, static_cast<size_t>(size)) : std::string();
}

// "https://host/@s%2fa" -> "@s/a"; empty for what is no package's metadata.
std::string package_of(const std::string& url, const std::string& registry) {
  if (!url.starts_with(registry)) return {};
  std::string name = url.substr(registry.size());
  for (const char* slash : {"%2f", "%2F"}) {
    if (const size_t at = name.find(slash); at != std::string::npos) name.replace(at, 3, "/");
  }
  return is_valid_package_name(name) ? name : std::string();
}

}  // namespace

std::vector<std::string> cached_package_names(const std::string& cache_dir,
                                              const std::string& registry) {
  const std::string root = cache_dir + "/metadata";
  std::vector<std::string> names;
  auto folders = list_directory(root);
  if (!folders) return names;
  for (const std::string& folder : *folders) {
    auto files = list_directory(root + "/" + folder);
    if (!files) continue;
    for (const std::string& file : *files) {
      if (names.size() >= kMostNames) return names;
      const std::string path = root + "/" + folder + "/" + file;
      const std::string url = HttpCache::url_of_beginning(beginning_of(path));
      if (std::string name = package_of(url, registry); !name.empty()) names.push_back(name);
    }
  }
  return names;
}

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
