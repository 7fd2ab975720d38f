// V8's headers and every difference between its versions. The floor is 10.2 (Debian 12).
#pragma once

#include <v8.h>

static_assert(V8_MAJOR_VERSION > 10 || (V8_MAJOR_VERSION == 10 && V8_MINOR_VERSION >= 2),
              "gyre needs V8 10.2 or newer");

namespace gyre::engine {

// Where a text begins: its first line and column, both from 0.
struct Place {
  int line = 0;
  int column = 0;
};

// ScriptOrigin lost its isolate parameter in V8 12.
inline v8::ScriptOrigin make_origin(v8::Isolate* isolate, v8::Local<v8::Value> name, bool is_module,
                                    v8::Local<v8::Data> host_options = {}, Place start = {}) {
#if V8_MAJOR_VERSION >= 12
  return v8::ScriptOrigin(name, start.line, start.column, false, -1, {}, false, false, is_module,
                          host_options);
#else
  return v8::ScriptOrigin(isolate, name, start.line, start.column, false, -1, {}, false, false,
                          is_module, host_options);
#endif
}

// Interceptors tell V8 that they have answered by their result, before V8 12.4 by setting one. Ours
// return whether they have; these turn them into V8's form.
template <auto F>
void intercept_list(const v8::PropertyCallbackInfo<v8::Array>& info) {
  F(info);
}
#if V8_MAJOR_VERSION > 12 || (V8_MAJOR_VERSION == 12 && V8_MINOR_VERSION >= 4)
using StoreInfo = v8::PropertyCallbackInfo<void>;
template <auto F, typename Key, typename T>
v8::Intercepted intercept(Key key, const v8::PropertyCallbackInfo<T>& info) {
  return F(key, info) ? v8::Intercepted::kYes : v8::Intercepted::kNo;
}
template <auto F, typename Key, typename Value>
v8::Intercepted intercept_store(Key key, Value value, const StoreInfo& info) {
  return F(key, value, info) ? v8::Intercepted::kYes : v8::Intercepted::kNo;
}
#else
using StoreInfo = v8::PropertyCallbackInfo<v8::Value>;
template <auto F, typename Key, typename T>
void intercept(Key key, const v8::PropertyCallbackInfo<T>& info) {
  F(key, info);
}
template <auto F, typename Key, typename Value>
void intercept_store(Key key, Value value, const StoreInfo& info) {
  if (F(key, value, info)) info.GetReturnValue().Set(true);
}
#endif

// The async context (AsyncLocalStorage's frame) that V8 carries through promise reactions.
inline v8::Local<v8::Value> get_continuation_data(v8::Isolate* isolate,
                                                  v8::Local<v8::Context> context) {
#if V8_MAJOR_VERSION >= 12
  return isolate->GetContinuationPreservedEmbedderData();
#else
  return context->GetContinuationPreservedEmbedderData();
#endif
}
inline void set_continuation_data(v8::Isolate* isolate, v8::Local<v8::Context> context,
                                  v8::Local<v8::Value> data) {
  // Promise reactions made while it is undefined do not carry it, but run with what the microtask
  // before them left behind.
  if (data->IsUndefined()) data = v8::Null(isolate);
#if V8_MAJOR_VERSION >= 12
  isolate->SetContinuationPreservedEmbedderData(data);
#else
  context->SetContinuationPreservedEmbedderData(data);
#endif
}

}  // namespace gyre::engine
