// V8's headers and every difference between its versions. The floor is 10.2 (Debian 12).
#pragma once

#include <v8.h>

static_assert(V8_MAJOR_VERSION > 10 || (V8_MAJOR_VERSION == 10 && V8_MINOR_VERSION >= 2),
              "gyre needs V8 10.2 or newer");

namespace gyre::engine {

// ScriptOrigin lost its isolate parameter in V8 12.
inline v8::ScriptOrigin make_origin(v8::Isolate* isolate, v8::Local<v8::Value> name, bool is_module,
                                    v8::Local<v8::Data> host_options = {}) {
#if V8_MAJOR_VERSION >= 12
  return v8::ScriptOrigin(name, 0, 0, false, -1, {}, false, false, is_module, host_options);
#else
  return v8::ScriptOrigin(isolate, name, 0, 0, false, -1, {}, false, false, is_module,
                          host_options);
#endif
}

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
