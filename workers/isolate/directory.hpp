// Directory: what is known process-wide about workers: the next thread id and the broadcast groups
// by name. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace gyre::workers {

class PortGroup;

class Directory {
 public:
  // Lives for ever.
  static Directory& process();

  // 1, 2, 3...; the main thread is 0.
  uint64_t new_thread_id() { return ++last_thread_id_; }
  // The group of that name; it exists while it has members.
  std::shared_ptr<PortGroup> broadcast_group(const std::string& name);

 private:
  std::atomic<uint64_t> last_thread_id_{0};
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<PortGroup>> groups_;
};

}  // namespace gyre::workers
