#include "workers/pool/thread_pool.hpp"

#include <algorithm>

#include "workers/pool/priority.hpp"

namespace gyre::workers {
namespace {

constexpr std::array<const char*, kJobClassCount> kThreadNames = {"gyre-cpu", "gyre-blocking",
                                                                  "gyre-dns"};
constexpr unsigned kDefaultBlocking = 4;
constexpr unsigned kDefaultDns = 4;

unsigned cap_for(const PoolOptions& options, JobClass job_class) {
  switch (job_class) {
    case JobClass::kCpu:
      return options.cpu ? options.cpu : std::max(1u, std::thread::hardware_concurrency());
    case JobClass::kBlocking:
      return options.blocking ? options.blocking : kDefaultBlocking;
    case JobClass::kDns:
      return options.dns ? options.dns : kDefaultDns;
  }
  GYRE_UNREACHABLE();
}

}  // namespace

ThreadPool::ThreadPool(PoolOptions options) {
  for (size_t i = 0; i < kJobClassCount; ++i) {
    lanes_[i].job_class = JobClass(i);
    lanes_[i].cap = cap_for(options, JobClass(i));
  }
}

ThreadPool::~ThreadPool() {
  List<Job> abandoned;
  {
    std::lock_guard lock(mutex_);
    for (Lane& lane : lanes_) {
      lane.stopping = true;
      lane.queue.for_each([](Job& job) { job.state().queued = nullptr; });
      abandoned.splice_back(lane.queue);
      lane.queued = 0;
      lane.work_available.notify_all();
    }
  }
  while (Job* job = abandoned.pop_front()) Job::send_home(std::unique_ptr<Job>(job));
  for (Lane& lane : lanes_) {
    for (std::thread& thread : lane.threads) thread.join();
  }
}

void ThreadPool::enqueue(std::unique_ptr<Job> job) {
  Lane& lane = lanes_[size_t(job->state().job_class)];
  {
    std::lock_guard lock(mutex_);
    job->state().queued = job.get();
    lane.queue.push_back(*job.release());
    ++lane.queued;
    size_t idle = lane.threads.size() - lane.running;
    if (lane.queued > idle && lane.threads.size() < lane.cap) start_thread(lane);
  }
  lane.work_available.notify_one();
}

void ThreadPool::start_thread(Lane& lane) {
  lane.threads.emplace_back([this, &lane] { run_thread(lane); });
}

void ThreadPool::run_thread(Lane& lane) {
  set_thread_name(kThreadNames[size_t(lane.job_class)]);
  block_all_signals();
  std::unique_lock lock(mutex_);
  for (;;) {
    lane.work_available.wait(lock, [&lane] { return lane.stopping || !lane.queue.empty(); });
    if (lane.stopping) return;
    std::unique_ptr<Job> job(lane.queue.pop_front());
    job->state().queued = nullptr;
    --lane.queued;
    ++lane.running;
    lock.unlock();
    job->execute();
    Job::send_home(std::move(job));
    lock.lock();
    --lane.running;
  }
}

bool ThreadPool::cancel(JobState& state) {
  state.token.cancel();
  std::unique_ptr<Job> job;
  {
    std::lock_guard lock(mutex_);
    if (state.queued == nullptr) return false;
    job.reset(std::exchange(state.queued, nullptr));
    static_cast<ListNode&>(*job).unlink();
    --lanes_[size_t(state.job_class)].queued;
  }
  Job::send_home(std::move(job));
  return true;
}

ThreadPool::Counts ThreadPool::counts(JobClass job_class) const {
  std::lock_guard lock(mutex_);
  const Lane& lane = lanes_[size_t(job_class)];
  return {unsigned(lane.threads.size()), lane.running, lane.queued};
}

bool JobHandle::cancel() { return state_ && state_->pending != nullptr && pool_->cancel(*state_); }

void JobHandle::ref() {
  if (!state_ || state_->pending == nullptr || state_->owner->is_closed()) return;
  state_->owner->set_keeps_alive(state_->pending, KeepsAlive::kYes);
}

void JobHandle::unref() {
  if (!state_ || state_->pending == nullptr || state_->owner->is_closed()) return;
  state_->owner->set_keeps_alive(state_->pending, KeepsAlive::kNo);
}

}  // namespace gyre::workers
