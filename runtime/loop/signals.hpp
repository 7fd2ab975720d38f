// Signals: process signals as callbacks on loops. A handler that touches only atomics and an
// eventfd notes the number for every loop that watches it; several of one number that arrive
// before the loop looks are one callback, as with the kernel itself.
#pragma once

#include <functional>
#include <memory>

#include "runtime/base/result.hpp"
#include "runtime/loop/handle.hpp"

namespace gyre::loop {

class SignalDispatch;

// Watches one signal number; loop's thread only. While at least one handle in the process watches
// a number its default action is off; the previous action comes back after the last one.
class SignalHandle final : public Handle {
 public:
  SignalHandle(Loop& loop, std::function<void(int)> callback);
  // EINVAL for numbers that cannot be caught. Starting again moves it to the other number.
  Status start(int number);
  void stop();
  int number() const { return number_; }

 protected:
  ~SignalHandle() override;
  CloseStep begin_close() override;

 private:
  friend class SignalDispatch;
  std::function<void(int)> callback_;
  std::shared_ptr<SignalDispatch> dispatch_;
  int number_ = 0;
};

// Writing to a closed socket or past a size limit must be an error, not the end: ignores SIGPIPE
// and SIGXFSZ. Once, at start.
void ignore_broken_pipes();

}  // namespace gyre::loop
