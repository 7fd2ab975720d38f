// internalBinding('buffer'): the hot parts of Buffer. lib/buffer.js checks arguments; what it
// passes wrongly all the same is clamped or answered with an exception. Any Env's thread.
#include <algorithm>
#include <cmath>
#include <memory>

#include "runtime/bindings/encode.hpp"
#include "runtime/bindings/text_codec.hpp"
#include "runtime/engine/binding.hpp"

namespace gyre::bindings {

using engine::Env;
using Info = v8::FunctionCallbackInfo<v8::Value>;

namespace {

// Largest typed array of this V8.
constexpr double kMaxLength = v8::TypedArray::kMaxLength;

void throw_code(const Info& info, Code code, const char* message = "") {
  engine::throw_error(Env::from(info.GetIsolate()), Error(code, message));
}

// An index argument: missing means `otherwise`, negative means 0.
size_t index_of(v8::Local<v8::Value> value, size_t otherwise) {
  if (value->IsUint32()) return value.As<v8::Uint32>()->Value();
  if (!value->IsNumber()) return otherwise;
  double number = value.As<v8::Number>()->Value();
  if (!(number > 0)) return 0;
  return number >= 9007199254740991.0 ? SIZE_MAX : static_cast<size_t>(number);
}

bool bytes_or_throw(const Info& info, v8::Local<v8::Value> value, MutableBytes& out) {
  if (engine::bytes_of(value, out)) return true;
  throw_code(info, Code::ERR_INVALID_ARG_TYPE, "argument must be a buffer");
  return false;
}

Encoding encoding_of(v8::Local<v8::Value> value) {
  size_t number = index_of(value, static_cast<size_t>(Encoding::kUtf8));
  return number <= 7 ? static_cast<Encoding>(number) : Encoding::kUtf8;
}

void set_size(const Info& info, size_t size) {
  if (size <= 0x7fffffff) {
    info.GetReturnValue().Set(static_cast<int32_t>(size));
  } else {
    info.GetReturnValue().Set(static_cast<double>(size));
  }
}

// buffer.utf8Slice(start, end) and its sisters.
template <Encoding kEncoding>
void slice(const Info& info) {
  MutableBytes bytes;
  if (!bytes_or_throw(info, info.This(), bytes)) return;
  size_t start = index_of(info[0], 0);
  size_t end = index_of(info[1], bytes.size());
  if (start > bytes.size() || end > bytes.size()) {
    return throw_code(info, Code::ERR_OUT_OF_RANGE, "Index out of range");
  }
  if (end < start) end = start;
  v8::Local<v8::String> text;
  if (encode(info.GetIsolate(), bytes.subspan(start, end - start), kEncoding).ToLocal(&text)) {
    info.GetReturnValue().Set(text);
  }
}

// buffer.utf8Write(text, offset, length) and its sisters.
template <Encoding kEncoding>
void write(const Info& info) {
  MutableBytes bytes;
  if (!bytes_or_throw(info, info.This(), bytes)) return;
  if (!info[0]->IsString()) {
    return throw_code(info, Code::ERR_INVALID_ARG_TYPE, "argument must be a string");
  }
  size_t offset = index_of(info[1], 0);
  if (offset > bytes.size()) {
    return throw_code(info, Code::ERR_BUFFER_OUT_OF_BOUNDS,
                      "\"offset\" is outside of buffer bounds");
  }
  bytes = bytes.subspan(offset);
  size_t length = index_of(info[2], bytes.size());
  if (length < bytes.size()) bytes = bytes.first(length);
  set_size(info, decode_into(info.GetIsolate(), info[0].As<v8::String>(), kEncoding, bytes));
}

void byte_length_utf8(const Info& info) {
  if (!info[0]->IsString()) {
    return throw_code(info, Code::ERR_INVALID_ARG_TYPE, "argument must be a string");
  }
  set_size(info, decoded_size(info.GetIsolate(), info[0].As<v8::String>(), Encoding::kUtf8));
}

// An ArrayBuffer whose contents are whatever malloc left there.
void create_unsafe(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  size_t size = index_of(info[0], 0);
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) {
    return throw_code(info, Code::ERR_MEMORY_ALLOCATION_FAILED);
  }
  auto store = v8::ArrayBuffer::NewBackingStore(
      memory, size, [](void* data, size_t, void*) { std::free(data); }, nullptr);
  info.GetReturnValue().Set(v8::ArrayBuffer::New(isolate, std::move(store)));
}

// (text, encoding): a Buffer that holds exactly the decoded text.
void from_string(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsString()) {
    return throw_code(info, Code::ERR_INVALID_ARG_TYPE, "argument must be a string");
  }
  auto text = info[0].As<v8::String>();
  Encoding encoding = encoding_of(info[1]);
  Buffer buffer(decoded_size(isolate, text, encoding));
  buffer.truncate(decode_into(isolate, text, encoding, buffer.span()));
  info.GetReturnValue().Set(engine::to_js(Env::from(isolate), std::move(buffer)));
}

