// Folders below the cache in which repositories are unpacked and prepared. Each is one job's own.
#pragma once

#include <unistd.h>

#include <atomic>
#include <string>

#include "pkg/files.hpp"
#include "pkg/options.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg::git {

// A folder for one job, removed with it.
class ScratchFolder {
 public:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  ~ScratchFolder() { (void)remove_tree(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  Status create() const { return make_directories(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string scratch_path(const Options& options, const char* purpose) {
  static std::atomic<unsigned> counter{0};
  return options.cache_dir + "/git/tmp-" + std::to_string(::getpid()) + "-" +
         std::to_string(counter.fetch_add(1)) + "-" + purpose;
}

}  // namespace gyre::pkg::git
