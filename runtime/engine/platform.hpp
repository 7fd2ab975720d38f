// V8's platform on our thread pool: background compile and GC jobs run on the pool's cpu class,
// tasks for an isolate on the thread that runs it, woken through its mailbox. One per process; any
// thread.
#pragma once

#include <v8-platform.h>

#include <memory>
#include <mutex>
#include <unordered_map>

#include "workers/channel/mailbox.hpp"
#include "workers/pool/thread_pool.hpp"

namespace gyre::engine {

// Tasks V8 wants run on one isolate's thread.
class ForegroundTasks final : public v8::TaskRunner,
                              public std::enable_shared_from_this<ForegroundTasks> {
 public:
  // From now on new tasks wake this mailbox's thread. Null detaches (teardown).
  void attach(std::shared_ptr<workers::Mailbox> mailbox);
  // Owner's thread: runs what is due. True if anything ran.
  bool run_due(v8::Isolate* isolate);

  void PostTask(std::unique_ptr<v8::Task> task) override;
  void PostNonNestableTask(std::unique_ptr<v8::Task> task) override;
  void PostDelayedTask(std::unique_ptr<v8::Task> task, double delay_in_seconds) override;
  void PostNonNestableDelayedTask(std::unique_ptr<v8::Task> task, double delay) override;
  void PostIdleTask(std::unique_ptr<v8::IdleTask>) override {}
  bool IdleTasksEnabled() override { return false; }
  bool NonNestableTasksEnabled() const override { return true; }
  bool NonNestableDelayedTasksEnabled() const override { return true; }

  v8::Isolate* isolate = nullptr;  // set by Platform::register_isolate

 private:
  struct Entry {
    uint64_t due_ms;
    std::unique_ptr<v8::Task> task;
  };
  void push(std::unique_ptr<v8::Task> task, uint64_t delay_ms);

  std::mutex mutex_;
  std::vector<Entry> entries_;
  std::shared_ptr<workers::Mailbox> mailbox_;
  bool woken_ = false;
};

class Platform final : public v8::Platform {
 public:
  // Starts V8 with these flags. Once per process, before the first isolate.
  static Platform& initialize(workers::ThreadPool& pool, const std::string& flags);

  explicit Platform(workers::ThreadPool& pool) : pool_(pool) {}
  std::shared_ptr<ForegroundTasks> register_isolate(v8::Isolate* isolate);
  void unregister_isolate(v8::Isolate* isolate);

  int NumberOfWorkerThreads() override { return static_cast<int>(pool_.cap(kClass)); }
  std::shared_ptr<v8::TaskRunner> GetForegroundTaskRunner(v8::Isolate* isolate) override;
  void CallOnWorkerThread(std::unique_ptr<v8::Task> task) override;
  void CallDelayedOnWorkerThread(std::unique_ptr<v8::Task> task, double delay) override;
  std::unique_ptr<v8::JobHandle> PostJob(v8::TaskPriority priority,
                                         std::unique_ptr<v8::JobTask> job_task) override;
  double MonotonicallyIncreasingTime() override;
  double CurrentClockTimeMillis() override;
  v8::TracingController* GetTracingController() override { return &tracing_; }

 private:
  static constexpr workers::JobClass kClass = workers::JobClass::kCpu;
  workers::ThreadPool& pool_;
  v8::TracingController tracing_;
  std::mutex mutex_;
  std::unordered_map<v8::Isolate*, std::shared_ptr<ForegroundTasks>> runners_;
};

}  // namespace gyre::engine
