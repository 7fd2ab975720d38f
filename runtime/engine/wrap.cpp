#include "runtime/engine/wrap.hpp"

namespace gyre::engine {

Wrap::Wrap(Env& env, v8::Local<v8::Object> self)
    : env_(env), object_(env.isolate(), self), context_(env) {
  self->SetAlignedPointerInInternalField(0, this);
  env.wraps().push_back(*this);
}

Wrap::~Wrap() {
  if (object_.IsEmpty()) return;
  v8::HandleScope handles(env_.isolate());
  object()->SetAlignedPointerInInternalField(0, nullptr);
  object()->SetAlignedPointerInInternalField(1, nullptr);
  object_.Reset();
}

void Wrap::make_weak() {
  // First pass may only drop the handle; the wrap is deleted in the second, outside the collector.
  object_.SetWeak(
      this,
      [](const v8::WeakCallbackInfo<Wrap>& info) {
        info.GetParameter()->object_.Reset();
        info.SetSecondPassCallback(
            [](const v8::WeakCallbackInfo<Wrap>& second) { second.GetParameter()->destroy(); });
      },
      v8::WeakCallbackType::kParameter);
}

void Wrap::destroy() { delete this; }

v8::MaybeLocal<v8::Value> Wrap::call(CallbackScope& scope, v8::Local<v8::Function> function,
                                     int argc, v8::Local<v8::Value>* argv) {
  AsyncContext::Scope context(env_, context_);
  return scope.call(function, object(), argc, argv);
}

void Wrap::call_property(CallbackScope& scope, const char* property, int argc,
                         v8::Local<v8::Value>* argv) {
  v8::Local<v8::Value> function;
  if (!object()->Get(env_.context(), env_.literal(property)).ToLocal(&function)) return;
  if (function->IsFunction()) (void)call(scope, function.As<v8::Function>(), argc, argv);
}

}  // namespace gyre::engine
