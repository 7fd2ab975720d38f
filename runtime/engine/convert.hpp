// Convert<T>: one specialisation per C++ type that crosses into or out of JavaScript. `from` is
// false when the value has the wrong type (the builtin modules check arguments first; a false here
// is a bug in them and becomes ERR_INVALID_ARG_TYPE, not an abort).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "runtime/base/bytes.hpp"
#include "runtime/engine/environment.hpp"

namespace gyre::engine {

// Bytes of an ArrayBufferView, ArrayBuffer or SharedArrayBuffer, without a copy. Valid while the
// JavaScript object lives and is not detached.
bool bytes_of(v8::Local<v8::Value> value, MutableBytes& out);
// Owns the bytes: a Buffer (Uint8Array with the Buffer prototype) without a copy.
v8::Local<v8::Object> to_js(Env& env, Buffer buffer);
// UTF-8 text → string; invalid sequences become U+FFFD.
v8::Local<v8::String> to_js_string(v8::Isolate* isolate, std::string_view text);
v8::Local<v8::String> latin1_to_js(v8::Isolate* isolate, std::string_view text);
std::string to_utf8(v8::Isolate* isolate, v8::Local<v8::Value> value);

template <typename T, typename = void>
struct Convert;

template <>
struct Convert<bool> {
  static bool from(Env& env, v8::Local<v8::Value> value, bool& out) {
    out = value->BooleanValue(env.isolate());
    return true;
  }
  static v8::Local<v8::Value> to(Env& env, bool value) {
    return v8::Boolean::New(env.isolate(), value);
  }
};

template <typename T>
struct Convert<T, std::enable_if_t<std::is_arithmetic_v<T> && !std::is_same_v<T, bool>>> {
  static bool from(Env& env, v8::Local<v8::Value> value, T& out) {
    if (value->IsBigInt()) {
      out = static_cast<T>(value.As<v8::BigInt>()->Int64Value());
      return true;
    }
    if (!value->IsNumber()) return false;
    if constexpr (std::is_floating_point_v<T>) {
      out = static_cast<T>(value.As<v8::Number>()->Value());
    } else if constexpr (sizeof(T) <= 4 && std::is_signed_v<T>) {
      out = static_cast<T>(value->Int32Value(env.context()).FromMaybe(0));
    } else if constexpr (sizeof(T) <= 4) {
      out = static_cast<T>(value->Uint32Value(env.context()).FromMaybe(0));
    } else {
      out = static_cast<T>(value->IntegerValue(env.context()).FromMaybe(0));
    }
    return true;
  }
  static v8::Local<v8::Value> to(Env& env, T value) {
    if constexpr (std::is_integral_v<T> && sizeof(T) <= 4 && std::is_signed_v<T>) {
      return v8::Integer::New(env.isolate(), value);
    } else if constexpr (std::is_integral_v<T> && sizeof(T) <= 4) {
      return v8::Integer::NewFromUnsigned(env.isolate(), static_cast<uint32_t>(value));
    } else {
      return v8::Number::New(env.isolate(), static_cast<double>(value));
    }
  }
};

template <>
struct Convert<std::string> {
  static bool from(Env& env, v8::Local<v8::Value> value, std::string& out) {
    if (!value->IsString()) return false;
    out = to_utf8(env.isolate(), value);
    return true;
  }
  static v8::Local<v8::Value> to(Env& env, const std::string& value) {
    return to_js_string(env.isolate(), value);
  }
};

template <>
struct Convert<std::string_view> {
  static v8::Local<v8::Value> to(Env& env, std::string_view value) {
    return to_js_string(env.isolate(), value);
  }
};

template <>
struct Convert<const char*> {
  static v8::Local<v8::Value> to(Env& env, const char* value) {
    return to_js_string(env.isolate(), value);
  }
};

template <>
struct Convert<MutableBytes> {
  static bool from(Env&, v8::Local<v8::Value> value, MutableBytes& out) {
    return bytes_of(value, out);
  }
};

template <>
struct Convert<ByteView> {
  static bool from(Env&, v8::Local<v8::Value> value, ByteView& out) {
    MutableBytes bytes;
    if (!bytes_of(value, bytes)) return false;
    out = bytes;
    return true;
  }
};

template <>
struct Convert<Buffer> {
  static v8::Local<v8::Value> to(Env& env, Buffer buffer) { return to_js(env, std::move(buffer)); }
};

template <typename T>
struct Convert<std::vector<T>> {
  static bool from(Env& env, v8::Local<v8::Value> value, std::vector<T>& out) {
    if (!value->IsArray()) return false;
    auto array = value.As<v8::Array>();
    out.resize(array->Length());
    for (uint32_t i = 0; i < out.size(); ++i) {
      v8::Local<v8::Value> item;
      if (!array->Get(env.context(), i).ToLocal(&item)) return false;
      if (!Convert<T>::from(env, item, out[i])) return false;
    }
    return true;
  }
  static v8::Local<v8::Value> to(Env& env, const std::vector<T>& values) {
    std::vector<v8::Local<v8::Value>> items;
    items.reserve(values.size());
    for (const T& value : values) items.push_back(Convert<T>::to(env, value));
    return v8::Array::New(env.isolate(), items.data(), items.size());
  }
};

template <typename T>
struct Convert<std::optional<T>> {
  static bool from(Env& env, v8::Local<v8::Value> value, std::optional<T>& out) {
    if (value->IsNullOrUndefined()) {
      out.reset();
      return true;
    }
    out.emplace();
    return Convert<T>::from(env, value, *out);
  }
  static v8::Local<v8::Value> to(Env& env, std::optional<T> value) {
    if (!value) return v8::Undefined(env.isolate());
    return Convert<T>::to(env, std::move(*value));
  }
};

// Any V8 handle type, checked against the value's real type.
template <typename T>
struct Convert<v8::Local<T>> {
  static bool from(Env&, v8::Local<v8::Value> value, v8::Local<T>& out) {
    if (!is_type(value)) return false;
    out = value.As<T>();
    return true;
  }
  static v8::Local<v8::Value> to(Env&, v8::Local<T> value) { return value; }

 private:
  static bool is_type(v8::Local<v8::Value> value) {
    if constexpr (std::is_same_v<T, v8::Value>) return true;
    if constexpr (std::is_same_v<T, v8::Object>) return value->IsObject();
    if constexpr (std::is_same_v<T, v8::Function>) return value->IsFunction();
    if constexpr (std::is_same_v<T, v8::String>) return value->IsString();
    if constexpr (std::is_same_v<T, v8::Array>) return value->IsArray();
    if constexpr (std::is_same_v<T, v8::Promise>) return value->IsPromise();
    if constexpr (std::is_same_v<T, v8::Symbol>) return value->IsSymbol();
    if constexpr (std::is_same_v<T, v8::BigInt>) return value->IsBigInt();
    if constexpr (std::is_same_v<T, v8::ArrayBuffer>) return value->IsArrayBuffer();
    if constexpr (std::is_same_v<T, v8::ArrayBufferView>) return value->IsArrayBufferView();
    if constexpr (std::is_same_v<T, v8::Uint8Array>) return value->IsUint8Array();
    if constexpr (std::is_same_v<T, v8::Uint32Array>) return value->IsUint32Array();
    if constexpr (std::is_same_v<T, v8::Float64Array>) return value->IsFloat64Array();
    return !value->IsUndefined();
  }
};

}  // namespace gyre::engine
