// Bytes ↔ V8 strings in Buffer's encodings, for every binding that returns or takes text (buffer,
// crypto, fs, string_decoder). Env's thread, inside a handle scope.
#pragma once

#include "runtime/base/bytes.hpp"
#include "runtime/engine/v8_compat.hpp"

namespace gyre::bindings {

// The numbers are those of internalBinding('buffer').encodings.
enum class Encoding : uint32_t {
  kAscii = 0,
  kUtf8 = 1,
  kBase64 = 2,
  kUtf16 = 3,
  kLatin1 = 4,
  kHex = 5,
  kBuffer = 6,
  kBase64Url = 7,
};

// Empty, with ERR_STRING_TOO_LONG thrown, when the text would be longer than V8 allows.
v8::MaybeLocal<v8::String> encode(v8::Isolate* isolate, ByteView bytes, Encoding encoding);

// Upper bound of the bytes the string takes (exact for UTF-8, UTF-16, Latin-1, ASCII, hex).
size_t decoded_size(v8::Isolate* isolate, v8::Local<v8::String> text, Encoding encoding);
// Writes what fits, never a partial UTF-8 sequence or UTF-16 unit. Returns the bytes written.
size_t decode_into(v8::Isolate* isolate, v8::Local<v8::String> text, Encoding encoding,
                   MutableBytes out);

}  // namespace gyre::bindings
