#include "runtime/engine/worker_host.hpp"

#include <algorithm>

#include "runtime/engine/callback_scope.hpp"
#include "runtime/engine/process_parts.hpp"
#include "runtime/engine/run.hpp"

namespace gyre::engine {
namespace {

// Below these V8 aborts the process while it sets the heap up, or cannot report that it is full.
constexpr size_t kLeastOldGenerationMb = 16;
constexpr size_t kLeastYoungGenerationMb = 1;
// Given once more when the limit is near, so that the unwinding of the worker fits.
constexpr size_t kLastAllowance = 32u << 20;
// Left free below JavaScript's frames for native code.
constexpr size_t kStackReserve = 192 << 10;

IsolateLimits clamp(IsolateLimits limits) {
  if (limits.max_old_generation_mb > 0) {
    limits.max_old_generation_mb = std::max(limits.max_old_generation_mb, kLeastOldGenerationMb);
  }
  if (limits.max_young_generation_mb > 0) {
    limits.max_young_generation_mb =
        std::max(limits.max_young_generation_mb, kLeastYoungGenerationMb);
  }
  return limits;
}

}  // namespace

WorkerHost::WorkerHost(WorkerOptions options) : options_(std::move(options)) {
  options_.env.host = this;
  options_.env.is_main_thread = false;
}

WorkerHost::~WorkerHost() = default;

WorkerHost* WorkerHost::of(Env& env) {
  return env.options().is_main_thread ? nullptr : static_cast<WorkerHost*>(env.options().host);
}

Status WorkerHost::start(uintptr_t stack_base, size_t stack_size) {
  const ProcessParts& parts = process_parts();
  GYRE_ASSIGN(loop_, loop::Loop::create(Clock::system(), {.queue_entries = 64}));
  IsolateLimits limits = clamp(options_.limits);
  limits.stack_limit = stack_base - stack_size + kStackReserve;
  isolate_ = std::make_unique<IsolateOwner>(*parts.platform, *parts.snapshot, limits);
  v8::Isolate* isolate = isolate_->get();
  isolate->AddNearHeapLimitCallback(on_near_heap_limit, this);
  {
    std::lock_guard lock(mutex_);
    shared_isolate_ = isolate;
    shared_loop_ = loop_.get();
  }
  env_ = std::make_unique<Env>(isolate, loop_.get(), parts.pool, options_.env);
  env_->set_fatal_handler(on_fatal);
  {
    std::lock_guard lock(mutex_);
    shared_env_ = env_.get();
  }
  return make_context();
}

Status WorkerHost::make_context() {
  const ProcessParts& parts = process_parts();
  v8::HandleScope handles(isolate_->get());
  v8::Local<v8::Context> context;
  if (!parts.snapshot->new_context(isolate_->get()).ToLocal(&context)) {
    return Error(Code::ERR_WORKER_INIT_FAILED, "Worker initialization failure: no context");
  }
  env_->adopt_context(context);
  v8::Context::Scope scope(context);
  if (!parts.snapshot->is_loaded()) {
    Status status = parts.bootstrap(*env_);
    // Terminated while its context was being built: no failure, run() sees it and ends.
    if (!status && !is_interrupted()) return status;
  }
  isolate_->tasks().attach(loop_->mailbox());
  return ok();
}

workers::ExitReport WorkerHost::run() {
  workers::ExitReport report;
  if (is_interrupted()) {
    env_->stop_js();
    return {1, "", ""};
  }
  v8::HandleScope handles(isolate_->get());
  v8::Context::Scope scope(env_->context());
  {
    CallbackScope callback(*env_);
    v8::TryCatch try_catch(isolate_->get());
    process_parts().run_entry(*env_, "bootstrap/worker");
    if (try_catch.HasCaught() && !try_catch.HasTerminated()) {
      env_->report_uncaught(try_catch.Exception(), try_catch.Message());
    }
  }
  if (env_->can_run_js() && !is_interrupted()) spin(*env_, isolate_->tasks());
  if (out_of_memory_) {
    return {1, "ERR_WORKER_OUT_OF_MEMORY",
            "Worker terminated due to reaching memory limit: JS heap out of memory"};
  }
  if (is_interrupted()) {
    env_->stop_js();
    return {env_->exit_requested() ? env_->exit_code() : 1, "", ""};
  }
  report.code = emit_exit(*env_);
  if (out_of_memory_) {
    return {1, "ERR_WORKER_OUT_OF_MEMORY",
            "Worker terminated due to reaching memory limit: JS heap out of memory"};
  }
  return report;
}

void WorkerHost::stop() {
  {
    std::lock_guard lock(mutex_);
    shared_isolate_ = nullptr;
    shared_loop_ = nullptr;
    shared_env_ = nullptr;
  }
  if (env_) {
    v8::HandleScope handles(isolate_->get());
    env_->stop_js();
    loop_->shut_down();
    isolate_->tasks().attach(nullptr);
    fatal_.Reset();
    job_aborted_callback_.Reset();
    env_.reset();
  }
  isolate_.reset();
  loop_.reset();
  options_.control.reset();
}

void WorkerHost::interrupt() {
  if (interrupted_.exchange(true, std::memory_order_acq_rel)) return;
  std::lock_guard lock(mutex_);
  if (shared_isolate_ == nullptr) return;
  if (shared_env_ != nullptr) shared_env_->stop_js();
  shared_isolate_->TerminateExecution();
  // The loop lives at least as long as its tasks run.
  loop::Loop* loop = shared_loop_;
  loop->mailbox()->post([loop] { loop->stop(); });
}

std::optional<loop::Loop::Metrics> WorkerHost::loop_metrics() const {
  std::lock_guard lock(mutex_);
  if (shared_loop_ == nullptr) return std::nullopt;
  return shared_loop_->metrics();
}

void WorkerHost::abort_job(uint64_t id) {
  std::lock_guard lock(mutex_);
  if (shared_isolate_ == nullptr || id == 0) return;
  if (running_job_ != id) {
    early_aborts_.push_back(id);
    return;
  }
  job_aborted_ = true;
  shared_isolate_->TerminateExecution();
  // Runs once the JavaScript has unwound, or at once where the job waits for something.
  shared_loop_->mailbox()->post([this, id] { settle_aborted_job(id); });
}

bool WorkerHost::begin_job(uint64_t id) {
  std::lock_guard lock(mutex_);
  bool aborted = std::erase(early_aborts_, id) > 0;
  std::erase_if(early_aborts_, [id](uint64_t other) { return other < id; });
  if (aborted) return false;
  running_job_ = id;
  job_aborted_ = false;
  return true;
}

void WorkerHost::end_job() {
  std::lock_guard lock(mutex_);
  running_job_ = 0;
  // A termination that came too late to hit the job must not hit what runs next.
  if (std::exchange(job_aborted_, false)) clear_termination();
}

// One meant for the whole worker stays.
void WorkerHost::clear_termination() {
  v8::Isolate* isolate = isolate_->get();
  isolate->CancelTerminateExecution();
  if (is_interrupted() || !env_->can_run_js()) isolate->TerminateExecution();
}

v8::MaybeLocal<v8::Value> WorkerHost::call_job(v8::Local<v8::Function> function,
                                               std::span<v8::Local<v8::Value>> arguments,
                                               bool& aborted) {
  v8::Isolate* isolate = isolate_->get();
  v8::EscapableHandleScope handles(isolate);
  v8::TryCatch try_catch(isolate);
  v8::MaybeLocal<v8::Value> result =
      function->Call(env_->context(), v8::Undefined(isolate), static_cast<int>(arguments.size()),
                     arguments.data());
  {
    std::lock_guard lock(mutex_);
    aborted = job_aborted_;
  }
  if (aborted) {
    end_job();
    return {};
  }
  v8::Local<v8::Value> value;
  if (result.ToLocal(&value)) return handles.Escape(value);
  // A termination (of the worker, not of the job) is no exception that could be thrown again.
  if (try_catch.HasTerminated()) {
    isolate->TerminateExecution();
  } else {
    try_catch.ReThrow();
  }
  return {};
}

void WorkerHost::settle_aborted_job(uint64_t id) {
  {
    std::lock_guard lock(mutex_);
    if (running_job_ != id || !job_aborted_) return;
  }
  end_job();
  if (job_aborted_callback_.IsEmpty() || !env_->can_run_js()) return;
  CallbackScope scope(*env_);
  v8::Local<v8::Value> argv[] = {v8::Number::New(env_->isolate(), static_cast<double>(id))};
  (void)scope.call(job_aborted_callback_.Get(env_->isolate()), v8::Undefined(env_->isolate()), 1,
                   argv);
}

void WorkerHost::set_job_aborted(v8::Local<v8::Function> function) {
  job_aborted_callback_.Reset(isolate_->get(), function);
}

void WorkerHost::set_fatal(v8::Local<v8::Function> function) {
  fatal_.Reset(isolate_->get(), function);
}

size_t WorkerHost::on_near_heap_limit(void* self, size_t current, size_t initial) {
  auto* host = static_cast<WorkerHost*>(self);
  host->out_of_memory_ = true;
  host->interrupt();
  return current + kLastAllowance;
}

void WorkerHost::on_fatal(Env& env, v8::Local<v8::Value> error, int exit_code) {
  WorkerHost* host = of(env);
  if (!host->fatal_.IsEmpty()) {
    v8::TryCatch try_catch(env.isolate());
    v8::Local<v8::Value> argv[] = {error};
    (void)host->fatal_.Get(env.isolate())
        ->Call(env.context(), v8::Undefined(env.isolate()), 1, argv);
  }
  env.request_exit(exit_code);
}

}  // namespace gyre::engine
