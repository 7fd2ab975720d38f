// Bytes ↔ text in the encodings of Buffer: base64, hex, UTF-8, UTF-16, Latin-1. Pure functions on
// caller-owned memory, without V8; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/base/bytes.hpp"

namespace gyre::bindings {

enum class Base64Variant { kStandard, kUrl };  // kUrl: '-' and '_', no padding

size_t base64_encoded_size(size_t bytes, Base64Variant variant);
// Writes base64_encoded_size() characters.
void base64_encode(ByteView bytes, char* out, Base64Variant variant);

// Lenient, both alphabets: skips what is not base64 and stops at the first '='. Returns the number
// of bytes written, at most `capacity`.
size_t base64_decode(const uint8_t* text, size_t length, uint8_t* out, size_t capacity);
size_t base64_decode(const uint16_t* text, size_t length, uint8_t* out, size_t capacity);

// WHATWG forgiving-base64 decode of Latin-1 text, for atob().
enum class ForgivingResult : int { kOk = 0, kInvalidCharacter = -1, kBadLength = -2 };
ForgivingResult base64_decode_forgiving(const uint8_t* text, size_t length, uint8_t* out,
                                        size_t* written);

void hex_encode(ByteView bytes, char* out);
// Stops at the first pair that is not hexadecimal. Returns the number of bytes written.
size_t hex_decode(const uint8_t* text, size_t length, uint8_t* out, size_t capacity);
size_t hex_decode(const uint16_t* text, size_t length, uint8_t* out, size_t capacity);

// Length of the prefix that is ASCII.
size_t ascii_prefix(ByteView bytes);
inline bool is_ascii(ByteView bytes) { return ascii_prefix(bytes) == bytes.size(); }
bool is_utf8(ByteView bytes);

// Decodes UTF-8 as the WHATWG decoder does (U+FFFD per maximal ill-formed part). `out` has room for
// bytes.size() units. Returns the number of units; `all_bits` gets the OR of all units.
size_t utf8_to_utf16(ByteView bytes, uint16_t* out, uint16_t* all_bits);

// UTF-8 bytes of Latin-1 text.
size_t latin1_utf8_size(ByteView latin1);
struct TranscodedSize {
  size_t read;
  size_t written;
};
// Stops before the first character that does not fit.
TranscodedSize latin1_to_utf8(ByteView latin1, uint8_t* out, size_t capacity);
// Lone surrogates become U+FFFD. Stops before the first code point that does not fit.
TranscodedSize utf16_to_utf8(const uint16_t* text, size_t length, uint8_t* out, size_t capacity);

}  // namespace gyre::bindings
