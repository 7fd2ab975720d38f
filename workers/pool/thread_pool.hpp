// ThreadPool: threads without V8 for work that would block a loop. Each class of jobs has its own
// threads, started on demand up to a cap, so slow names cannot starve files. They run at normal
// priority: V8's collector waits for its helpers on the cpu class. Outlives its owners' loops.
//
//   auto handle = pool.submit(JobClass::kBlocking, loop.mailbox(),
//                             [path] { return read_whole(path); },        // pool thread
//                             [this](Result<Buffer> bytes) { ... });      // owner's thread
//   handle.cancel();   // done is still called, once, with ECANCELED if the work had not started
#pragma once

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "workers/pool/job.hpp"

namespace gyre::workers {

struct PoolOptions {
  // Most threads per class; 0 means the default for this machine.
  unsigned cpu = 0;
  unsigned blocking = 0;
  unsigned dns = 0;
};

class ThreadPool;

// The owner's grip on a submitted job. Copyable; empty or stale handles do nothing. Must not be
// used after the pool has gone.
class JobHandle {
 public:
  JobHandle() = default;
  // Owner's thread. True: the job had not started and will not; its done gets ECANCELED (from the
  // mailbox, not from here). False: it is running (its token is now set) or over.
  bool cancel();
  // Whether the pending job keeps the owner's loop alive. Only before done has been called.
  void ref();
  void unref();

 private:
  friend class ThreadPool;
  JobHandle(ThreadPool* pool, std::shared_ptr<JobState> state)
      : pool_(pool), state_(std::move(state)) {}
  ThreadPool* pool_ = nullptr;
  std::shared_ptr<JobState> state_;
};

class ThreadPool {
 public:
  explicit ThreadPool(PoolOptions options = {});
  // Cancels what is queued, waits for what runs.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // Owner's thread. `work` runs on a pool thread: R() or R(const CancelToken&). `done` runs on the
  // owner's thread, exactly once unless the mailbox closes first (then it is destroyed there):
  // void(Result<T>) for R = T or Result<T>, void(Status) for R = void or Status.
  template <typename Work, typename Done>
  JobHandle submit(JobClass job_class, std::shared_ptr<Mailbox> owner, Work work, Done done,
                   KeepsAlive keeps_alive = KeepsAlive::kYes) {
    auto state = std::make_shared<JobState>();
    state->pending =
        owner->expect(std::make_unique<detail::PendingDone<Done>>(std::move(done)), keeps_alive);
    state->owner = std::move(owner);
    state->job_class = job_class;
    enqueue(std::make_unique<detail::TypedJob<Work, Done>>(state, std::move(work)));
    return JobHandle(this, std::move(state));
  }
  // Any thread. Runs `work` some time; nothing comes back.
  template <typename Work>
  void post(JobClass job_class, Work work) {
    auto state = std::make_shared<JobState>();
    state->job_class = job_class;
    enqueue(std::make_unique<detail::DetachedJob<Work>>(std::move(state), std::move(work)));
  }

  unsigned cap(JobClass job_class) const { return lanes_[size_t(job_class)].cap; }
  struct Counts {
    unsigned threads = 0;
    unsigned running = 0;
    size_t queued = 0;
  };
  // Any thread; a snapshot.
  Counts counts(JobClass job_class) const;

 private:
  friend class JobHandle;
  struct Lane {
    JobClass job_class{};
    unsigned cap = 0;
    std::condition_variable work_available;
    List<Job> queue;
    size_t queued = 0;
    unsigned running = 0;
    bool stopping = false;
    std::vector<std::thread> threads;
  };

  void enqueue(std::unique_ptr<Job> job);
  void start_thread(Lane& lane);
  void run_thread(Lane& lane);
  bool cancel(JobState& state);

  mutable std::mutex mutex_;
  std::array<Lane, kJobClassCount> lanes_;
};

}  // namespace gyre::workers