// (source, target, targetStart, sourceStart, count): memmove. The caller has clamped.
void copy(const Info& info) {
  MutableBytes source;
  MutableBytes target;
  if (!bytes_or_throw(info, info[0], source) || !bytes_or_throw(info, info[1], target)) return;
  size_t to = std::min(index_of(info[2], 0), target.size());
  size_t from = std::min(index_of(info[3], 0), source.size());
  size_t count = std::min({index_of(info[4], 0), source.size() - from, target.size() - to});
  if (count > 0) std::memmove(target.data() + to, source.data() + from, count);
  set_size(info, count);
}

int32_t compare_bytes(ByteView a, ByteView b) {
  size_t common = std::min(a.size(), b.size());
  int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  if (order == 0) return a.size() == b.size() ? 0 : (a.size() < b.size() ? -1 : 1);
  return order < 0 ? -1 : 1;
}

void compare(const Info& info) {
  MutableBytes a;
  MutableBytes b;
  if (!bytes_or_throw(info, info[0], a) || !bytes_or_throw(info, info[1], b)) return;
  info.GetReturnValue().Set(compare_bytes(a, b));
}

// (source, target, targetStart, sourceStart, targetEnd, sourceEnd); checked by the caller.
void compare_offset(const Info& info) {
  MutableBytes source;
  MutableBytes target;
  if (!bytes_or_throw(info, info[0], source) || !bytes_or_throw(info, info[1], target)) return;
  auto cut = [](ByteView bytes, size_t start, size_t end) {
    start = std::min(start, bytes.size());
    return bytes.subspan(start, std::max(start, std::min(end, bytes.size())) - start);
  };
  info.GetReturnValue().Set(
      compare_bytes(cut(source, index_of(info[3], 0), index_of(info[5], source.size())),
                    cut(target, index_of(info[2], 0), index_of(info[4], target.size()))));
}

enum class Direction { kForward, kBackward };

// First match at or after (before, when backward) `from`. Matches start at multiples of `step`.
int64_t find(ByteView hay, ByteView needle, size_t from, Direction direction, size_t step) {
  if (needle.size() > hay.size()) return -1;
  size_t last = hay.size() - needle.size();
  if (direction == Direction::kForward) {
    while (from <= last) {
      const void* hit =
          ::memmem(hay.data() + from, hay.size() - from, needle.data(), needle.size());
      if (hit == nullptr) return -1;
      auto at = static_cast<size_t>(static_cast<const uint8_t*>(hit) - hay.data());
      if (at % step == 0) return static_cast<int64_t>(at);
      from = at + 1;
    }
    return -1;
  }
  for (size_t at = std::min(from, last) + 1; at-- > 0;) {
    if (at % step == 0 && std::memcmp(hay.data() + at, needle.data(), needle.size()) == 0) {
      return static_cast<int64_t>(at);
    }
  }
  return -1;
}

// The signed offset of indexOf/lastIndexOf as a start position, or -1 when nothing can match.
int64_t start_of(double offset, size_t hay, size_t needle, Direction direction) {
  auto size = static_cast<double>(hay);
  bool forward = direction == Direction::kForward;
  if (offset < 0) offset += size;
  if (offset < 0) {
    // Before the start: only an empty needle or a forward search is left.
    return forward || needle == 0 ? 0 : -1;
  }
  if (offset > size - static_cast<double>(needle)) {
    if (needle == 0) return static_cast<int64_t>(hay);
    if (forward) return -1;
    return needle > hay ? -1 : static_cast<int64_t>(hay - needle);
  }
  return static_cast<int64_t>(offset);
}

