#include "runtime/engine/callback_scope.hpp"

#include "runtime/engine/callback.hpp"
#include "runtime/engine/throw.hpp"

namespace gyre::engine {

v8::MaybeLocal<v8::Value> CallbackScope::call(v8::Local<v8::Function> function,
                                              v8::Local<v8::Value> receiver, int argc,
                                              v8::Local<v8::Value>* argv) {
  if (!env_.can_run_js()) return {};
  v8::TryCatch try_catch(env_.isolate());
  v8::MaybeLocal<v8::Value> result = function->Call(context_, receiver, argc, argv);
  if (try_catch.HasCaught() && !try_catch.HasTerminated()) {
    env_.report_uncaught(try_catch.Exception(), try_catch.Message());
    return {};
  }
  return result;
}

AsyncContext::AsyncContext(Env& env) {
  v8::Local<v8::Value> data = get_continuation_data(env.isolate(), env.context());
  if (!data.IsEmpty() && !data->IsNullOrUndefined()) data_.Reset(env.isolate(), data);
}

AsyncContext::Scope::Scope(Env& env, const AsyncContext& context) : env_(env) {
  v8::Isolate* isolate = env.isolate();
  previous_ = get_continuation_data(isolate, env.context());
  v8::Local<v8::Value> data = v8::Undefined(isolate);
  if (!context.data_.IsEmpty()) data = context.data_.Get(isolate);
  set_continuation_data(isolate, env.context(), data);
}

AsyncContext::Scope::~Scope() {
  set_continuation_data(env_.isolate(), env_.context(), previous_);
}

void Callback::fail(const Error& error) {
  if (!env_->can_run_js()) return;
  CallbackScope scope(*env_);
  v8::Local<v8::Value> argv[] = {to_exception(*env_, error)};
  invoke(scope, 1, argv);
}

void Callback::invoke(CallbackScope& scope, int argc, v8::Local<v8::Value>* argv) {
  AsyncContext::Scope context(*env_, context_);
  (void)scope.call(function_.Get(env_->isolate()), v8::Undefined(env_->isolate()), argc, argv);
}

}  // namespace gyre::engine
