#include "pkg/registry/json_text.hpp"

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

}  // namespace

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
  out += '"';
  for (char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          char buffer[8];
          std::snprintf(buffer, sizeof buffer, "\\u%04x", c);
          out += buffer;
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

}  // namespace gyre::pkg
