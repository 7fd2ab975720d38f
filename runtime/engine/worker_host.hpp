// WorkerHost: implements workers::IsolateHost by an isolate of its own with loop and Env. Made by
// the parent; then the worker's thread runs it. The parent may interrupt it, abort the job it runs,
// and read its loop's figures at any time.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/engine/environment.hpp"
#include "runtime/engine/isolate.hpp"
#include "runtime/loop/loop.hpp"
#include "workers/isolate/host.hpp"
#include "workers/isolate/port.hpp"

namespace gyre::engine {

struct WorkerOptions {
  IsolateLimits limits;
  EnvOptions env;
  // The worker's end of the control channel to its parent.
  std::unique_ptr<workers::Port> control;
};

class WorkerHost final : public workers::IsolateHost {
 public:
  explicit WorkerHost(WorkerOptions options);
  ~WorkerHost() override;

  // The host of a worker's Env; null on the main thread.
  static WorkerHost* of(Env& env);

  Status start(uintptr_t stack_base, size_t stack_size) override;
  workers::ExitReport run() override;
  void stop() override;
  void interrupt() override;

  // Any thread. Empty before the loop exists and after it has gone.
  std::optional<loop::Loop::Metrics> loop_metrics() const;

  // Jobs: work that can be stopped without ending the worker (gyre:offload). One at a time.
  // Any thread: stops the job's JavaScript, or what it left to run later. A job that has not begun
  // will not begin.
  void abort_job(uint64_t id);
  // Worker's thread. Between begin and end the job can be aborted. False: it was, already. Ids of
  // one worker only grow.
  bool begin_job(uint64_t id);
  void end_job();
  // Worker's thread. Calls the function; if it is aborted meanwhile the result is empty, `aborted`
  // true, the job ended and the isolate usable.
  v8::MaybeLocal<v8::Value> call_job(v8::Local<v8::Function> function,
                                     std::span<v8::Local<v8::Value>> arguments, bool& aborted);
  // Called with the id of a job that was aborted while it waited for something.
  void set_job_aborted(v8::Local<v8::Function> function);

  // Worker's thread, once.
  std::unique_ptr<workers::Port> take_control() { return std::move(options_.control); }
  // Called with an error that nothing in the worker caught, before it ends.
  void set_fatal(v8::Local<v8::Function> function);
  const IsolateLimits& limits() const { return options_.limits; }
  bool is_interrupted() const { return interrupted_.load(std::memory_order_acquire); }

 private:
  static size_t on_near_heap_limit(void* self, size_t current, size_t initial);
  static void on_fatal(Env& env, v8::Local<v8::Value> error, int exit_code);
  Status make_context();
  void clear_termination();
  void settle_aborted_job(uint64_t id);

  WorkerOptions options_;
  std::atomic<bool> interrupted_{false};
  std::atomic<bool> out_of_memory_{false};
  mutable std::mutex mutex_;  // guards what other threads reach: isolate, loop, Env, running job
  v8::Isolate* shared_isolate_ = nullptr;
  loop::Loop* shared_loop_ = nullptr;
  Env* shared_env_ = nullptr;
  uint64_t running_job_ = 0;
  bool job_aborted_ = false;
  std::vector<uint64_t> early_aborts_;  // of jobs that have not begun
  // Worker's thread from here on; in order of construction.
  std::unique_ptr<loop::Loop> loop_;
  std::unique_ptr<IsolateOwner> isolate_;
  std::unique_ptr<Env> env_;
  v8::Global<v8::Function> fatal_;
  v8::Global<v8::Function> job_aborted_callback_;
};

}  // namespace gyre::engine
