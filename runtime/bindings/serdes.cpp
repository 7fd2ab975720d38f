// serdes — V8's structured clone format, piece by piece (v8.Serializer, v8.Deserializer). What the
// format does not know is asked of methods of the JavaScript object. Env's thread.
#include <cstdlib>
#include <cstring>

#include "runtime/bindings/registry.hpp"

namespace gyre::bindings {
namespace {

using namespace engine;
using Info = v8::FunctionCallbackInfo<v8::Value>;

// object[name](value), when it is a function; empty: missing (`found` false) or it threw.
v8::MaybeLocal<v8::Value> ask(Env& env, v8::Local<v8::Object> object, const char* name, int argc,
                              v8::Local<v8::Value>* argv, bool& found) {
  v8::Local<v8::Value> method;
  found = false;
  if (!object->Get(env.context(), env.literal(name)).ToLocal(&method)) return {};
  found = method->IsFunction();
  if (!found) return {};
  return method.As<v8::Function>()->Call(env.context(), object, argc, argv);
}

void throw_text(Env& env, const char* text) {
  env.isolate()->ThrowException(v8::Exception::Error(to_js_string(env.isolate(), text)));
}

class SerializerWrap final : public Wrap, public v8::ValueSerializer::Delegate {
 public:
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info&) {
    new SerializerWrap(env, self);
    return ok();
  }

  void ThrowDataCloneError(v8::Local<v8::String> message) override {
    v8::Local<v8::Value> argv[] = {message};
    v8::Local<v8::Value> error;
    bool found = false;
    if (ask(env(), object(), "_getDataCloneError", 1, argv, found).ToLocal(&error)) {
      env().isolate()->ThrowException(error);
    } else if (!found) {
      env().isolate()->ThrowException(v8::Exception::Error(message));
    }
  }
  v8::Maybe<bool> WriteHostObject(v8::Isolate* isolate, v8::Local<v8::Object> value) override {
    v8::Local<v8::Value> argv[] = {value};
    v8::Local<v8::Value> ignored;
    bool found = false;
    if (ask(env(), object(), "_writeHostObject", 1, argv, found).ToLocal(&ignored)) {
      return v8::Just(true);
    }
    if (!found) return v8::ValueSerializer::Delegate::WriteHostObject(isolate, value);
    return v8::Nothing<bool>();
  }
  v8::Maybe<uint32_t> GetSharedArrayBufferId(v8::Isolate* isolate,
                                             v8::Local<v8::SharedArrayBuffer> buffer) override {
    v8::Local<v8::Value> argv[] = {buffer};
    v8::Local<v8::Value> id;
    bool found = false;
    if (ask(env(), object(), "_getSharedArrayBufferId", 1, argv, found).ToLocal(&id)) {
      return id->Uint32Value(env().context());
    }
    if (!found) return v8::ValueSerializer::Delegate::GetSharedArrayBufferId(isolate, buffer);
    return v8::Nothing<uint32_t>();
  }

  void write_header() { serializer_.WriteHeader(); }
  static void write_value(const Info& info) {
    auto* self = unwrap<SerializerWrap>(info.This());
    if (self == nullptr) return;
    bool written = false;
    if (self->serializer_.WriteValue(self->env().context(), info[0]).To(&written)) {
      info.GetReturnValue().Set(written);
    }
  }
  v8::Local<v8::Value> release() {
    auto [data, size] = serializer_.Release();
    auto buffer = v8::ArrayBuffer::New(env().isolate(), size);
    if (size > 0) std::memcpy(buffer->GetBackingStore()->Data(), data, size);
    std::free(data);
    return buffer;
  }
  void transfer_array_buffer(uint32_t id, v8::Local<v8::Value> buffer) {
    if (buffer->IsArrayBuffer()) serializer_.TransferArrayBuffer(id, buffer.As<v8::ArrayBuffer>());
  }
  void write_uint32(uint32_t value) { serializer_.WriteUint32(value); }
  void write_uint64(uint32_t high, uint32_t low) {
    serializer_.WriteUint64(uint64_t{high} << 32 | low);
  }
  void write_double(double value) { serializer_.WriteDouble(value); }
  void write_raw_bytes(v8::Local<v8::Value> value) {
    if (!value->IsArrayBufferView()) return;
    auto view = value.As<v8::ArrayBufferView>();
    std::string bytes(view->ByteLength(), '\0');
    view->CopyContents(bytes.data(), bytes.size());
    serializer_.WriteRawBytes(bytes.data(), bytes.size());
  }
  void treat_views_as_host_objects(bool mode) {
    serializer_.SetTreatArrayBufferViewsAsHostObjects(mode);
  }

