// Contexts of node:vm: a V8 context whose global object reads and writes through to an object of
// the program ("sandbox"). Everything is held from the JavaScript heap: the sandbox keeps the
// context's global, the context keeps the sandbox, and both go together. Env's thread only.
#pragma once

#include "runtime/engine/binding.hpp"

namespace gyre::bindings {

// The context made for `object`; empty when it is no context.
v8::MaybeLocal<v8::Context> context_of_sandbox(engine::Env& env, v8::Local<v8::Value> object);
// The context's own microtask queue (microtaskMode: 'afterEvaluate'), or null.
v8::MicrotaskQueue* own_microtasks(v8::Local<v8::Context> context);

// JavaScript: makeContext(sandbox | undefined, strings, wasm, ownMicrotasks, hostId): the sandbox
// or, without one, the new context's global object.
void make_vm_context(const v8::FunctionCallbackInfo<v8::Value>& info);

// Owner of a context's own microtask queue; kept by the context.
class MicrotaskQueueWrap final : public engine::Wrap {
 public:
  static Status construct(engine::Env& env, v8::Local<v8::Object> self,
                          const v8::FunctionCallbackInfo<v8::Value>& info);
  v8::MicrotaskQueue* queue() const { return queue_.get(); }

 private:
  MicrotaskQueueWrap(engine::Env& env, v8::Local<v8::Object> self);
  std::unique_ptr<v8::MicrotaskQueue> queue_;
};

}  // namespace gyre::bindings
