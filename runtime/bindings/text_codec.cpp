#include "runtime/bindings/text_codec.hpp"

#include <array>

namespace gyre::bindings {
namespace {

constexpr char kStandardAlphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kUrlAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr uint8_t kBadDigit = 0xff;
constexpr uint8_t kPadding = 0xfe;
constexpr uint8_t kSpace = 0xfd;

constexpr std::array<uint8_t, 256> kBase64Digits = [] {
  std::array<uint8_t, 256> table{};
  table.fill(kBadDigit);
  for (uint8_t i = 0; i < 64; ++i) {
    table[static_cast<uint8_t>(kStandardAlphabet[i])] = i;
    table[static_cast<uint8_t>(kUrlAlphabet[i])] = i;
  }
  table['='] = kPadding;
  for (char c : {' ', '\t', '\n', '\f', '\r'}) table[static_cast<uint8_t>(c)] = kSpace;
  return table;
}();

constexpr std::array<uint8_t, 256> kHexDigits = [] {
  std::array<uint8_t, 256> table{};
  table.fill(kBadDigit);
  for (uint8_t i = 0; i < 10; ++i) table['0' + i] = i;
  for (uint8_t i = 0; i < 6; ++i) table['a' + i] = table['A' + i] = static_cast<uint8_t>(10 + i);
  return table;
}();

// Two characters for each 12 bits.
using PairTable = std::array<uint16_t, 4096>;
constexpr PairTable make_pairs(const char* alphabet) {
  PairTable table{};
  for (size_t i = 0; i < table.size(); ++i) {
    table[i] = static_cast<uint16_t>(static_cast<uint8_t>(alphabet[i >> 6]) |
                                     (static_cast<uint8_t>(alphabet[i & 63]) << 8));
  }
  return table;
}
constexpr PairTable kStandardPairs = make_pairs(kStandardAlphabet);
constexpr PairTable kUrlPairs = make_pairs(kUrlAlphabet);

constexpr std::array<uint16_t, 256> kHexPairs = [] {
  std::array<uint16_t, 256> table{};
  constexpr char kDigits[] = "0123456789abcdef";
  for (size_t i = 0; i < table.size(); ++i) {
    table[i] = static_cast<uint16_t>(kDigits[i >> 4] | (kDigits[i & 15] << 8));
  }
  return table;
}();

template <typename Char>
uint8_t base64_digit(Char c) {
  if constexpr (sizeof(Char) > 1) {
    if (c > 0xff) return kBadDigit;
  }
  return kBase64Digits[c & 0xff];
}

template <typename Char>
size_t decode_base64(const Char* text, size_t length, uint8_t* out, size_t capacity) {
  size_t at = 0;
  size_t written = 0;
  while (true) {
    // Whole groups without anything to skip.
    while (at + 4 <= length && written + 3 <= capacity) {
      uint8_t a = base64_digit(text[at]);
      uint8_t b = base64_digit(text[at + 1]);
      uint8_t c = base64_digit(text[at + 2]);
      uint8_t d = base64_digit(text[at + 3]);
      if ((a | b | c | d) & 0x80) break;
      uint32_t bits = (uint32_t{a} << 18) | (uint32_t{b} << 12) | (uint32_t{c} << 6) | d;
      out[written] = static_cast<uint8_t>(bits >> 16);
      out[written + 1] = static_cast<uint8_t>(bits >> 8);
      out[written + 2] = static_cast<uint8_t>(bits);
      at += 4;
      written += 3;
    }
    uint32_t bits = 0;
    int digits = 0;
    bool ended = false;
    while (digits < 4) {
      if (at >= length) {
        ended = true;
        break;
      }
      uint8_t digit = base64_digit(text[at++]);
      if (digit == kPadding) {
        ended = true;
        break;
      }
      if (digit & 0x80) continue;
      bits = (bits << 6) | digit;
      ++digits;
    }
    bits <<= 6 * (4 - digits);
    for (int i = 0; i + 1 < digits; ++i) {
      if (written == capacity) return written;
      out[written++] = static_cast<uint8_t>(bits >> (16 - 8 * i));
    }
    if (ended || written == capacity) return written;
  }
}

template <typename Char>
size_t decode_hex(const Char* text, size_t length, uint8_t* out, size_t capacity) {
  size_t count = length / 2 < capacity ? length / 2 : capacity;
  for (size_t i = 0; i < count; ++i) {
    Char high = text[2 * i];
    Char low = text[2 * i + 1];
    if constexpr (sizeof(Char) > 1) {
      if ((high | low) > 0xff) return i;
    }
    uint8_t a = kHexDigits[high & 0xff];
    uint8_t b = kHexDigits[low & 0xff];
    if ((a | b) & 0x80) return i;
    out[i] = static_cast<uint8_t>((a << 4) | b);
  }
  return count;
}

constexpr uint64_t kHighBits = 0x8080808080808080;

uint64_t load64(const uint8_t* from) {
  uint64_t value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// One well-formed sequence at `at` or the length of the maximal ill-formed part.
struct Utf8Step {
  uint32_t code_point;
  uint8_t length;
  bool valid;
};

Utf8Step utf8_step(const uint8_t* bytes, size_t left) {
  uint8_t lead = bytes[0];
  if (lead < 0x80) return {lead, 1, true};
  uint8_t lower = 0x80;
  uint8_t upper = 0xbf;
  int needed;
  uint32_t code_point;
  if (lead >= 0xc2 && lead <= 0xdf) {
    needed = 1;
    code_point = lead & 0x1f;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    if (lead == 0xe0) lower = 0xa0;
    if (lead == 0xed) upper = 0x9f;
    needed = 2;
    code_point = lead & 0x0f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    if (lead == 0xf0) lower = 0x90;
    if (lead == 0xf4) upper = 0x8f;
    needed = 3;
    code_point = lead & 0x07;
  } else {
    return {0xfffd, 1, false};
  }
  for (int i = 1; i <= needed; ++i) {
    if (static_cast<size_t>(i) >= left || bytes[i] < lower || bytes[i] > upper) {
      return {0xfffd, static_cast<uint8_t>(i), false};
    }
    lower = 0x80;
    upper = 0xbf;
    code_point = (code_point << 6) | (bytes[i] & 0x3f);
  }
  return {code_point, static_cast<uint8_t>(needed + 1), true};
}

}  // namespace

size_t base64_encoded_size(size_t bytes, Base64Variant variant) {
  return variant == Base64Variant::kStandard ? (bytes + 2) / 3 * 4 : (bytes * 4 + 2) / 3;
}

void base64_encode(ByteView bytes, char* out, Base64Variant variant) {
  const bool url = variant == Base64Variant::kUrl;
  const PairTable& pairs = url ? kUrlPairs : kStandardPairs;
  const char* alphabet = url ? kUrlAlphabet : kStandardAlphabet;
  size_t at = 0;
  for (; at + 3 <= bytes.size(); at += 3, out += 4) {
    uint32_t bits = (uint32_t{bytes[at]} << 16) | (uint32_t{bytes[at + 1]} << 8) | bytes[at + 2];
    std::memcpy(out, &pairs[bits >> 12], 2);
    std::memcpy(out + 2, &pairs[bits & 0xfff], 2);
  }
  size_t left = bytes.size() - at;
  if (left == 0) return;
  uint32_t bits = uint32_t{bytes[at]} << 16;
  if (left == 2) bits |= uint32_t{bytes[at + 1]} << 8;
  *out++ = alphabet[bits >> 18];
  *out++ = alphabet[(bits >> 12) & 63];
  if (left == 2) *out++ = alphabet[(bits >> 6) & 63];
  if (url) return;
  if (left == 1) *out++ = '=';
  *out = '=';
}

size_t base64_decode(const uint8_t* text, size_t length, uint8_t* out, size_t capacity) {
  return decode_base64(text, length, out, capacity);
}
size_t base64_decode(const uint16_t* text, size_t length, uint8_t* out, size_t capacity) {
  return decode_base64(text, length, out, capacity);
}

ForgivingResult base64_decode_forgiving(const uint8_t* text, size_t length, uint8_t* out,
                                        size_t* written) {
  size_t digits = 0;
  size_t padding = 0;
  uint32_t bits = 0;
  *written = 0;
  for (size_t i = 0; i < length; ++i) {
    uint8_t digit = kBase64Digits[text[i]];
    if (digit == kSpace) continue;
    if (digit == kPadding) {
      ++padding;
      continue;
    }
    if ((digit & 0x80) != 0 || padding != 0 || text[i] == '-' || text[i] == '_') {
      return ForgivingResult::kInvalidCharacter;
    }
    bits = (bits << 6) | digit;
    if (++digits % 4 != 0) continue;
    out[(*written)++] = static_cast<uint8_t>(bits >> 16);
    out[(*written)++] = static_cast<uint8_t>(bits >> 8);
    out[(*written)++] = static_cast<uint8_t>(bits);
  }
  size_t rest = digits % 4;
  if (padding > 0 && (padding > 2 || rest + padding != 4)) {
    return ForgivingResult::kInvalidCharacter;
  }
  if (rest == 1) return ForgivingResult::kBadLength;
  bits <<= 6 * (4 - rest);
  for (size_t i = 0; i + 1 < rest; ++i) {
    out[(*written)++] = static_cast<uint8_t>(bits >> (16 - 8 * i));
  }
  return ForgivingResult::kOk;
}

void hex_encode(ByteView bytes, char* out) {
  for (size_t i = 0; i < bytes.size(); ++i) std::memcpy(out + 2 * i, &kHexPairs[bytes[i]], 2);
}

size_t hex_decode(const uint8_t* text, size_t length, uint8_t* out, size_t capacity) {
  return decode_hex(text, length, out, capacity);
}
size_t hex_decode(const uint16_t* text, size_t length, uint8_t* out, size_t capacity) {
  return decode_hex(text, length, out, capacity);
}

size_t ascii_prefix(ByteView bytes) {
  const uint8_t* data = bytes.data();
  size_t at = 0;
  for (; at + 32 <= bytes.size(); at += 32) {
    uint64_t joined =
        load64(data + at) | load64(data + at + 8) | load64(data + at + 16) | load64(data + at + 24);
    if (joined & kHighBits) break;
  }
  while (at < bytes.size() && data[at] < 0x80) ++at;
  return at;
}

bool is_utf8(ByteView bytes) {
  while (true) {
    bytes = bytes.subspan(ascii_prefix(bytes));
    if (bytes.empty()) return true;
    while (!bytes.empty() && bytes[0] >= 0x80) {
      Utf8Step step = utf8_step(bytes.data(), bytes.size());
      if (!step.valid) return false;
      bytes = bytes.subspan(step.length);
    }
  }
}

namespace {

// The common well-formed sequence of two or three bytes, without the general case's bookkeeping.
// Advances `at` and returns the unit, or 0 (which is never encoded so) when it is something else.
uint16_t short_sequence(const uint8_t* data, size_t size, size_t& at) {
  const uint8_t lead = data[at];
  if (lead >= 0xc2 && lead <= 0xdf && size - at >= 2 && (data[at + 1] & 0xc0) == 0x80) {
    auto unit = static_cast<uint16_t>(((lead & 0x1f) << 6) | (data[at + 1] & 0x3f));
    at += 2;
    return unit;
  }
  if ((lead & 0xf0) == 0xe0 && size - at >= 3 && (data[at + 1] & 0xc0) == 0x80 &&
      (data[at + 2] & 0xc0) == 0x80) {
    auto unit =
        static_cast<uint16_t>((lead << 12) | ((data[at + 1] & 0x3f) << 6) | (data[at + 2] & 0x3f));
    if (unit < 0x800 || (unit & 0xf800) == 0xd800) return 0;
    at += 3;
    return unit;
  }
  return 0;
}

}  // namespace

size_t utf8_to_utf16(ByteView bytes, uint16_t* out, uint16_t* all_bits) {
  const uint8_t* data = bytes.data();
  const size_t size = bytes.size();
  uint16_t seen = 0;
  size_t at = 0;
  uint16_t* to = out;
  while (at < size) {
    while (at + 8 <= size && (load64(data + at) & kHighBits) == 0) {
      for (size_t i = 0; i < 8; ++i) to[i] = data[at + i];
      at += 8;
      to += 8;
    }
    while (at < size && data[at] < 0x80) *to++ = data[at++];
    if (at == size) break;
    if (uint16_t unit = short_sequence(data, size, at); unit != 0) {
      *to++ = unit;
      seen |= unit;
      continue;
    }
    Utf8Step step = utf8_step(data + at, size - at);
    at += step.length;
    if (step.code_point > 0xffff) {
      *to++ = static_cast<uint16_t>(0xd7c0 + (step.code_point >> 10));
      *to++ = static_cast<uint16_t>(0xdc00 + (step.code_point & 0x3ff));
      seen = 0xffff;
    } else {
      *to++ = static_cast<uint16_t>(step.code_point);
      seen = static_cast<uint16_t>(seen | step.code_point);
    }
  }
  *all_bits = seen;
  return static_cast<size_t>(to - out);
}

size_t latin1_utf8_size(ByteView latin1) {
  size_t extra = 0;
  for (uint8_t byte : latin1) extra += byte >> 7;
  return latin1.size() + extra;
}

TranscodedSize latin1_to_utf8(ByteView latin1, uint8_t* out, size_t capacity) {
  size_t at = 0;
  size_t written = 0;
  for (; at < latin1.size(); ++at) {
    uint8_t byte = latin1[at];
    if (byte < 0x80) {
      if (written == capacity) break;
      out[written++] = byte;
    } else {
      if (capacity - written < 2) break;
      out[written++] = static_cast<uint8_t>(0xc0 | (byte >> 6));
      out[written++] = static_cast<uint8_t>(0x80 | (byte & 0x3f));
    }
  }
  return {at, written};
}

TranscodedSize utf16_to_utf8(const uint16_t* text, size_t length, uint8_t* out, size_t capacity) {
  size_t at = 0;
  size_t written = 0;
  while (at < length) {
    uint32_t c = text[at];
    size_t units = 1;
    if ((c & 0xf800) == 0xd800) {
      bool pair = (c & 0x400) == 0 && at + 1 < length && (text[at + 1] & 0xfc00) == 0xdc00;
      units = pair ? 2 : 1;
      c = pair ? 0x10000 + ((c & 0x3ff) << 10) + (text[at + 1] & 0x3ffu) : 0xfffd;
    }
    size_t room = capacity - written;
    if (c < 0x80) {
      if (room < 1) break;
      out[written++] = static_cast<uint8_t>(c);
    } else if (c < 0x800) {
      if (room < 2) break;
      out[written++] = static_cast<uint8_t>(0xc0 | (c >> 6));
      out[written++] = static_cast<uint8_t>(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
      if (room < 3) break;
      out[written++] = static_cast<uint8_t>(0xe0 | (c >> 12));
      out[written++] = static_cast<uint8_t>(0x80 | ((c >> 6) & 0x3f));
      out[written++] = static_cast<uint8_t>(0x80 | (c & 0x3f));
    } else {
      if (room < 4) break;
      out[written++] = static_cast<uint8_t>(0xf0 | (c >> 18));
      out[written++] = static_cast<uint8_t>(0x80 | ((c >> 12) & 0x3f));
      out[written++] = static_cast<uint8_t>(0x80 | ((c >> 6) & 0x3f));
      out[written++] = static_cast<uint8_t>(0x80 | (c & 0x3f));
    }
    at += units;
  }
  return {at, written};
}

}  // namespace gyre::bindings
