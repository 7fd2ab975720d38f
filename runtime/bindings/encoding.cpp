// internalBinding('encoding'): TextEncoder and TextDecoder. UTF-8 is done here, every other
// encoding by an ICU converter. Any Env's thread.
#include <unicode/ucnv.h>

#include <algorithm>
#include <memory>

#include "runtime/bindings/encode.hpp"
#include "runtime/bindings/text_codec.hpp"
#include "runtime/engine/binding.hpp"

namespace gyre::bindings {

using engine::Env;
using Info = v8::FunctionCallbackInfo<v8::Value>;

namespace {

void throw_argument(const Info& info) {
  engine::throw_error(Env::from(info.GetIsolate()),
                      Error(Code::ERR_INVALID_ARG_TYPE, "wrong argument for an encoding call"));
}

// (text): Uint8Array of its UTF-8.
void encode_utf8(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsString()) return throw_argument(info);
  auto text = info[0].As<v8::String>();
  size_t size = decoded_size(isolate, text, Encoding::kUtf8);
  auto store = v8::ArrayBuffer::NewBackingStore(isolate, size);
  decode_into(isolate, text, Encoding::kUtf8, {static_cast<uint8_t*>(store->Data()), size});
  auto buffer = v8::ArrayBuffer::New(isolate, std::move(store));
  info.GetReturnValue().Set(v8::Uint8Array::New(buffer, 0, size));
}

// (text, target, results): results[0] = UTF-16 units read, results[1] = bytes written.
void encode_into(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  MutableBytes target;
  MutableBytes results;
  if (!info[0]->IsString() || !engine::bytes_of(info[1], target) ||
      !engine::bytes_of(info[2], results) || results.size() < 8) {
    return throw_argument(info);
  }
  auto text = info[0].As<v8::String>();
  int read = 0;
  int written = 0;
  if (!target.empty()) {
    int capacity = static_cast<int>(std::min<size_t>(target.size(), 0x7fffffff));
    written = text->WriteUtf8(isolate, reinterpret_cast<char*>(target.data()), capacity, &read,
                              v8::String::NO_NULL_TERMINATION | v8::String::REPLACE_INVALID_UTF8);
  }
  uint32_t counts[2] = {static_cast<uint32_t>(read), static_cast<uint32_t>(written)};
  std::memcpy(results.data(), counts, sizeof counts);
}

// (bytes, keepBom, fatal): the string; undefined when fatal and not well-formed.
void decode_utf8(const Info& info) {
  MutableBytes bytes;
  if (!engine::bytes_of(info[0], bytes)) return throw_argument(info);
  if (!info[1]->IsTrue() && bytes.size() >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb &&
      bytes[2] == 0xbf) {
    bytes = bytes.subspan(3);
  }
  if (info[2]->IsTrue() && !is_utf8(bytes)) return;
  v8::Local<v8::String> text;
  if (encode(info.GetIsolate(), bytes, Encoding::kUtf8).ToLocal(&text)) {
    info.GetReturnValue().Set(text);
  }
}

// A streaming decoder: new Converter(icuName, fatal).
class Converter final : public engine::Wrap {
 public:
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info& info) {
    UErrorCode status = U_ZERO_ERROR;
    std::string name = engine::to_utf8(env.isolate(), info[0]);
    UConverter* converter = ucnv_open(name.c_str(), &status);
    if (U_FAILURE(status)) return Error(Code::ERR_ENCODING_NOT_SUPPORTED);
    auto* wrap = new Converter(env, self, converter);
    if (info[1]->IsTrue()) {
      ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    }
    wrap->make_weak();
    return ok();
  }

  // (bytes, flush): the text, or undefined when fatal and malformed (the state is reset then).
  std::optional<v8::Local<v8::String>> decode(ByteView bytes, bool flush) {
    size_t room = bytes.size() * 2 + 16;
    auto units = std::make_unique<UChar[]>(room);
    UChar* to = units.get();
    auto* from = reinterpret_cast<const char*>(bytes.data());
    const char* end = from + bytes.size();
    while (true) {
      UErrorCode status = U_ZERO_ERROR;
      ucnv_toUnicode(converter_, &to, units.get() + room, &from, end, nullptr, flush, &status);
      if (status == U_BUFFER_OVERFLOW_ERROR) {
        auto done = static_cast<size_t>(to - units.get());
        auto more = std::make_unique<UChar[]>(room * 2);
        std::copy_n(units.get(), done, more.get());
        units = std::move(more);
        to = units.get() + done;
        room *= 2;
        continue;
      }
      if (U_FAILURE(status)) {
        ucnv_reset(converter_);
        return std::nullopt;
      }
      break;
    }
    if (flush) ucnv_reset(converter_);
    v8::Local<v8::String> text;
    auto* data = reinterpret_cast<uint16_t*>(units.get());
    if (!v8::String::NewFromTwoByte(env().isolate(), data, v8::NewStringType::kNormal,
                                    static_cast<int>(to - units.get()))
             .ToLocal(&text)) {
      return std::nullopt;
    }
    return text;
  }

  void reset() { ucnv_reset(converter_); }

 private:
  Converter(Env& env, v8::Local<v8::Object> self, UConverter* converter)
      : Wrap(env, self), converter_(converter) {}
  ~Converter() override { ucnv_close(converter_); }
  UConverter* converter_;
};

using engine::binding;
using engine::cls;
using engine::method;
using engine::raw;

constexpr auto kTable = binding("encoding", raw<encode_utf8>("encodeUtf8"),
                                raw<encode_into>("encodeInto"), raw<decode_utf8>("decodeUtf8"),
                                cls<Converter>("Converter", method<&Converter::decode>("decode"),
                                               method<&Converter::reset>("reset")));

}  // namespace

engine::BindingView encoding() { return kTable; }

}  // namespace gyre::bindings
