// Handle: a long-lived thing on a loop (socket, signal, watcher): open → closing → closed. Counted
// on its loop's thread; memory goes after `closed`, never inside close(). A closing handle keeps
// the loop alive; an open one does while it is active and referenced.
#pragma once

#include <functional>

#include "runtime/base/intrusive.hpp"
#include "runtime/loop/liveness.hpp"

namespace gyre::loop {

enum class CloseStep {
  kDone,   // nothing left to wait for
  kLater,  // the handle calls finish_close() when its last op is over
};

class Handle : public RefCounted, public ListNode, public Liveness {
 public:
  enum class State { kOpen, kClosing, kClosed };

  explicit Handle(Loop& loop);

  // Starts closing; later calls only add their callback. `after` runs in the closing phase.
  void close(std::function<void()> after = {});
  State state() const { return state_; }
  bool is_open() const { return state_ == State::kOpen; }
  bool is_closing() const { return state_ != State::kOpen; }

 protected:
  ~Handle() override = default;
  // Inside close(): stop activity, cancel ops (loop().cancel). Ops in flight hold their own Ref.
  virtual CloseStep begin_close() { return CloseStep::kDone; }
  // In the closing phase, before the callbacks of close(): release what is left.
  virtual void on_closed() {}
  void finish_close();

 private:
  friend class Loop;
  void deliver_closed();
  State state_ = State::kOpen;
  bool is_ready_ = false;
  std::function<void()> after_;
};

}  // namespace gyre::loop
