// worker — isolate workers: the parent's grip on one (class Worker) and what a worker knows about
// itself. Any Env thread.
#include <sched.h>

#include <algorithm>
#include <cmath>

#include "runtime/bindings/messaging.hpp"
#include "runtime/engine/worker_host.hpp"
#include "workers/isolate/directory.hpp"
#include "workers/isolate/worker_thread.hpp"

namespace gyre::bindings {
namespace {

using namespace engine;
using Info = v8::FunctionCallbackInfo<v8::Value>;

constexpr double kMegabyte = 1024 * 1024;

struct Settings {
  WorkerOptions options;
  workers::WorkerThreadOptions thread;
};

v8::Local<v8::Value> property(Env& env, v8::Local<v8::Object> object, const char* name) {
  v8::Local<v8::Value> value;
  if (object->Get(env.context(), env.literal(name)).ToLocal(&value)) return value;
  return v8::Undefined(env.isolate());
}

size_t megabytes(Env& env, v8::Local<v8::Object> object, const char* name) {
  v8::Local<v8::Value> value = property(env, object, name);
  if (!value->IsNumber()) return 0;
  double number = value.As<v8::Number>()->Value();
  if (!(number > 0)) return 0;
  return static_cast<size_t>(std::min(std::ceil(number), 1e6));
}

// {argv, execArgv, name, isLowPriority, maxOldGenerationSizeMb, maxYoungGenerationSizeMb,
//  stackSizeMb}, checked by JavaScript.
Settings read_settings(Env& env, v8::Local<v8::Object> from) {
  Settings settings;
  using Strings = Convert<std::vector<std::string>>;
  EnvOptions& options = settings.options.env;
  options.executable = env.options().executable;
  Strings::from(env, property(env, from, "argv"), options.argv);
  Strings::from(env, property(env, from, "execArgv"), options.exec_argv);
  options.env_argv = env.options().env_argv;
  options.thread_id = workers::Directory::process().new_thread_id();
  settings.options.limits.max_old_generation_mb = megabytes(env, from, "maxOldGenerationSizeMb");
  settings.options.limits.max_young_generation_mb =
      megabytes(env, from, "maxYoungGenerationSizeMb");
  v8::Local<v8::Value> stack = property(env, from, "stackSizeMb");
  if (stack->IsNumber() && stack.As<v8::Number>()->Value() > 0) {
    settings.thread.stack_size =
        static_cast<size_t>(std::min(stack.As<v8::Number>()->Value(), 1024.0) * kMegabyte);
  }
  if (property(env, from, "isLowPriority")->IsTrue()) {
    settings.thread.priority = workers::ThreadPriority::kLow;
  }
  return settings;
}

class Worker final : public Wrap {
 public:
  // new Worker(settings): not running yet. `control` is the parent's end of the control channel.
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info& info) {
    if (!info[0]->IsObject()) return Error(Code::ERR_INVALID_ARG_TYPE, "settings");
    auto* worker = new Worker(env, self, read_settings(env, info[0].As<v8::Object>()));
    v8::Local<v8::Object> control;
    if (!MessagePort::create(env, std::move(worker->parent_end_)).ToLocal(&control)) return ok();
    (void)self->Set(env.context(), env.literal("control"), control);
    worker->make_weak();
    return ok();
  }

  Status start() {
    auto on_exit = [this](workers::ExitReport report) { ended(std::move(report)); };
    GYRE_TRY(thread_.start(env().loop().mailbox(), on_exit, thread_options_));
    make_strong();
    return ok();
  }
  void terminate() {
    if (thread_.is_running()) thread_.interrupt();
  }
  void ref() { thread_.set_keeps_alive(workers::KeepsAlive::kYes); }
  void unref() { thread_.set_keeps_alive(workers::KeepsAlive::kNo); }
  double thread_id() { return static_cast<double>(thread_id_); }
  void abort_job(double id) { host_->abort_job(static_cast<uint64_t>(id)); }

  // [milliseconds idle, milliseconds since the loop began]; undefined when it does not run.
  static void loop_times(const Info& info) {
    auto* self = unwrap<Worker>(info.This());
    if (self == nullptr) return;
    auto metrics = self->host_->loop_metrics();
    if (!metrics || metrics->started_ns == 0) return;
    v8::Isolate* isolate = info.GetIsolate();
    uint64_t now = Clock::system().monotonic_ns();
    v8::Local<v8::Value> both[] = {
        v8::Number::New(isolate, static_cast<double>(metrics->idle_ns) / 1e6),
        v8::Number::New(isolate, static_cast<double>(now - metrics->started_ns) / 1e6)};
    info.GetReturnValue().Set(v8::Array::New(isolate, both, 2));
  }

  void on_teardown() override {
    if (thread_.is_running()) thread_.interrupt();
  }

