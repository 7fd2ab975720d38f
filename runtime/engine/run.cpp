#include "runtime/engine/run.hpp"

#include "runtime/engine/callback_scope.hpp"
#include "runtime/engine/process_parts.hpp"
#include "runtime/loop/loop.hpp"

namespace gyre::engine {
namespace {

void call_slot(Env& env, Slot slot) {
  if (!env.can_run_js()) return;
  CallbackScope scope(env);
  if (!env.slot(slot)->IsFunction()) return;
  (void)scope.call(env.slot_function(slot), env.slot(Slot::kProcess), 0, nullptr);
}

}  // namespace

ProcessParts& process_parts() {
  static ProcessParts parts;
  return parts;
}

void spin(Env& env, ForegroundTasks& tasks) {
  do {
    env.loop().run();
    if (!env.can_run_js()) return;
    if (tasks.run_due(env.isolate()) && env.loop().alive()) continue;
    if (!env.can_run_js()) return;
    call_slot(env, Slot::kBeforeExit);
  } while (env.loop().alive() && env.can_run_js());
}

int emit_exit(Env& env) {
  if (!env.can_run_js()) return env.exit_requested() ? env.exit_code() : 1;
  CallbackScope scope(env);
  v8::Local<v8::Value> code;
  if (!env.slot(Slot::kExit)->IsFunction()) return 1;
  // A listener may throw and 'uncaughtException' take it: the second call only gives the code.
  for (int attempt = 0; code.IsEmpty(); ++attempt) {
    bool is_over = attempt == 2 || !env.can_run_js();
    if (is_over) return env.exit_requested() ? env.exit_code() : 1;
    (void)scope.call(env.slot_function(Slot::kExit), env.slot(Slot::kProcess), 0, nullptr)
        .ToLocal(&code);
  }
  return code->Int32Value(env.context()).FromMaybe(0);
}

}  // namespace gyre::engine
