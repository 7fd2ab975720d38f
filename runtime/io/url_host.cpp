#include "runtime/io/url_host.hpp"

#include <unicode/uidna.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <vector>

#include "runtime/io/url.hpp"

namespace gyre::io {
namespace url_detail {
namespace {

constexpr char kHexDigits[] = "0123456789ABCDEF";

constexpr EncodeSet kForbiddenHost(" #/:<>?@[\\]^|");

// Forbidden in opaque hosts: NUL, tab, LF, CR and the punctuation above, but no other control.
bool is_forbidden_host_char(char c) {
  if (static_cast<uint8_t>(c) >= 0x7f) return false;
  if (static_cast<uint8_t>(c) < 0x20) return c == 0 || c == '\t' || c == '\n' || c == '\r';
  return kForbiddenHost.has(c);
}

bool is_forbidden_domain_char(char c) {
  auto byte = static_cast<uint8_t>(c);
  return byte <= 0x1f || byte == 0x7f || c == '%' || (byte < 0x80 && kForbiddenHost.has(c));
}

// One part of a dotted address: decimal, 0x hexadecimal or 0-prefixed octal.
std::optional<uint64_t> parse_ipv4_number(std::string_view part) {
  if (part.empty()) return std::nullopt;
  unsigned radix = 10;
  if (part.size() >= 2 && part[0] == '0' && (part[1] | 0x20) == 'x') {
    part.remove_prefix(2);
    radix = 16;
  } else if (part.size() >= 2 && part[0] == '0') {
    part.remove_prefix(1);
    radix = 8;
  }
  uint64_t value = 0;
  for (char c : part) {
    if (!is_hex_digit(c)) return std::nullopt;
    auto digit = static_cast<unsigned>(hex_value(c));
    if (digit >= radix) return std::nullopt;
    if (value <= 0xffffffffu) value = value * radix + digit;  // saturates: too big is too big
  }
  return value;
}

std::string_view last_label(std::string_view host) {
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  size_t dot = host.rfind('.');
  return dot == std::string_view::npos ? host : host.substr(dot + 1);
}

bool ends_in_number(std::string_view host) {
  std::string_view last = last_label(host);
  if (last.empty() || !is_digit(last[0])) return false;
  if (std::all_of(last.begin(), last.end(), is_digit)) return true;
  return parse_ipv4_number(last).has_value();
}

std::optional<std::string> parse_ipv4(std::string_view host) {
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  uint64_t numbers[4];
  size_t count = 0;
  while (true) {
    size_t dot = host.find('.');
    auto number = parse_ipv4_number(host.substr(0, dot));
    if (!number || count == 4) return std::nullopt;
    numbers[count++] = *number;
    if (dot == std::string_view::npos) break;
    host.remove_prefix(dot + 1);
  }
  for (size_t i = 0; i + 1 < count; ++i) {
    if (numbers[i] > 255) return std::nullopt;
  }
  if (numbers[count - 1] >= uint64_t{1} << (8 * (5 - count))) return std::nullopt;
  uint64_t address = numbers[count - 1];
  for (size_t i = 0; i + 1 < count; ++i) address += numbers[i] << (8 * (3 - i));
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += std::to_string((address >> shift) & 255);
    if (shift != 0) out += '.';
  }
  return out;
}

// The dotted tail of an IPv6 address, two pieces; false if it is not exactly a.b.c.d.
bool parse_ipv4_tail(std::string_view text, uint16_t* pieces) {
  size_t at = 0;
  for (int seen = 0; seen < 4; ++seen) {
    if (seen > 0 && (at >= text.size() || text[at++] != '.')) return false;
    int value = -1;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      if (value == 0) return false;  // a leading zero
      value = value < 0 ? text[at] - '0' : value * 10 + (text[at] - '0');
      if (value > 255) return false;
    }
    if (value < 0) return false;
    pieces[seen / 2] = static_cast<uint16_t>(pieces[seen / 2] * 256 + value);
  }
  return at == text.size();
}

// Eight pieces from the text between the brackets.
bool parse_ipv6_pieces(std::string_view in, uint16_t (&address)[8]) {
  size_t piece = 0;
  size_t at = 0;
  std::optional<size_t> compress;
  if (!in.empty() && in[0] == ':') {
    if (in.size() < 2 || in[1] != ':') return false;
    at = 2;
    compress = ++piece;
  }
  while (at < in.size()) {
    if (piece == 8) return false;
    if (in[at] == ':') {
      if (compress) return false;
      ++at;
      compress = ++piece;
      continue;
    }
    unsigned value = 0;
    size_t start = at;
    for (; at - start < 4 && at < in.size() && is_hex_digit(in[at]); ++at) {
      value = value * 16 + static_cast<unsigned>(hex_value(in[at]));
    }
    if (at < in.size() && in[at] == '.') {
      if (at == start || piece > 6) return false;
      if (!parse_ipv4_tail(in.substr(start), &address[piece])) return false;
      piece += 2;
      break;
    }
    if (at < in.size() && in[at] == ':') {
      if (++at == in.size()) return false;
    } else if (at < in.size()) {
      return false;
    }
    address[piece++] = static_cast<uint16_t>(value);
  }
  if (compress) {
    for (size_t swaps = piece - *compress, to = 7; to != 0 && swaps > 0; --to, --swaps) {
      std::swap(address[to], address[*compress + swaps - 1]);
    }
    return true;
  }
  return piece == 8;
}

std::string serialize_ipv6(const uint16_t (&address)[8]) {
  int best = -1;
  int best_length = 1;  // a single zero is not compressed
  for (int i = 0; i < 8;) {
    int length = 0;
    while (i + length < 8 && address[i + length] == 0) ++length;
    if (length > best_length) {
      best = i;
      best_length = length;
    }
    i += length == 0 ? 1 : length;
  }
  std::string out = "[";
  for (int i = 0; i < 8; ++i) {
    if (i == best) {
      out += i == 0 ? "::" : ":";
      i += best_length - 1;
      continue;
    }
    char text[8];
    snprintf(text, sizeof text, "%x", address[i]);
    out += text;
    if (i != 7) out += ':';
  }
  return out + ']';
}

std::optional<std::string> parse_opaque_host(std::string_view input) {
  if (std::any_of(input.begin(), input.end(), is_forbidden_host_char)) return std::nullopt;
  std::string out;
  append_encoded(out, input, kC0ControlSet);
  return out;
}

bool is_plain_ascii_domain(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (static_cast<uint8_t>(text[i]) >= 0x80) return false;
    // "xn--" at the start of a label needs validation.
    if (text[i] == '-' && i >= 3 && text[i - 1] == '-' && (text[i - 2] | 0x20) == 'n' &&
        (text[i - 3] | 0x20) == 'x' && (i == 3 || text[i - 4] == '.')) {
      return false;
    }
  }
  return true;
}

}  // namespace

