// timers — the loop's side of setTimeout and setImmediate: one loop timer for the nearest
// JavaScript deadline, a check hook that runs the immediates, an idle hook that keeps poll from
// waiting for them. Env's thread.
#include <cmath>

#include "runtime/bindings/registry.hpp"
#include "runtime/loop/loop.hpp"

namespace gyre::bindings {
namespace {

using namespace engine;

class TimerHost {
 public:
  explicit TimerHost(Env& env)
      : env_(env),
        start_ms_(env.loop().now()),
        timer_(make_ref<loop::Timer>(env.loop(), [this] { run_timers(); })),
        check_(env.loop(), loop::HookPhase::kCheck, [this] { run_immediates(); }),
        idle_(env.loop(), loop::HookPhase::kIdle, [] {}) {
    check_.unref();
    check_.start();
  }
  ~TimerHost() { timer_->stop(); }

  // Milliseconds since the Env's loop began.
  double now() {
    env_.loop().update_now();
    return elapsed();
  }
  double elapsed() const { return static_cast<double>(env_.loop().now() - start_ms_); }
  void schedule(double delay) {
    timer_->start(Milliseconds(static_cast<int64_t>(std::max(delay, 1.0))));
  }
  void keep_timer_alive(bool alive) { alive ? timer_->ref() : timer_->unref(); }
  void keep_immediates_alive(bool alive) { alive ? idle_.start() : idle_.stop(); }

 private:
  // JavaScript runs every due timer and says when it wants to be called again: 0 never, negative
  // when only unreferenced timers are left. After an exception that was handled it is called again.
  void run_timers() {
    CallbackScope scope(env_);
    v8::Local<v8::Value> next;
    do {
      v8::Local<v8::Value> argv[] = {v8::Number::New(env_.isolate(), elapsed())};
      if (scope.call(env_.slot_function(Slot::kProcessTimers), env_.slot(Slot::kProcess), 1, argv)
              .ToLocal(&next)) {
        break;
      }
    } while (env_.can_run_js());
    if (next.IsEmpty() || !next->IsNumber()) return;
    double expiry = next.As<v8::Number>()->Value();
    if (expiry == 0) return;
    env_.loop().update_now();
    schedule(std::abs(expiry) - elapsed());
    keep_timer_alive(expiry > 0);
  }

  void run_immediates() {
    if (env_.immediate_info().count == 0 || !env_.can_run_js()) return;
    CallbackScope scope(env_);
    do {
      v8::MaybeLocal<v8::Value> done = scope.call(env_.slot_function(Slot::kProcessImmediates),
                                                  env_.slot(Slot::kProcess), 0, nullptr);
      if (!done.IsEmpty()) break;
    } while (env_.can_run_js() && env_.immediate_info().count != 0);
    if (env_.immediate_info().ref_count == 0) keep_immediates_alive(false);
  }

  Env& env_;
  uint64_t start_ms_;
  Ref<loop::Timer> timer_;
  loop::Hook check_;
  loop::Hook idle_;
};

double now(Env& env) { return env.state<TimerHost>().now(); }
void schedule(Env& env, double delay) { env.state<TimerHost>().schedule(delay); }
void toggle_timer_ref(Env& env, bool alive) { env.state<TimerHost>().keep_timer_alive(alive); }
void toggle_immediate_ref(Env& env, bool alive) {
  env.state<TimerHost>().keep_immediates_alive(alive);
}
// Before any script: the host must exist when the first check phase comes.
void start(Env& env) { env.state<TimerHost>(); }
v8::Local<v8::Value> immediate_info(Env& env) { return env.slot(Slot::kImmediateInfo); }

constexpr auto kTable =
    binding("timers", fn<now>("now"), fn<schedule>("schedule"), fn<start>("start"),
            fn<toggle_timer_ref>("toggleTimerRef"), fn<toggle_immediate_ref>("toggleImmediateRef"),
            fn<immediate_info>("immediateInfo"));

}  // namespace

BindingView timers() { return kTable; }

}  // namespace gyre::bindings
