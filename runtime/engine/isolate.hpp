// IsolateOwner: one V8 isolate with its allocator, heap limits and task runner, entered on the
// constructing thread. Torn down in a fixed order; the Env must be gone before.
#pragma once

#include <memory>

#include "runtime/engine/platform.hpp"
#include "runtime/engine/snapshot.hpp"

namespace gyre::engine {

struct IsolateLimits {
  // Megabytes; 0 means V8's default for this machine.
  size_t max_old_generation_mb = 0;
  size_t max_young_generation_mb = 0;
  // Lowest stack address JavaScript may reach; 0 keeps V8's default (about 1 MB).
  uintptr_t stack_limit = 0;
};

class IsolateOwner {
 public:
  IsolateOwner(Platform& platform, const Snapshot& snapshot, IsolateLimits limits = {});
  ~IsolateOwner();
  IsolateOwner(const IsolateOwner&) = delete;
  IsolateOwner& operator=(const IsolateOwner&) = delete;

  v8::Isolate* get() const { return isolate_; }
  ForegroundTasks& tasks() { return *tasks_; }

 private:
  Platform& platform_;
  std::shared_ptr<v8::ArrayBuffer::Allocator> allocator_;
  v8::Isolate* isolate_;
  std::shared_ptr<ForegroundTasks> tasks_;
};

// Settings every isolate needs before it runs JavaScript (microtask policy, callbacks).
void configure_isolate(v8::Isolate* isolate);

}  // namespace gyre::engine
