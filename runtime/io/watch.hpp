// Watching files and directories by inotify. One kernel instance serves all watchers of a loop
// (users may have few instances, many watches). Loop's thread only.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/base/bytes.hpp"
#include "runtime/base/fd.hpp"
#include "runtime/base/result.hpp"
#include "runtime/loop/handle.hpp"
#include "runtime/loop/loop.hpp"

namespace gyre::io {

enum class WatchEvent : uint8_t { kChange, kRename };

class PathWatcher;

// The inotify instance of a loop.
class WatchHub final : public RefCounted {
 public:
  explicit WatchHub(loop::Loop& loop) : loop_(loop) {}
  loop::Loop& loop() const { return loop_; }

 private:
  friend class PathWatcher;
  class ReadOp;
  Status add(PathWatcher& watcher, const std::string& path);
  void remove(PathWatcher& watcher);
  void read_more();
  void on_read(ByteView events);
  void report(int descriptor, uint32_t mask, const std::string& name);

  loop::Loop& loop_;
  UniqueFd fd_;
  Ref<loop::Op> op_;
  // Several watchers of one file share its descriptor.
  std::unordered_map<int, std::vector<PathWatcher*>> watchers_;
};

// One watched path. `on_event` gets the name within a directory, or the path's own last part.
class PathWatcher final : public loop::Handle {
 public:
  using EventHandler = std::function<void(WatchEvent, const std::string& name)>;
  PathWatcher(Ref<WatchHub> hub, EventHandler on_event);
  Status start(const std::string& path);

 protected:
  loop::CloseStep begin_close() override;

 private:
  friend class WatchHub;
  Ref<WatchHub> hub_;
  EventHandler on_event_;
  std::string own_name_;
  int descriptor_ = -1;
};

}  // namespace gyre::io
