// LinkModes: how files get from the store into a project: reflink, hardlink or copy, whichever
// works between the two file systems. The first file tries them in order; what has worked once is
// expected to go on working. Safe on any thread.
#pragma once

#include <atomic>
#include <string>

#include "pkg/options.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// One file to place, as names in two open folders.
struct Placement {
  int from_folder;
  int to_folder;
  const char* name;  // may have folders of its own, there on both sides
  bool is_executable;
};

class LinkModes {
 public:
  explicit LinkModes(LinkMode wanted) : wanted_(wanted) {}
  // `folder` is to_folder's path, for error messages. A file that is already there is left alone.
  Status place(const Placement& file, const std::string& folder);
  // What is in use; kAuto until something was placed.
  LinkMode proven() const { return proven_.load(std::memory_order_relaxed); }

 private:
  Status try_in_order(const Placement& file);

  const LinkMode wanted_;
  std::atomic<LinkMode> proven_{LinkMode::kAuto};
};

}  // namespace gyre::pkg
