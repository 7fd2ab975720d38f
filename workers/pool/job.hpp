// Job: work moved whole to a pool thread and its result moved back through the owner's mailbox.
// The completion callback never leaves the owner's thread: it waits there as an Expected, so it
// may hold what only that thread may touch. Users call ThreadPool::submit and never name these.
#pragma once

#include <cerrno>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "runtime/base/result.hpp"
#include "workers/channel/mailbox.hpp"
#include "workers/pool/cancel.hpp"

namespace gyre::workers {

// cpu: hashing, compression, snapshots of JS work. blocking: file system calls that may sleep.
// dns: getaddrinfo, which may sleep for seconds and must not starve files.
enum class JobClass : uint8_t { kCpu, kBlocking, kDns };
constexpr size_t kJobClassCount = 3;

namespace detail {

// What the completion receives: Result<T> for work returning T or Result<T>, Status for void and
// Status.
template <typename R>
struct Outcome {
  using Type = Result<R>;
};
template <typename T>
struct Outcome<Result<T>> {
  using Type = Result<T>;
};
template <>
struct Outcome<void> {
  using Type = Status;
};
template <>
struct Outcome<Status> {
  using Type = Status;
};

template <typename Work>
using WorkResult = typename std::conditional_t<std::is_invocable_v<Work&, const CancelToken&>,
                                               std::invoke_result<Work&, const CancelToken&>,
                                               std::invoke_result<Work&>>::type;

template <typename Work>
decltype(auto) call_work(Work& work, const CancelToken& token) {
  if constexpr (std::is_invocable_v<Work&, const CancelToken&>) {
    return work(token);
  } else {
    return work();
  }
}

}  // namespace detail

class Job;

// What a job and its handles share.
struct JobState {
  CancelToken token;               // any thread
  std::shared_ptr<Mailbox> owner;  // null for detached jobs
  Expected* pending = nullptr;     // owner's thread; null once done has been called
  Job* queued = nullptr;           // guarded by the pool's mutex; null once taken by a thread
  JobClass job_class{};
};

// A queued or running unit. execute() on a pool thread; run() (as a Task) on the owner's.
class Job : public Task, public ListNode {
 public:
  explicit Job(std::shared_ptr<JobState> state) : state_(std::move(state)) {}
  virtual void execute() = 0;
  // Posts the job home; without an owner the job is simply over.
  static void send_home(std::unique_ptr<Job> job) {
    std::shared_ptr<Mailbox> owner = job->state_->owner;
    if (owner) owner->post(std::unique_ptr<Task>(std::move(job)));
  }
  JobState& state() { return *state_; }

 private:
  std::shared_ptr<JobState> state_;
};

namespace detail {

template <typename Done>
class PendingDone final : public Expected {
 public:
  explicit PendingDone(Done done) : done(std::move(done)) {}
  Done done;
};

template <typename Work, typename Done>
class TypedJob final : public Job {
 public:
  using OutcomeType = typename Outcome<WorkResult<Work>>::Type;
  TypedJob(std::shared_ptr<JobState> state, Work work)
      : Job(std::move(state)), work_(std::move(work)) {}

  void execute() override {
    if constexpr (std::is_void_v<WorkResult<Work>>) {
      call_work(*work_, std::as_const(state().token));
      outcome_.emplace();
    } else {
      outcome_.emplace(call_work(*work_, std::as_const(state().token)));
    }
    work_.reset();  // what the work captured dies on the pool thread, not late on the owner's
  }

  void run() override {
    Expected* expected = std::exchange(state().pending, nullptr);
    std::unique_ptr<Expected> pending = state().owner->settle(expected);
    if (!outcome_) outcome_.emplace(Error::from_errno_number(ECANCELED, "job"));
    static_cast<PendingDone<Done>&>(*pending).done(std::move(*outcome_));
  }

 private:
  std::optional<Work> work_;
  std::optional<OutcomeType> outcome_;
};

// Fire and forget: no owner, no result.
template <typename Work>
class DetachedJob final : public Job {
 public:
  DetachedJob(std::shared_ptr<JobState> state, Work work)
      : Job(std::move(state)), work_(std::move(work)) {}
  void execute() override { work_(); }
  void run() override {}

 private:
  Work work_;
};

}  // namespace detail
}  // namespace gyre::workers
