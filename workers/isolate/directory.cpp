#include "workers/isolate/directory.hpp"

#include "workers/isolate/port.hpp"

namespace gyre::workers {

Directory& Directory::process() {
  static Directory& instance = *new Directory;
  return instance;
}

std::shared_ptr<PortGroup> Directory::broadcast_group(const std::string& name) {
  std::lock_guard lock(mutex_);
  std::shared_ptr<PortGroup> group = groups_[name].lock();
  if (!group) {
    std::erase_if(groups_, [](const auto& entry) { return entry.second.expired(); });
    group = std::make_shared<PortGroup>(PortGroup::Kind::kBroadcast);
    groups_[name] = group;
  }
  return group;
}

}  // namespace gyre::workers
