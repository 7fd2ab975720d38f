#include "runtime/engine/platform.hpp"

#include <libplatform/libplatform.h>

#include <algorithm>

#include "runtime/base/clock.hpp"
#include "runtime/engine/v8_compat.hpp"

namespace gyre::engine {
namespace {

// Runs an isolate's due tasks on its own thread.
class DrainTask final : public workers::Task {
 public:
  explicit DrainTask(std::weak_ptr<ForegroundTasks> tasks) : tasks_(std::move(tasks)) {}
  void run() override {
    if (auto tasks = tasks_.lock(); tasks && tasks->isolate) tasks->run_due(tasks->isolate);
  }

 private:
  std::weak_ptr<ForegroundTasks> tasks_;
};

}  // namespace

void ForegroundTasks::attach(std::shared_ptr<workers::Mailbox> mailbox) {
  std::lock_guard lock(mutex_);
  mailbox_ = std::move(mailbox);
  if (mailbox_ && !entries_.empty()) {
    woken_ = true;
    mailbox_->post(std::make_unique<DrainTask>(weak_from_this()));
  }
}

void ForegroundTasks::push(std::unique_ptr<v8::Task> task, uint64_t delay_ms) {
  std::lock_guard lock(mutex_);
  entries_.push_back({Clock::system().monotonic_ms() + delay_ms, std::move(task)});
  // Delayed tasks (idle-time collections) ride on a later drain; they never wake the loop.
  if (delay_ms > 0 || woken_ || !mailbox_) return;
  woken_ = true;
  mailbox_->post(std::make_unique<DrainTask>(weak_from_this()));
}

bool ForegroundTasks::run_due(v8::Isolate* isolate) {
  std::vector<Entry> due;
  {
    std::lock_guard lock(mutex_);
    woken_ = false;
    uint64_t now = Clock::system().monotonic_ms();
    auto later = std::stable_partition(entries_.begin(), entries_.end(),
                                       [now](const Entry& entry) { return entry.due_ms <= now; });
    std::move(entries_.begin(), later, std::back_inserter(due));
    entries_.erase(entries_.begin(), later);
  }
  for (Entry& entry : due) {
    v8::HandleScope handles(isolate);
    entry.task->Run();
  }
  return !due.empty();
}

void ForegroundTasks::PostTask(std::unique_ptr<v8::Task> task) { push(std::move(task), 0); }
void ForegroundTasks::PostNonNestableTask(std::unique_ptr<v8::Task> task) {
  push(std::move(task), 0);
}
void ForegroundTasks::PostDelayedTask(std::unique_ptr<v8::Task> task, double delay) {
  push(std::move(task), static_cast<uint64_t>(delay * 1000) + 1);
}
void ForegroundTasks::PostNonNestableDelayedTask(std::unique_ptr<v8::Task> task, double delay) {
  push(std::move(task), static_cast<uint64_t>(delay * 1000) + 1);
}

Platform& Platform::initialize(workers::ThreadPool& pool, const std::string& flags) {
  static Platform platform(pool);
  v8::V8::SetFlagsFromString(flags.data(), flags.size());
  v8::V8::InitializePlatform(&platform);
  v8::V8::Initialize();
  return platform;
}

std::shared_ptr<ForegroundTasks> Platform::register_isolate(v8::Isolate* isolate) {
  auto tasks = std::make_shared<ForegroundTasks>();
  tasks->isolate = isolate;
  std::lock_guard lock(mutex_);
  runners_[isolate] = tasks;
  return tasks;
}

void Platform::unregister_isolate(v8::Isolate* isolate) {
  std::lock_guard lock(mutex_);
  runners_.erase(isolate);
}

std::shared_ptr<v8::TaskRunner> Platform::GetForegroundTaskRunner(v8::Isolate* isolate) {
  std::lock_guard lock(mutex_);
  auto found = runners_.find(isolate);
  // V8 asks for runners of isolates it makes itself (the snapshot creator's): tasks posted there
  // wait and die with them.
  if (found == runners_.end()) {
    found = runners_.emplace(isolate, std::make_shared<ForegroundTasks>()).first;
    found->second->isolate = isolate;
  }
  return found->second;
}

void Platform::CallOnWorkerThread(std::unique_ptr<v8::Task> task) {
  pool_.post(kClass, [task = std::move(task)] { task->Run(); });
}

void Platform::CallDelayedOnWorkerThread(std::unique_ptr<v8::Task> task, double) {
  CallOnWorkerThread(std::move(task));
}

std::unique_ptr<v8::JobHandle> Platform::PostJob(v8::TaskPriority priority,
                                                 std::unique_ptr<v8::JobTask> job_task) {
  return v8::platform::NewDefaultJobHandle(this, priority, std::move(job_task),
                                         NumberOfWorkerThreads());
}

double Platform::MonotonicallyIncreasingTime() {
  return static_cast<double>(Clock::system().monotonic_ns()) / 1e9;
}
double Platform::CurrentClockTimeMillis() {
  return static_cast<double>(Clock::system().wall_ns()) / 1e6;
}

}  // namespace gyre::engine
