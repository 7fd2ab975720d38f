// PoolGate: the way to a pool for threads that may outlive it. The owner closes it before the pool
// goes; work that comes later is dropped. Any thread.
#pragma once

#include <mutex>
#include <utility>

#include "workers/pool/thread_pool.hpp"

namespace gyre::workers {

class PoolGate {
 public:
  explicit PoolGate(ThreadPool& pool) : pool_(&pool) {}

  template <typename Work>
  void post(JobClass job_class, Work work) {
    std::lock_guard lock(mutex_);
    if (pool_ != nullptr) pool_->post(job_class, std::move(work));
  }
  void close() {
    std::lock_guard lock(mutex_);
    pool_ = nullptr;
  }

 private:
  std::mutex mutex_;
  ThreadPool* pool_;
};

}  // namespace gyre::workers
