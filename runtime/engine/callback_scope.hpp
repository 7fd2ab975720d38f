// CallbackScope: brackets each entry into JavaScript from the loop. When the outermost one ends,
// the nextTick queue and the microtasks run. Opens a handle scope and enters the context.
#pragma once

#include "runtime/engine/environment.hpp"

namespace gyre::engine {

class CallbackScope {
 public:
  explicit CallbackScope(Env& env)
      : env_(env), handles_(env.isolate()), context_(env.context()), context_scope_(context_) {
    ++env_.callback_depth;
  }
  ~CallbackScope() {
    if (--env_.callback_depth == 0 && env_.can_run_js()) env_.drain_ticks();
  }
  CallbackScope(const CallbackScope&) = delete;
  CallbackScope& operator=(const CallbackScope&) = delete;

  // Calls and reports what is thrown. Empty when it threw or JavaScript may not run.
  v8::MaybeLocal<v8::Value> call(v8::Local<v8::Function> function, v8::Local<v8::Value> receiver,
                                 int argc, v8::Local<v8::Value>* argv);

 private:
  Env& env_;
  v8::HandleScope handles_;
  v8::Local<v8::Context> context_;
  v8::Context::Scope context_scope_;
};

// The async context a native object captured, made current for one call into JavaScript.
class AsyncContext {
 public:
  AsyncContext() = default;
  // Captures what is current now.
  explicit AsyncContext(Env& env);

  // Makes the captured context current for the scope's life. Inside a handle scope.
  class Scope {
   public:
    Scope(Env& env, const AsyncContext& context);
    ~Scope();

   private:
    Env& env_;
    v8::Local<v8::Value> previous_;
  };

 private:
  v8::Global<v8::Value> data_;  // empty for undefined, the common case
};

}  // namespace gyre::engine
