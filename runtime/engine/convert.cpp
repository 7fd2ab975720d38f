#include "runtime/engine/convert.hpp"

#include <cstdlib>

namespace gyre::engine {

bool bytes_of(v8::Local<v8::Value> value, MutableBytes& out) {
  std::shared_ptr<v8::BackingStore> store;
  size_t offset = 0;
  size_t length = 0;
  if (value->IsArrayBufferView()) {
    auto view = value.As<v8::ArrayBufferView>();
    store = view->Buffer()->GetBackingStore();
    offset = view->ByteOffset();
    length = view->ByteLength();
  } else if (value->IsArrayBuffer()) {
    store = value.As<v8::ArrayBuffer>()->GetBackingStore();
    length = store->ByteLength();
  } else if (value->IsSharedArrayBuffer()) {
    store = value.As<v8::SharedArrayBuffer>()->GetBackingStore();
    length = store->ByteLength();
  } else {
    return false;
  }
  out = {static_cast<uint8_t*>(store->Data()) + offset, length};
  return true;
}

v8::Local<v8::Object> to_js(Env& env, Buffer buffer) {
  v8::Isolate* isolate = env.isolate();
  size_t size = buffer.size();
  auto store = v8::ArrayBuffer::NewBackingStore(
      buffer.release(), size, [](void* data, size_t, void*) { std::free(data); }, nullptr);
  auto array_buffer = v8::ArrayBuffer::New(isolate, std::move(store));
  auto array = v8::Uint8Array::New(array_buffer, 0, size);
  v8::Local<v8::Value> prototype = env.slot(Slot::kBufferPrototype);
  if (prototype->IsObject()) (void)array->SetPrototype(env.context(), prototype);
  return array;
}

v8::Local<v8::String> to_js_string(v8::Isolate* isolate, std::string_view text) {
  v8::Local<v8::String> string;
  if (!v8::String::NewFromUtf8(isolate, text.data(), v8::NewStringType::kNormal,
                               static_cast<int>(text.size()))
           .ToLocal(&string)) {
    return v8::String::Empty(isolate);
  }
  return string;
}

v8::Local<v8::String> latin1_to_js(v8::Isolate* isolate, std::string_view text) {
  v8::Local<v8::String> string;
  if (!v8::String::NewFromOneByte(isolate, reinterpret_cast<const uint8_t*>(text.data()),
                                  v8::NewStringType::kNormal, static_cast<int>(text.size()))
           .ToLocal(&string)) {
    return v8::String::Empty(isolate);
  }
  return string;
}

std::string to_utf8(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  v8::Local<v8::String> string;
  if (value->IsString()) {
    string = value.As<v8::String>();
  } else if (!value->ToString(isolate->GetCurrentContext()).ToLocal(&string)) {
    return {};
  }
  std::string text;
  if (string->IsOneByte() && string->Length() < 64) {  // the common short, ASCII case
    char buffer[64];
    int length = string->WriteUtf8(isolate, buffer, sizeof buffer, nullptr,
                                   v8::String::NO_NULL_TERMINATION);
    if (length < 60 || length == string->Length()) return std::string(buffer, length);
  }
  text.resize(static_cast<size_t>(string->Utf8Length(isolate)));
  string->WriteUtf8(isolate, text.data(), static_cast<int>(text.size()), nullptr,
                    v8::String::NO_NULL_TERMINATION | v8::String::REPLACE_INVALID_UTF8);
  return text;
}

}  // namespace gyre::engine
