// WorkerThread: a thread that hosts one isolate. Its owner hears about the end through its mailbox.
// Owner's thread only.
#pragma once

#include <pthread.h>

#include <functional>
#include <memory>
#include <string>

#include "workers/channel/mailbox.hpp"
#include "workers/isolate/host.hpp"

namespace gyre::workers {

enum class ThreadPriority : bool { kNormal, kLow };

struct WorkerThreadOptions {
  std::string name = "gyre-worker";
  size_t stack_size = 4 << 20;
  // Low: below the loops', so that jobs on all cores do not delay them.
  ThreadPriority priority = ThreadPriority::kNormal;
};

class WorkerThread {
 public:
  using OnExit = std::function<void(ExitReport)>;
  explicit WorkerThread(std::unique_ptr<IsolateHost> host);
  // Interrupts and joins; on_exit is not called any more.
  ~WorkerThread();
  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;

  // `on_exit` runs once on the owner's thread after the worker's thread has ended.
  Status start(std::shared_ptr<Mailbox> owner, OnExit on_exit, WorkerThreadOptions options = {});
  void interrupt() { host_->interrupt(); }
  bool is_running() const { return is_running_; }
  // Whether the running worker keeps its owner's loop alive.
  void set_keeps_alive(KeepsAlive keeps_alive);
  IsolateHost& host() { return *host_; }

 private:
  class Ended;
  class Finish;
  static void* thread_main(void* self);
  void join();

  std::unique_ptr<IsolateHost> host_;
  WorkerThreadOptions options_;
  std::shared_ptr<Mailbox> owner_;
  Expected* expected_ = nullptr;
  std::unique_ptr<Finish> finish_;
  pthread_t thread_{};
  bool is_running_ = false;
};

}  // namespace gyre::workers
