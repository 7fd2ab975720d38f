#include "runtime/modules/resolution/specifier.hpp"

namespace gyre::resolution {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// End of the package name in `specifier`: after the scope's second part, or the first "/".
std::optional<size_t> name_end(std::string_view specifier) {
  size_t slash = specifier.find('/');
  if (specifier.starts_with('@')) {
    if (slash == std::string_view::npos) return std::nullopt;
    slash = specifier.find('/', slash + 1);
  }
  return slash == std::string_view::npos ? specifier.size() : slash;
}

}  // namespace

bool is_relative(std::string_view specifier) {
  return specifier.starts_with("./") || specifier.starts_with("../") || specifier == "." ||
         specifier == "..";
}

bool names_directory(std::string_view specifier) {
  return specifier.ends_with('/') || specifier.ends_with("/.") || specifier.ends_with("/..") ||
         specifier == "." || specifier == "..";
}

std::optional<PackageSpecifier> parse_package_specifier(std::string_view specifier) {
  if (specifier.empty()) return std::nullopt;
  std::optional<size_t> end = name_end(specifier);
  if (!end) return std::nullopt;
  std::string_view name = specifier.substr(0, *end);
  bool is_invalid =
      name.empty() || name.starts_with('.') || name.find_first_of("\\%") != std::string_view::npos;
  if (is_invalid) return std::nullopt;
  return PackageSpecifier{std::string(name), "." + std::string(specifier.substr(*end))};
}

std::optional<PackageSpecifier> parse_required_package(std::string_view request) {
  auto parsed = parse_package_specifier(request);
  if (!parsed) return std::nullopt;
  // A scope needs both of its parts, neither may be empty or start with a dot.
  std::string_view base = parsed->name;
  if (base.starts_with('@')) {
    size_t slash = base.find('/');
    if (slash == 1) return std::nullopt;
    base.remove_prefix(slash + 1);
  }
  if (base.empty() || base.starts_with('.')) return std::nullopt;
  return parsed;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      int high = hex_value(text[i + 1]);
      int low = hex_value(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

std::string percent_encode_path(std::string_view path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  static constexpr std::string_view kEscaped = "%?#\\\"<>`{}^|";
  std::string out;
  out.reserve(path.size());
  for (char c : path) {
    auto byte = static_cast<unsigned char>(c);
    bool escapes = byte <= 0x20 || byte >= 0x7F || kEscaped.find(c) != std::string_view::npos;
    if (!escapes) {
      out += c;
      continue;
    }
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 0xF];
  }
  return out;
}

bool has_encoded_separator(std::string_view text) {
  for (size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
    if (i + 2 >= text.size()) return false;
    int byte = hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]);
    if (byte == '/' || byte == '\\') return true;
  }
  return false;
}

}  // namespace gyre::resolution