void search(const Info& info, ByteView hay, ByteView needle, Encoding encoding) {
  auto direction = info[4]->IsTrue() ? Direction::kForward : Direction::kBackward;
  double offset = info[2]->IsNumber() ? info[2].As<v8::Number>()->Value() : 0;
  int64_t from = start_of(offset, hay.size(), needle.size(), direction);
  bool wide = encoding == Encoding::kUtf16;
  int64_t result = -1;
  if (needle.empty() || from < 0) {
    result = needle.empty() ? std::min<int64_t>(from, static_cast<int64_t>(hay.size())) : -1;
  } else if (!wide || (needle.size() >= 2 && hay.size() >= 2)) {
    result = find(hay, needle, static_cast<size_t>(from), direction, wide ? 2 : 1);
  }
  info.GetReturnValue().Set(static_cast<double>(result));
}

// (buffer, text, byteOffset, encoding, forward)
void index_of_string(const Info& info) {
  MutableBytes hay;
  if (!bytes_or_throw(info, info[0], hay)) return;
  if (!info[1]->IsString()) {
    return throw_code(info, Code::ERR_INVALID_ARG_TYPE, "argument must be a string");
  }
  Encoding encoding = encoding_of(info[3]);
  auto text = info[1].As<v8::String>();
  uint8_t small[256];
  std::unique_ptr<uint8_t[]> large;
  size_t size = decoded_size(info.GetIsolate(), text, encoding);
  MutableBytes needle{small, std::min(size, sizeof small)};
  if (size > sizeof small) {
    large = std::make_unique<uint8_t[]>(size);
    needle = {large.get(), size};
  }
  size = decode_into(info.GetIsolate(), text, encoding, needle);
  search(info, hay, needle.first(size), encoding);
}

void index_of_buffer(const Info& info) {
  MutableBytes hay;
  MutableBytes needle;
  if (!bytes_or_throw(info, info[0], hay) || !bytes_or_throw(info, info[1], needle)) return;
  search(info, hay, needle, encoding_of(info[3]));
}

// (buffer, byte, byteOffset, -, forward)
void index_of_number(const Info& info) {
  MutableBytes hay;
  if (!bytes_or_throw(info, info[0], hay)) return;
  auto byte = static_cast<uint8_t>(index_of(info[1], 0));
  search(info, hay, {&byte, 1}, Encoding::kLatin1);
}

// (buffer, value, start, end, encoding): -1 when the value has no bytes, -2 when out of range.
void fill(const Info& info) {
  MutableBytes bytes;
  if (!bytes_or_throw(info, info[0], bytes)) return;
  size_t start = index_of(info[2], 0);
  size_t end = index_of(info[3], bytes.size());
  if (start > end || end > bytes.size()) return info.GetReturnValue().Set(-2);
  MutableBytes target = bytes.subspan(start, end - start);
  if (target.empty()) return;
  MutableBytes pattern;
  Buffer text_bytes;
  if (info[1]->IsString()) {
    auto text = info[1].As<v8::String>();
    Encoding encoding = encoding_of(info[4]);
    text_bytes = Buffer(decoded_size(info.GetIsolate(), text, encoding));
    text_bytes.truncate(decode_into(info.GetIsolate(), text, encoding, text_bytes.span()));
    pattern = text_bytes.span();
  } else if (!bytes_or_throw(info, info[1], pattern)) {
    return;
  }
  if (pattern.empty()) return info.GetReturnValue().Set(-1);
  size_t done = std::min(pattern.size(), target.size());
  std::memmove(target.data(), pattern.data(), done);
  while (done < target.size()) {  // doubles what is there
    size_t count = std::min(done, target.size() - done);
    std::memcpy(target.data() + done, target.data(), count);
    done += count;
  }
}

