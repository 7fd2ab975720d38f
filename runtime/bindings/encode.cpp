#include "runtime/bindings/encode.hpp"

#include <memory>

#include "runtime/bindings/text_codec.hpp"
#include "runtime/engine/throw.hpp"

namespace gyre::bindings {
namespace {

// From this size on a string borrows its characters instead of living in V8's heap.
constexpr size_t kExternalSize = 1 << 20;

struct FreeDeleter {
  void operator()(void* memory) const { std::free(memory); }
};

// Memory for one conversion: on the stack while small.
template <typename T>
class Scratch {
 public:
  explicit Scratch(size_t count) {
    if (count <= kInline) return;
    heap_.reset(static_cast<T*>(std::malloc(count * sizeof(T))));
    GYRE_CHECK(heap_ != nullptr);
  }
  T* data() { return heap_ ? heap_.get() : inline_; }
  bool on_heap() const { return heap_ != nullptr; }
  T* release() { return heap_.release(); }

 private:
  static constexpr size_t kInline = 4096 / sizeof(T);
  T inline_[kInline];
  std::unique_ptr<T, FreeDeleter> heap_;
};

class OneByteResource final : public v8::String::ExternalOneByteStringResource {
 public:
  OneByteResource(char* text, size_t length) : text_(text), length_(length) {}
  ~OneByteResource() override { std::free(text_); }
  const char* data() const override { return text_; }
  size_t length() const override { return length_; }

 private:
  char* text_;
  size_t length_;
};

class TwoByteResource final : public v8::String::ExternalStringResource {
 public:
  TwoByteResource(uint16_t* text, size_t length) : text_(text), length_(length) {}
  ~TwoByteResource() override { std::free(text_); }
  const uint16_t* data() const override { return text_; }
  size_t length() const override { return length_; }