void append_encoded(std::string& out, std::string_view text, const EncodeSet& set) {
  size_t clean = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!set.has(text[i])) continue;
    out.append(text, clean, i - clean);
    auto byte = static_cast<uint8_t>(text[i]);
    out += {'%', kHexDigits[byte >> 4], kHexDigits[byte & 15]};
    clean = i + 1;
  }
  out.append(text, clean);
}

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && is_hex_digit(text[i + 1]) &&
        is_hex_digit(text[i + 2])) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::optional<std::string> parse_host(std::string_view input, HostKind kind) {
  if (!input.empty() && input[0] == '[') {
    if (input.back() != ']') return std::nullopt;
    uint16_t address[8] = {};
    if (!parse_ipv6_pieces(input.substr(1, input.size() - 2), address)) return std::nullopt;
    return serialize_ipv6(address);
  }
  if (kind == HostKind::kOpaque) return parse_opaque_host(input);
  std::string decoded;
  if (input.find('%') != std::string_view::npos) {
    decoded = percent_decode(input);
    input = decoded;
  }
  auto ascii = domain_to_ascii(input);
  if (!ascii || ascii->empty()) return std::nullopt;
  if (std::any_of(ascii->begin(), ascii->end(), is_forbidden_domain_char)) return std::nullopt;
  if (ends_in_number(*ascii)) return parse_ipv4(*ascii);
  return ascii;
}

}  // namespace url_detail

namespace {

// Opened once; ICU's object is immutable and shared by threads. Null if ICU has no data.
const UIDNA* uts46() {
  static const UIDNA* const instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    UIDNA* opened =
        uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII |
                            UIDNA_NONTRANSITIONAL_TO_UNICODE,
                        &status);
    return U_SUCCESS(status) ? opened : nullptr;
  }();
  return instance;
}

// What browsers do not enforce: label lengths, empty labels and hyphen positions.
constexpr uint32_t kTolerated = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
                                UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN |
                                UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;

using Convert = int32_t (*)(const UIDNA*, const char*, int32_t, char*, int32_t, UIDNAInfo*,
                            UErrorCode*);

std::optional<std::string> convert_domain(Convert convert, std::string_view domain) {
  const UIDNA* idna = uts46();
  if (idna == nullptr || domain.size() > 0x100000) return std::nullopt;
  std::string out(domain.size() * 2 + 64, '\0');
  for (int attempt = 0; attempt < 2; ++attempt) {
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    int32_t length = convert(idna, domain.data(), static_cast<int32_t>(domain.size()), out.data(),
                             static_cast<int32_t>(out.size()), &info, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR) {
      out.resize(static_cast<size_t>(length));
      continue;
    }
    if (U_FAILURE(status) || (info.errors & ~kTolerated) != 0) return std::nullopt;
    out.resize(static_cast<size_t>(length));
    return out;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> domain_to_ascii(std::string_view domain) {
  if (url_detail::is_plain_ascii_domain(domain)) {
    std::string out(domain);
    std::transform(out.begin(), out.end(), out.begin(), url_detail::to_lower);
    return out;
  }
  return convert_domain(uidna_nameToASCII_UTF8, domain);
}

std::string domain_to_unicode(std::string_view domain) {
  return convert_domain(uidna_nameToUnicodeUTF8, domain).value_or(std::string());
}

}  // namespace gyre::io