template <typename Unit, Unit (*kSwap)(Unit)>
void swap(const Info& info) {
  MutableBytes bytes;
  if (!bytes_or_throw(info, info[0], bytes)) return;
  for (size_t at = 0; at + sizeof(Unit) <= bytes.size(); at += sizeof(Unit)) {
    Unit unit;
    std::memcpy(&unit, bytes.data() + at, sizeof unit);
    unit = kSwap(unit);
    std::memcpy(bytes.data() + at, &unit, sizeof unit);
  }
  info.GetReturnValue().Set(info[0]);
}
uint16_t swap_unit16(uint16_t unit) { return __builtin_bswap16(unit); }
uint32_t swap_unit32(uint32_t unit) { return __builtin_bswap32(unit); }
uint64_t swap_unit64(uint64_t unit) { return __builtin_bswap64(unit); }

bool holds_utf8(Env&, ByteView bytes) { return is_utf8(bytes); }
bool holds_ascii(Env&, ByteView bytes) { return is_ascii(bytes); }

// (text): base64, or -1 when a character is above U+00FF.
void btoa(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  auto text = info[0].As<v8::String>();
  if (!info[0]->IsString() || !text->ContainsOnlyOneByte()) {
    return info.GetReturnValue().Set(-1);
  }
  Buffer bytes(static_cast<size_t>(text->Length()));
  decode_into(isolate, text, Encoding::kLatin1, bytes.span());
  v8::Local<v8::String> result;
  if (encode(isolate, bytes.view(), Encoding::kBase64).ToLocal(&result)) {
    info.GetReturnValue().Set(result);
  }
}

// (text): the decoded Latin-1 string, or a negative ForgivingResult.
void atob(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  auto text = info[0].As<v8::String>();
  if (!info[0]->IsString() || !text->ContainsOnlyOneByte()) {
    return info.GetReturnValue().Set(static_cast<int>(ForgivingResult::kInvalidCharacter));
  }
  Buffer bytes(static_cast<size_t>(text->Length()));
  decode_into(isolate, text, Encoding::kLatin1, bytes.span());
  size_t written = 0;
  // In place: the output never overtakes the input.
  auto status = base64_decode_forgiving(bytes.data(), bytes.size(), bytes.data(), &written);
  if (status != ForgivingResult::kOk) {
    return info.GetReturnValue().Set(static_cast<int>(status));
  }
  v8::Local<v8::String> result;
  if (encode(isolate, bytes.view().first(written), Encoding::kLatin1).ToLocal(&result)) {
    info.GetReturnValue().Set(result);
  }
}

using engine::binding;
using engine::constant;
using engine::fn;
using engine::raw;

constexpr auto kTable = binding(
    "buffer", constant("kMaxLength", kMaxLength),
    constant("kStringMaxLength", v8::String::kMaxLength),
    raw<slice<Encoding::kAscii>>("asciiSlice"), raw<slice<Encoding::kBase64>>("base64Slice"),
    raw<slice<Encoding::kBase64Url>>("base64urlSlice"),
    raw<slice<Encoding::kLatin1>>("latin1Slice"), raw<slice<Encoding::kHex>>("hexSlice"),
    raw<slice<Encoding::kUtf16>>("ucs2Slice"), raw<slice<Encoding::kUtf8>>("utf8Slice"),
    raw<write<Encoding::kAscii>>("asciiWrite"), raw<write<Encoding::kBase64>>("base64Write"),
    raw<write<Encoding::kBase64Url>>("base64urlWrite"),
    raw<write<Encoding::kLatin1>>("latin1Write"), raw<write<Encoding::kHex>>("hexWrite"),
    raw<write<Encoding::kUtf16>>("ucs2Write"), raw<write<Encoding::kUtf8>>("utf8Write"),
    raw<byte_length_utf8>("byteLengthUtf8"), raw<create_unsafe>("createUnsafe"),
    raw<from_string>("fromString"), raw<copy>("copy"), raw<compare>("compare"),
    raw<compare_offset>("compareOffset"), raw<index_of_string>("indexOfString"),
    raw<index_of_buffer>("indexOfBuffer"), raw<index_of_number>("indexOfNumber"), raw<fill>("fill"),
    raw<swap<uint16_t, swap_unit16>>("swap16"), raw<swap<uint32_t, swap_unit32>>("swap32"),
    raw<swap<uint64_t, swap_unit64>>("swap64"), fn<holds_utf8>("isUtf8"),
    fn<holds_ascii>("isAscii"), raw<btoa>("btoa"), raw<atob>("atob"));

}  // namespace

engine::BindingView buffer() { return kTable; }

}  // namespace gyre::bindings
