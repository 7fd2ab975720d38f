// Hooks: callbacks run once per turn of the loop, in one of three phases. An active idle hook keeps
// poll from waiting. Owned by whoever made it; loop's thread only.
#pragma once

#include <functional>

#include "runtime/base/intrusive.hpp"
#include "runtime/loop/liveness.hpp"

namespace gyre::loop {

enum class HookPhase { kIdle, kPrepare, kCheck };

class Hook final : public ListNode, public Liveness {
 public:
  Hook(Loop& loop, HookPhase phase, std::function<void()> callback);
  void start();
  void stop();

 private:
  friend class HookList;
  HookPhase phase_;
  std::function<void()> callback_;
};

// The active hooks of one phase.
class HookList {
 public:
  void add(Hook& hook) { hooks_.push_back(hook); }
  bool empty() const { return hooks_.empty(); }
  // Calls each hook once, in the order they were started. Hooks may start and stop any hook.
  void run();

 private:
  List<Hook> hooks_;
};

}  // namespace gyre::loop
