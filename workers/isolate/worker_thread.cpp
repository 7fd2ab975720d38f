#include "workers/isolate/worker_thread.hpp"

#include <algorithm>

#include "workers/pool/priority.hpp"

namespace gyre::workers {
namespace {
constexpr size_t kLeastStack = 512 << 10;
constexpr size_t kMostStack = 1 << 30;

// What is left of this thread's stack below `address`: thread-local data lies in it as well, and
// is large under sanitizers.
size_t stack_below(uintptr_t address, size_t size_asked_for) {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return size_asked_for;
  void* lowest = nullptr;
  size_t size = 0;
  pthread_attr_getstack(&attributes, &lowest, &size);
  pthread_attr_destroy(&attributes);
  return address - reinterpret_cast<uintptr_t>(lowest);
}

}  // namespace

// Waits on the owner's thread for the end.
class WorkerThread::Ended final : public Expected {
 public:
  Ended(WorkerThread* worker, OnExit on_exit) : worker(worker), on_exit(std::move(on_exit)) {}
  WorkerThread* worker;
  OnExit on_exit;
};

// Brings the report to the owner's thread. Made with the thread, so that its end cannot fail.
class WorkerThread::Finish final : public Task {
 public:
  Finish(std::shared_ptr<Mailbox> owner, Ended* ended) : owner_(std::move(owner)), ended_(ended) {}
  void run() override {
    std::unique_ptr<Expected> expected = owner_->settle(ended_);
    auto& ended = static_cast<Ended&>(*expected);
    if (ended.worker == nullptr) return;
    ended.worker->join();
    ended.on_exit(std::move(report));
  }
  ExitReport report;

 private:
  std::shared_ptr<Mailbox> owner_;
  Ended* ended_;
};

WorkerThread::WorkerThread(std::unique_ptr<IsolateHost> host) : host_(std::move(host)) {}

WorkerThread::~WorkerThread() {
  if (!is_running_) return;
  if (!owner_->is_closed()) static_cast<Ended*>(expected_)->worker = nullptr;
  host_->interrupt();
  join();
}

Status WorkerThread::start(std::shared_ptr<Mailbox> owner, OnExit on_exit,
                           WorkerThreadOptions options) {
  GYRE_CHECK(!is_running_ && owner_ == nullptr);
  options_ = std::move(options);
  options_.stack_size = std::clamp(options_.stack_size, kLeastStack, kMostStack);
  owner_ = std::move(owner);
  auto ended = std::make_unique<Ended>(this, std::move(on_exit));
  finish_ = std::make_unique<Finish>(owner_, ended.get());
  expected_ = owner_->expect(std::move(ended), KeepsAlive::kYes);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, options_.stack_size);
  int status = pthread_create(&thread_, &attributes, thread_main, this);
  pthread_attr_destroy(&attributes);
  if (status != 0) {
    owner_->settle(expected_);
    return Error::from_errno_number(status, "pthread_create");
  }
  is_running_ = true;
  return ok();
}

void* WorkerThread::thread_main(void* self) {
  auto& worker = *static_cast<WorkerThread*>(self);
  set_thread_name(worker.options_.name.c_str());
  block_all_signals();
  if (worker.options_.priority == ThreadPriority::kLow) lower_thread_priority();
  auto stack_base = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  std::unique_ptr<Finish> finish = std::move(worker.finish_);
  const size_t stack_size = stack_below(stack_base, worker.options_.stack_size);
  if (Status status = worker.host_->start(stack_base, stack_size); status) {
    finish->report = worker.host_->run();
  } else {
    finish->report = {1, status.error().code(), status.error().message()};
  }
  worker.host_->stop();
  std::shared_ptr<Mailbox> owner = worker.owner_;
  owner->post(std::unique_ptr<Task>(std::move(finish)));
  return nullptr;
}

void WorkerThread::join() {
  if (!is_running_) return;
  pthread_join(thread_, nullptr);
  is_running_ = false;
}

void WorkerThread::set_keeps_alive(KeepsAlive keeps_alive) {
  if (is_running_ && !owner_->is_closed()) owner_->set_keeps_alive(expected_, keeps_alive);
}

}  // namespace gyre::workers
