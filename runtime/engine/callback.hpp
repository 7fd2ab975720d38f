// Callback: a JavaScript function to be called once (or more) from the loop, with the async context
// that was current when the binding was called. Move-only; Env's thread only. Holds its function
// until destroyed, so a pending request owns the callback and drops it with itself.
#pragma once

#include <array>
#include <utility>

#include "runtime/base/error.hpp"
#include "runtime/engine/callback_scope.hpp"
#include "runtime/engine/convert.hpp"

namespace gyre::engine {

class Callback {
 public:
  Callback() = default;
  Callback(Env& env, v8::Local<v8::Function> function)
      : env_(&env), function_(env.isolate(), function), context_(env) {}
  Callback(Callback&&) noexcept = default;
  Callback& operator=(Callback&&) noexcept = default;

  Env& env() const { return *env_; }
  explicit operator bool() const { return !function_.IsEmpty(); }

  // fn(null, ...values)
  template <typename... T>
  void ok(T&&... values) {
    if (!env_->can_run_js()) return;
    CallbackScope scope(*env_);
    std::array<v8::Local<v8::Value>, 1 + sizeof...(T)> argv{
        v8::Null(env_->isolate()), Convert<std::decay_t<T>>::to(*env_, std::forward<T>(values))...};
    invoke(scope, static_cast<int>(argv.size()), argv.data());
  }
  // fn(error)
  void fail(const Error& error);
  // fn(null, value) or fn(error)
  template <typename T>
  void finish(Result<T> result) {
    if (result) {
      ok(std::move(result).value());
    } else {
      fail(result.error());
    }
  }
  void finish(const Status& status) {
    if (status) {
      ok();
    } else {
      fail(status.error());
    }
  }
  // fn(...values) with the handles as they are; the caller has opened `scope`.
  void invoke(CallbackScope& scope, int argc, v8::Local<v8::Value>* argv);

 private:
  Env* env_ = nullptr;
  v8::Global<v8::Function> function_;
  AsyncContext context_;
};

template <>
struct Convert<Callback> {
  static bool from(Env& env, v8::Local<v8::Value> value, Callback& out) {
    if (!value->IsFunction()) return false;
    out = Callback(env, value.As<v8::Function>());
    return true;
  }
};

}  // namespace gyre::engine