 private:
  Worker(Env& env, v8::Local<v8::Object> self, Settings settings)
      : Worker(env, self, std::move(settings), workers::Port::create_pair()) {}
  Worker(Env& env, v8::Local<v8::Object> self, Settings settings,
         std::pair<std::unique_ptr<workers::Port>, std::unique_ptr<workers::Port>> ends)
      : Wrap(env, self),
        parent_end_(std::move(ends.first)),
        thread_id_(settings.options.env.thread_id),
        thread_options_(std::move(settings.thread)),
        thread_(make_host(std::move(settings.options), std::move(ends.second))),
        host_(static_cast<WorkerHost*>(&thread_.host())) {}

  static std::unique_ptr<WorkerHost> make_host(WorkerOptions options,
                                               std::unique_ptr<workers::Port> worker_end) {
    options.control = std::move(worker_end);
    return std::make_unique<WorkerHost>(std::move(options));
  }

  void ended(workers::ExitReport report) {
    make_callback("onexit", static_cast<double>(report.code), report.error_code,
                  report.error_message);
    if (!env().can_run_js()) return;
    v8::HandleScope handles(env().isolate());
    make_weak();
  }

  std::unique_ptr<workers::Port> parent_end_;
  uint64_t thread_id_;
  workers::WorkerThreadOptions thread_options_;
  workers::WorkerThread thread_;
  WorkerHost* host_;
};

// control(): this worker's end of the control channel; once.
void control(const Info& info) {
  Env& env = Env::from(info.GetIsolate());
  WorkerHost* host = WorkerHost::of(env);
  if (host == nullptr) return;
  std::unique_ptr<workers::Port> end = host->take_control();
  v8::Local<v8::Object> port;
  if (end && MessagePort::create(env, std::move(end)).ToLocal(&port)) {
    info.GetReturnValue().Set(port);
  }
}

void on_fatal(Env& env, v8::Local<v8::Function> function) {
  if (WorkerHost* host = WorkerHost::of(env)) host->set_fatal(function);
}
void on_job_aborted(Env& env, v8::Local<v8::Function> function) {
  if (WorkerHost* host = WorkerHost::of(env)) host->set_job_aborted(function);
}
// False: the job was aborted before it began.
bool begin_job(Env& env, double id) {
  WorkerHost* host = WorkerHost::of(env);
  return host == nullptr || host->begin_job(static_cast<uint64_t>(id));
}
void end_job(Env& env) {
  if (WorkerHost* host = WorkerHost::of(env)) host->end_job();
}

// callJob(fn, args, mark): what fn returned, or `mark` when it was aborted.
void call_job(const Info& info) {
  Env& env = Env::from(info.GetIsolate());
  WorkerHost* host = WorkerHost::of(env);
  if (host == nullptr || !info[0]->IsFunction() || !info[1]->IsArray()) return;
  auto list = info[1].As<v8::Array>();
  std::vector<v8::Local<v8::Value>> arguments(list->Length());
  for (uint32_t i = 0; i < arguments.size(); ++i) {
    if (!list->Get(env.context(), i).ToLocal(&arguments[i])) return;
  }
  bool aborted = false;
  v8::Local<v8::Value> result;
  if (host->call_job(info[0].As<v8::Function>(), arguments, aborted).ToLocal(&result)) {
    info.GetReturnValue().Set(result);
  } else if (aborted) {
    info.GetReturnValue().Set(info[2]);
  }
}

// ownLoopTimes(): [idle, total] of this thread's loop.
void own_loop_times(const Info& info) {
  Env& env = Env::from(info.GetIsolate());
  loop::Loop::Metrics metrics = env.loop().metrics();
  uint64_t now = Clock::system().monotonic_ns();
  double total = metrics.started_ns == 0 ? 0 : static_cast<double>(now - metrics.started_ns) / 1e6;
  v8::Local<v8::Value> both[] = {
      v8::Number::New(env.isolate(), static_cast<double>(metrics.idle_ns) / 1e6),
      v8::Number::New(env.isolate(), total)};
  info.GetReturnValue().Set(v8::Array::New(env.isolate(), both, 2));
}

// CPUs this process may run on.
int32_t available_parallelism(Env&) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

constexpr auto kTable = binding(
    "worker", raw<control>("control"), fn<available_parallelism>("availableParallelism"),
    fn<on_fatal>("onFatal"), fn<on_job_aborted>("onJobAborted"), fn<begin_job>("beginJob"),
    fn<end_job>("endJob"), raw<call_job>("callJob"), raw<own_loop_times>("ownLoopTimes"),
    cls<Worker>("Worker", method<&Worker::start>("start"), method<&Worker::terminate>("terminate"),
                method<&Worker::ref>("ref"), method<&Worker::unref>("unref"),
                method<&Worker::abort_job>("abortJob"), getter<&Worker::thread_id>("threadId"),
                raw_method<Worker::loop_times>("loopTimes")));

}  // namespace

BindingView worker() { return kTable; }

}  // namespace gyre::bindings
