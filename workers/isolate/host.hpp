// IsolateHost: what a worker thread needs of whoever brings the JavaScript engine. The thread calls
// start, run and stop in this order, once each, stop even when start failed; interrupt may come
// from any thread at any time in the host's life.
#pragma once

#include <string>

#include "runtime/base/result.hpp"

namespace gyre::workers {

// How a worker ended.
struct ExitReport {
  int code = 0;
  // Error code (ERR_WORKER_OUT_OF_MEMORY, ERR_WORKER_INIT_FAILED) or empty, and its text.
  std::string error_code;
  std::string error_message;
};

class IsolateHost {
 public:
  virtual ~IsolateHost() = default;
  // Makes the isolate, its loop and its context on this thread. `stack_base` is the highest address
  // and `stack_size` the bytes below it.
  virtual Status start(uintptr_t stack_base, size_t stack_size) = 0;
  // Runs the program until it has ended or was interrupted.
  virtual ExitReport run() = 0;
  // Frees everything that belongs to the thread.
  virtual void stop() = 0;
  // Any thread: running JavaScript ends, and run() returns soon. Idempotent.
  virtual void interrupt() = 0;
};

}  // namespace gyre::workers
