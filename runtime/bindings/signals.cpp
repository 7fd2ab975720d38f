// signals — process.on('SIGINT') and friends: watches signal numbers on the main thread's loop.
#include <csignal>
#include <map>

#include "runtime/bindings/registry.hpp"
#include "runtime/loop/loop.hpp"
#include "runtime/loop/signals.hpp"

namespace gyre::bindings {
namespace {

using namespace engine;

class SignalHost {
 public:
  explicit SignalHost(Env& env) : env_(env) {}
  ~SignalHost() {
    for (auto& [number, handle] : handles_) handle->close();
  }

  // Listening never keeps the process alive.
  Status start(int number) {
    if (handles_.contains(number)) return ok();
    auto handle =
        make_ref<loop::SignalHandle>(env_.loop(), [this](int signal) { deliver(signal); });
    handle->unref();
    GYRE_TRY(handle->start(number));
    handles_[number] = handle;
    return ok();
  }

  void stop(int number) {
    auto found = handles_.find(number);
    if (found == handles_.end()) return;
    found->second->close();
    handles_.erase(found);
  }

 private:
  void deliver(int number) {
    if (!env_.can_run_js() || !env_.slot(Slot::kSignal)->IsFunction()) return;
    CallbackScope scope(env_);
    v8::Local<v8::Value> argv[] = {v8::Integer::New(env_.isolate(), number)};
    (void)scope.call(env_.slot_function(Slot::kSignal), env_.slot(Slot::kProcess), 1, argv);
  }

  Env& env_;
  std::map<int, Ref<loop::SignalHandle>> handles_;
};

Status start(Env& env, int32_t number) { return env.state<SignalHost>().start(number); }
void stop(Env& env, int32_t number) { env.state<SignalHost>().stop(number); }

struct Row {
  const char* name;
  int number;
};
constexpr Row kSignals[] = {{"SIGHUP", SIGHUP},   {"SIGINT", SIGINT},     {"SIGQUIT", SIGQUIT},
                            {"SIGILL", SIGILL},   {"SIGTRAP", SIGTRAP},   {"SIGABRT", SIGABRT},
                            {"SIGIOT", SIGIOT},   {"SIGBUS", SIGBUS},     {"SIGFPE", SIGFPE},
                            {"SIGKILL", SIGKILL}, {"SIGUSR1", SIGUSR1},   {"SIGSEGV", SIGSEGV},
                            {"SIGUSR2", SIGUSR2}, {"SIGPIPE", SIGPIPE},   {"SIGALRM", SIGALRM},
                            {"SIGTERM", SIGTERM}, {"SIGCHLD", SIGCHLD},   {"SIGSTKFLT", SIGSTKFLT},
                            {"SIGCONT", SIGCONT}, {"SIGSTOP", SIGSTOP},   {"SIGTSTP", SIGTSTP},
                            {"SIGTTIN", SIGTTIN}, {"SIGTTOU", SIGTTOU},   {"SIGURG", SIGURG},
                            {"SIGXCPU", SIGXCPU}, {"SIGXFSZ", SIGXFSZ},   {"SIGVTALRM", SIGVTALRM},
                            {"SIGPROF", SIGPROF}, {"SIGWINCH", SIGWINCH}, {"SIGIO", SIGIO},
                            {"SIGPOLL", SIGPOLL}, {"SIGPWR", SIGPWR},     {"SIGSYS", SIGSYS}};

// {SIGHUP: 1, ...}
v8::Local<v8::Value> numbers(Env& env) {
  auto object = v8::Object::New(env.isolate());
  for (const Row& row : kSignals) {
    (void)object->Set(env.context(), to_js_string(env.isolate(), row.name),
                      v8::Integer::New(env.isolate(), row.number));
  }
  return object;
}

constexpr auto kTable =
    binding("signals", fn<start>("start"), fn<stop>("stop"), fn<numbers>("numbers"));

}  // namespace

BindingView signals() { return kTable; }

}  // namespace gyre::bindings