 private:
  SerializerWrap(Env& env, v8::Local<v8::Object> self)
      : Wrap(env, self), serializer_(env.isolate(), this) {
    make_weak();
  }
  v8::ValueSerializer serializer_;
};

class DeserializerWrap final : public Wrap, public v8::ValueDeserializer::Delegate {
 public:
  // new Deserializer(view): the bytes are copied.
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info& info) {
    if (!info[0]->IsArrayBufferView()) return Error(Code::ERR_INVALID_ARG_TYPE, "buffer");
    auto view = info[0].As<v8::ArrayBufferView>();
    std::string bytes(view->ByteLength(), '\0');
    view->CopyContents(bytes.data(), bytes.size());
    new DeserializerWrap(env, self, std::move(bytes));
    return ok();
  }

  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate* isolate) override {
    v8::Isolate::AllowJavascriptExecutionScope allow(isolate);
    v8::Local<v8::Value> value;
    bool found = false;
    if (ask(env(), object(), "_readHostObject", 0, nullptr, found).ToLocal(&value)) {
      if (value->IsObject()) return value.As<v8::Object>();
      isolate->ThrowException(
          v8::Exception::TypeError(to_js_string(isolate, "readHostObject must return an object")));
      return {};
    }
    if (!found) return v8::ValueDeserializer::Delegate::ReadHostObject(isolate);
    return {};
  }

  static void read_header(const Info& info) {
    auto* self = unwrap<DeserializerWrap>(info.This());
    if (self == nullptr) return;
    bool read = false;
    if (self->deserializer_.ReadHeader(self->env().context()).To(&read)) {
      info.GetReturnValue().Set(read);
    }
  }
  static void read_value(const Info& info) {
    auto* self = unwrap<DeserializerWrap>(info.This());
    if (self == nullptr) return;
    v8::Local<v8::Value> value;
    if (self->deserializer_.ReadValue(self->env().context()).ToLocal(&value)) {
      info.GetReturnValue().Set(value);
    }
  }
  void transfer_array_buffer(uint32_t id, v8::Local<v8::Value> buffer) {
    if (buffer->IsArrayBuffer()) {
      deserializer_.TransferArrayBuffer(id, buffer.As<v8::ArrayBuffer>());
    } else if (buffer->IsSharedArrayBuffer()) {
      deserializer_.TransferSharedArrayBuffer(id, buffer.As<v8::SharedArrayBuffer>());
    }
  }
  double wire_format_version() { return deserializer_.GetWireFormatVersion(); }

  static void read_uint32(const Info& info) {
    auto* self = unwrap<DeserializerWrap>(info.This());
    uint32_t value = 0;
    if (self == nullptr) return;
    if (!self->deserializer_.ReadUint32(&value)) {
      return throw_text(self->env(), "ReadUint32() failed");
    }
    info.GetReturnValue().Set(value);
  }
  static void read_uint64(const Info& info) {
    auto* self = unwrap<DeserializerWrap>(info.This());
    uint64_t value = 0;
    if (self == nullptr) return;
    if (!self->deserializer_.ReadUint64(&value)) {
      return throw_text(self->env(), "ReadUint64() failed");
    }
    v8::Isolate* isolate = info.GetIsolate();
    v8::Local<v8::Value> parts[] = {
        v8::Integer::NewFromUnsigned(isolate, static_cast<uint32_t>(value >> 32)),
        v8::Integer::NewFromUnsigned(isolate, static_cast<uint32_t>(value))};
    info.GetReturnValue().Set(v8::Array::New(isolate, parts, 2));
  }
  static void read_double(const Info& info) {
    auto* self = unwrap<DeserializerWrap>(info.This());
    double value = 0;
    if (self == nullptr) return;
    if (!self->deserializer_.ReadDouble(&value)) {
      return throw_text(self->env(), "ReadDouble() failed");
    }
    info.GetReturnValue().Set(value);
  }
  // Where the next `length` bytes begin in the buffer.
  static void read_raw_bytes(const Info& info) {
    auto* self = unwrap<DeserializerWrap>(info.This());
    if (self == nullptr) return;
    const auto length = info[0]->IntegerValue(self->env().context()).FromMaybe(-1);
    const void* data = nullptr;
    if (length < 0 || !self->deserializer_.ReadRawBytes(static_cast<size_t>(length), &data)) {
      return throw_text(self->env(), "ReadRawBytes() failed");
    }
    const auto offset = static_cast<const char*>(data) - self->bytes_.data();
    info.GetReturnValue().Set(static_cast<double>(offset));
  }

 private:
  DeserializerWrap(Env& env, v8::Local<v8::Object> self, std::string bytes)
      : Wrap(env, self),
        bytes_(std::move(bytes)),
        deserializer_(env.isolate(), reinterpret_cast<const uint8_t*>(bytes_.data()), bytes_.size(),
                      this) {
    make_weak();
  }
  std::string bytes_;
  v8::ValueDeserializer deserializer_;
};

constexpr auto kTable = binding(
    "serdes",
    cls<SerializerWrap>("Serializer", method<&SerializerWrap::write_header>("writeHeader"),
                        raw_method<SerializerWrap::write_value>("writeValue"),
                        method<&SerializerWrap::release>("releaseBuffer"),
                        method<&SerializerWrap::transfer_array_buffer>("transferArrayBuffer"),
                        method<&SerializerWrap::write_uint32>("writeUint32"),
                        method<&SerializerWrap::write_uint64>("writeUint64"),
                        method<&SerializerWrap::write_double>("writeDouble"),
                        method<&SerializerWrap::write_raw_bytes>("writeRawBytes"),
                        method<&SerializerWrap::treat_views_as_host_objects>(
                            "_setTreatArrayBufferViewsAsHostObjects")),
    cls<DeserializerWrap>("Deserializer", raw_method<DeserializerWrap::read_header>("readHeader"),
                          raw_method<DeserializerWrap::read_value>("readValue"),
                          method<&DeserializerWrap::transfer_array_buffer>("transferArrayBuffer"),
                          method<&DeserializerWrap::wire_format_version>("getWireFormatVersion"),
                          raw_method<DeserializerWrap::read_uint32>("readUint32"),
                          raw_method<DeserializerWrap::read_uint64>("readUint64"),
                          raw_method<DeserializerWrap::read_double>("readDouble"),
                          raw_method<DeserializerWrap::read_raw_bytes>("_readRawBytes")));

}  // namespace

BindingView serdes() { return kTable; }

}  // namespace gyre::bindings
