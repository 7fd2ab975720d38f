// internalBinding('language'): what polyfills of the language need of the engine. Any Env thread.
#include <cstring>

#include "runtime/engine/binding.hpp"

namespace gyre::bindings {
namespace {

using engine::BindingView;
using engine::Env;

// The bytes in a new ArrayBuffer of `length` (the old one's if undefined); the old one is detached.
Result<v8::Local<v8::Value>> transfer_buffer(Env& env, v8::Local<v8::Value> value,
                                             std::optional<double> length) {
  if (!value->IsArrayBuffer()) {
    return Error::with_code_name("ERR_INVALID_THIS", "Receiver is not an ArrayBuffer",
                                 ErrorClass::kTypeError);
  }
  auto buffer = value.As<v8::ArrayBuffer>();
  if (buffer->WasDetached() || !buffer->IsDetachable()) {
    return Error(Code::ERR_INVALID_STATE, "Cannot transfer a detached ArrayBuffer");
  }
  v8::Isolate* isolate = env.isolate();
  size_t old_size = buffer->ByteLength();
  constexpr double kLargest = 9007199254740991.0;
  double wanted = length.value_or(static_cast<double>(old_size));
  if (!(wanted >= 0 && wanted <= kLargest)) {
    return Error(Code::ERR_OUT_OF_RANGE, "Invalid array buffer length");
  }
  auto size = static_cast<size_t>(wanted);
  std::shared_ptr<v8::BackingStore> store = buffer->GetBackingStore();
  if (size == old_size) {
    buffer->Detach();
    return v8::Local<v8::Value>(v8::ArrayBuffer::New(isolate, std::move(store)));
  }
  constexpr size_t kPlausible = size_t{1} << 33;  // V8's own limit; beyond, New() would abort
  if (size > kPlausible) return Error(Code::ERR_OUT_OF_RANGE, "Array buffer allocation failed");
  v8::Local<v8::ArrayBuffer> made = v8::ArrayBuffer::New(isolate, size);
  std::memcpy(made->GetBackingStore()->Data(), store->Data(), std::min(size, old_size));
  buffer->Detach();
  return v8::Local<v8::Value>(made);
}

bool is_detached(Env&, v8::Local<v8::Value> value) {
  return value->IsArrayBuffer() && value.As<v8::ArrayBuffer>()->WasDetached();
}

bool is_error(Env&, v8::Local<v8::Value> value) { return value->IsNativeError(); }

using engine::binding;
using engine::fn;

constexpr auto kTable = binding("language", fn<transfer_buffer>("transferBuffer"),
                                fn<is_detached>("isDetached"), fn<is_error>("isError"));

}  // namespace

BindingView language() { return kTable; }

}  // namespace gyre::bindings
