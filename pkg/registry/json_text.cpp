#include "pkg/registry/json_text.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace gyre::pkg {
namespace {

bool read_hex4(std::string_view text, size_t at, uint32_t& out) {
  if (at + 4 > text.size()) return false;
  out = 0;
  for (size_t i = at; i < at + 4; ++i) {
    char c = text[i];
    uint32_t digit;
    if (c >= '0' && c <= '9')
      digit = c - '0';
    else if (c >= 'a' && c <= 'f')
      digit = c - 'a' + 10;
    else if (c >= 'A' && c <= 'F')
      digit = c - 'A' + 10;
    else
      return false;
    out = out * 16 + digit;
  }
  return true;
}

void append_utf8(std::string& out, uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// Reads the digits of \uXXXX at `at`, joining surrogates; returns how many characters it took.
size_t read_unicode(std::string_view text, size_t at, uint32_t& code) {
  if (!read_hex4(text, at, code)) {
    code = 0xFFFD;
    return 0;
  }
  if (code < 0xD800 || code > 0xDFFF) return 4;
  uint32_t low = 0;
  bool pair = code < 0xDC00 && text.substr(at + 4, 2) == "\\u" && read_hex4(text, at + 6, low) &&
              low >= 0xDC00 && low <= 0xDFFF;
  if (!pair) {
    code = 0xFFFD;
    return 4;
  }
  code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  return 10;
}

// How many bytes at the text's beginning are one character, or the longest part of one.
size_t sequence_at(std::string_view text, bool& is_whole) {
  auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  is_whole = lead < 0x80;
  if (lead < 0xC2 || lead > 0xF4) return 1;
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // The second byte of some is limited: no overlong forms, surrogates or numbers beyond U+10FFFF.
  const uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  size_t size = 1;
  while (size < length && size < text.size() && byte(size) >= (size == 1 ? low : 0x80) &&
         byte(size) <= (size == 1 ? high : 0xBF)) {
    ++size;
  }
  is_whole = size == length;
  return size;
}

// The escape of a character that cannot stand for itself in a JSON string; empty for others.
std::string_view escape_of(char c, std::array<char, 8>& buffer) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      if (static_cast<unsigned char>(c) >= 0x20) return {};
      std::snprintf(buffer.data(), buffer.size(), "\\u%04x", c);
      return buffer.data();
  }
}

}  // namespace

std::string replace_ill_formed(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    bool is_whole = false;
    const size_t size = sequence_at(text, is_whole);
    if (is_whole)
      out.append(text, 0, size);
    else
      append_utf8(out, 0xFFFD);
    text.remove_prefix(size);
  }
  return out;
}

std::string unescape_json(std::string_view inside) {
  std::string out;
  out.reserve(inside.size());
  for (size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] != '\\' || i + 1 == inside.size()) {
      out += inside[i];
      continue;
    }
    char c = inside[++i];
    switch (c) {
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'u': {
        uint32_t code = 0;
        i += read_unicode(inside, i + 1, code);
        append_utf8(out, code);
        break;
      }
      default:
        out += c;
    }
  }
  return out;
}

void append_json_string(std::string& out, std::string_view text) {
  std::array<char, 8> buffer;
  out += '"';
  size_t plain = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view escape = escape_of(text[i], buffer);
    if (escape.empty()) continue;
    out.append(text, plain, i - plain);
    out += escape;
    plain = i + 1;
  }
  out.append(text, plain);
  out += '"';
}

}  // namespace gyre::pkg