 private:
  uint16_t* text_;
  size_t length_;
};

v8::MaybeLocal<v8::String> too_long(v8::Isolate* isolate) {
  engine::throw_error(engine::Env::from(isolate), Error(Code::ERR_STRING_TOO_LONG));
  return {};
}

v8::MaybeLocal<v8::String> one_byte(v8::Isolate* isolate, const uint8_t* text, size_t length) {
  return v8::String::NewFromOneByte(isolate, text, v8::NewStringType::kNormal,
                                    static_cast<int>(length));
}

// Takes the scratch memory over when the text is large.
v8::MaybeLocal<v8::String> from_scratch(v8::Isolate* isolate, Scratch<char>& scratch,
                                        size_t length) {
  if (length < kExternalSize || !scratch.on_heap()) {
    return one_byte(isolate, reinterpret_cast<uint8_t*>(scratch.data()), length);
  }
  auto resource = std::make_unique<OneByteResource>(scratch.release(), length);
  auto result = v8::String::NewExternalOneByte(isolate, resource.get());
  if (!result.IsEmpty()) static_cast<void>(resource.release());
  return result;
}

v8::MaybeLocal<v8::String> from_scratch(v8::Isolate* isolate, Scratch<uint16_t>& scratch,
                                        size_t length) {
  if (length < kExternalSize || !scratch.on_heap()) {
    return v8::String::NewFromTwoByte(isolate, scratch.data(), v8::NewStringType::kNormal,
                                      static_cast<int>(length));
  }
  auto resource = std::make_unique<TwoByteResource>(scratch.release(), length);
  auto result = v8::String::NewExternalTwoByte(isolate, resource.get());
  if (!result.IsEmpty()) static_cast<void>(resource.release());
  return result;
}

v8::MaybeLocal<v8::String> encode_latin1(v8::Isolate* isolate, ByteView bytes, uint8_t mask) {
  if (bytes.size() < kExternalSize && (mask == 0xff || is_ascii(bytes))) {
    return one_byte(isolate, bytes.data(), bytes.size());
  }
  Scratch<char> scratch(bytes.size());
  char* out = scratch.data();
  for (size_t i = 0; i < bytes.size(); ++i) out[i] = static_cast<char>(bytes[i] & mask);
  return from_scratch(isolate, scratch, bytes.size());
}

v8::MaybeLocal<v8::String> encode_utf8(v8::Isolate* isolate, ByteView bytes) {
  if (is_ascii(bytes)) {
    if (bytes.size() > v8::String::kMaxLength) return too_long(isolate);
    return encode_latin1(isolate, bytes, 0xff);
  }
  Scratch<uint16_t> scratch(bytes.size());
  uint16_t all_bits = 0;
  size_t length = utf8_to_utf16(bytes, scratch.data(), &all_bits);
  if (length > v8::String::kMaxLength) return too_long(isolate);
  if (all_bits > 0xff) return from_scratch(isolate, scratch, length);
  Scratch<char> narrow(length);
  for (size_t i = 0; i < length; ++i) narrow.data()[i] = static_cast<char>(scratch.data()[i]);
  return from_scratch(isolate, narrow, length);
}

v8::MaybeLocal<v8::String> encode_utf16(v8::Isolate* isolate, ByteView bytes) {
  size_t length = bytes.size() / 2;
  Scratch<uint16_t> scratch(length);
  std::memcpy(scratch.data(), bytes.data(), length * 2);  // the bytes may be unaligned
  return from_scratch(isolate, scratch, length);
}

v8::MaybeLocal<v8::String> encode_base64(v8::Isolate* isolate, ByteView bytes,
                                         Base64Variant variant) {
  size_t length = base64_encoded_size(bytes.size(), variant);
  if (length > v8::String::kMaxLength) return too_long(isolate);
  Scratch<char> scratch(length);
  base64_encode(bytes, scratch.data(), variant);
  return from_scratch(isolate, scratch, length);
}

v8::MaybeLocal<v8::String> encode_hex(v8::Isolate* isolate, ByteView bytes) {
  size_t length = bytes.size() * 2;
  if (length > v8::String::kMaxLength) return too_long(isolate);
  Scratch<char> scratch(length);
  hex_encode(bytes, scratch.data());
  return from_scratch(isolate, scratch, length);
}

constexpr int kPlain = v8::String::NO_NULL_TERMINATION | v8::String::HINT_MANY_WRITES_EXPECTED;

size_t write_utf8(v8::Isolate* isolate, v8::Local<v8::String> text, MutableBytes out) {
  if (!text->IsOneByte()) {
    constexpr size_t kMost = 0x7fffffff;
    int capacity = static_cast<int>(out.size() < kMost ? out.size() : kMost);
    int written = text->WriteUtf8(isolate, reinterpret_cast<char*>(out.data()), capacity, nullptr,
                                  kPlain | v8::String::REPLACE_INVALID_UTF8);
    return static_cast<size_t>(written);
  }
  // Latin-1 inside: most often it is ASCII, so copy first and look afterwards.
  size_t length = static_cast<size_t>(text->Length());
  if (length > out.size()) length = out.size();
  text->WriteOneByte(isolate, out.data(), 0, static_cast<int>(length), kPlain);
  size_t clean = ascii_prefix(out.first(length));
  if (clean == length) return length;
  Scratch<uint8_t> rest(length - clean);
  std::memcpy(rest.data(), out.data() + clean, length - clean);
  return clean +
         latin1_to_utf8({rest.data(), length - clean}, out.data() + clean, out.size() - clean)
             .written;
}

size_t write_latin1(v8::Isolate* isolate, v8::Local<v8::String> text, MutableBytes out) {
  size_t length = static_cast<size_t>(text->Length());
  if (length > out.size()) length = out.size();
  text->WriteOneByte(isolate, out.data(), 0, static_cast<int>(length), kPlain);
  return length;
}

size_t write_utf16(v8::Isolate* isolate, v8::Local<v8::String> text, MutableBytes out) {
  size_t length = static_cast<size_t>(text->Length());
  if (length > out.size() / 2) length = out.size() / 2;
  if (reinterpret_cast<uintptr_t>(out.data()) % 2 == 0) {
    text->Write(isolate, reinterpret_cast<uint16_t*>(out.data()), 0, static_cast<int>(length),
                kPlain);
  } else {
    Scratch<uint16_t> aligned(length);
    text->Write(isolate, aligned.data(), 0, static_cast<int>(length), kPlain);
    std::memcpy(out.data(), aligned.data(), length * 2);
  }
  return length * 2;
}

enum class Digits { kBase64, kHex };

size_t write_digits(v8::Isolate* isolate, v8::Local<v8::String> text, Digits digits,
                    MutableBytes out) {
  size_t length = static_cast<size_t>(text->Length());
  if (text->IsOneByte()) {
    Scratch<uint8_t> scratch(length);
    text->WriteOneByte(isolate, scratch.data(), 0, static_cast<int>(length), kPlain);
    return digits == Digits::kHex ? hex_decode(scratch.data(), length, out.data(), out.size())
                                  : base64_decode(scratch.data(), length, out.data(), out.size());
  }
  Scratch<uint16_t> scratch(length);
  text->Write(isolate, scratch.data(), 0, static_cast<int>(length), kPlain);
  return digits == Digits::kHex ? hex_decode(scratch.data(), length, out.data(), out.size())
                                : base64_decode(scratch.data(), length, out.data(), out.size());
}

}  // namespace

v8::MaybeLocal<v8::String> encode(v8::Isolate* isolate, ByteView bytes, Encoding encoding) {
  if (bytes.empty()) return v8::String::Empty(isolate);
  size_t most = static_cast<size_t>(v8::String::kMaxLength);
  if (encoding == Encoding::kUtf16) most *= 2;
  if (encoding == Encoding::kUtf8) most *= 4;
  if (bytes.size() > most) return too_long(isolate);
  switch (encoding) {
    case Encoding::kAscii:
      return encode_latin1(isolate, bytes, 0x7f);
    case Encoding::kLatin1:
      return encode_latin1(isolate, bytes, 0xff);
    case Encoding::kUtf16:
      return encode_utf16(isolate, bytes);
    case Encoding::kBase64:
      return encode_base64(isolate, bytes, Base64Variant::kStandard);
    case Encoding::kBase64Url:
      return encode_base64(isolate, bytes, Base64Variant::kUrl);
    case Encoding::kHex:
      return encode_hex(isolate, bytes);
    default:
      return encode_utf8(isolate, bytes);
  }
}

size_t decoded_size(v8::Isolate* isolate, v8::Local<v8::String> text, Encoding encoding) {
  auto length = static_cast<size_t>(text->Length());
  switch (encoding) {
    case Encoding::kAscii:
    case Encoding::kLatin1:
      return length;
    case Encoding::kUtf16:
      return length * 2;
    case Encoding::kBase64:
    case Encoding::kBase64Url:
      return length / 4 * 3 + 3;
    case Encoding::kHex:
      return length / 2;
    default:
      return static_cast<size_t>(text->Utf8Length(isolate));
  }
}

size_t decode_into(v8::Isolate* isolate, v8::Local<v8::String> text, Encoding encoding,
                   MutableBytes out) {
  if (out.empty()) return 0;
  switch (encoding) {
    case Encoding::kAscii:
    case Encoding::kLatin1:
      return write_latin1(isolate, text, out);
    case Encoding::kUtf16:
      return write_utf16(isolate, text, out);
    case Encoding::kBase64:
    case Encoding::kBase64Url:
      return write_digits(isolate, text, Digits::kBase64, out);
    case Encoding::kHex:
      return write_digits(isolate, text, Digits::kHex, out);
    default:
      return write_utf8(isolate, text, out);
  }
}

}  // namespace gyre::bindings
