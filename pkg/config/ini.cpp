// parse_ini and the codecs of ini_values.hpp.
#include <nlohmann/json.hpp>

#include "pkg/config/ini_values.hpp"
#include "pkg/config/npmrc.hpp"

namespace gyre::pkg {
namespace {

std::string_view trim(std::string_view text) {
  size_t begin = text.find_first_not_of(" \t\r\n\v\f");
  if (begin == std::string_view::npos) return {};
  size_t end = text.find_last_not_of(" \t\r\n\v\f");
  return text.substr(begin, end - begin + 1);
}

// Quotes and escapes as the ini format of npm has them; a bare ';' or '#' starts a comment.
std::string unquote(std::string_view text) {
  text = trim(text);
  bool quoted = text.size() >= 2 && (text[0] == '"' || text[0] == '\'') && text.back() == text[0];
  if (quoted) {
    if (text[0] == '"') {
      nlohmann::json parsed = nlohmann::json::parse(text, nullptr, false);
      if (parsed.is_string()) return parsed.get<std::string>();
      return std::string(text);
    }
    return std::string(text.substr(1, text.size() - 2));
  }
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      char next = text[++i];
      if (next != '\\' && next != ';' && next != '#') out += '\\';
      out += next;
    } else if (c == ';' || c == '#') {
      break;
    } else {
      out += c;
    }
  }
  return std::string(trim(out));
}

// ${NAME} -> its value; an unset one stays as written, ${NAME?} becomes empty, \${NAME} is literal.
std::string expand(std::string_view text, const Environment& environment) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    size_t start = text.find("${", i);
    size_t end = start == std::string_view::npos ? start : text.find('}', start);
    if (end == std::string_view::npos) {
      out += text.substr(i);
      break;
    }
    out += text.substr(i, start - i);
    i = end + 1;
    if (!out.empty() && out.back() == '\\') {
      out.back() = '$';
      out += text.substr(start + 1, end - start);
      continue;
    }
    std::string name(text.substr(start + 2, end - start - 2));
    bool lenient = name.ends_with('?');
    if (lenient) name.pop_back();
    auto found = environment.find(name);
    if (found != environment.end())
      out += found->second;
    else if (!lenient)
      out += text.substr(start, end + 1 - start);
  }
  return out;
}

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

bool is_ini_section(std::string_view line) {
  const std::string_view text = trim(line);
  return text.size() >= 2 && text[0] == '[' && text.find(']') == text.size() - 1;
}

std::vector<IniEntry> parse_ini(std::string_view text, const Environment& environment) {
  std::vector<IniEntry> out;
  bool in_section = false;
  while (!text.empty()) {
    size_t end = text.find_first_of("\r\n");
    std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line[0] == ';' || line[0] == '#') continue;
    if (is_ini_section(line)) {
      in_section = true;  // npm has no settings in sections
      continue;
    }
    if (in_section) continue;
    size_t equals = line.find('=');
    IniEntry entry;
    entry.key = expand(unquote(line.substr(0, equals)), environment);
    entry.value = equals == std::string_view::npos
                      ? "true"
                      : expand(unquote(line.substr(equals + 1)), environment);
    if (entry.key.size() > 2 && entry.key.ends_with("[]")) {
      entry.key.resize(entry.key.size() - 2);
      entry.is_array_item = true;
    }
    if (!entry.key.empty()) out.push_back(std::move(entry));
  }
  return out;
}

std::string encode_base64(std::string_view bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0);
    for (size_t k = 0; k < 4; ++k)
      out += k > bytes.size() - i ? '=' : kAlphabet[group >> (18 - 6 * k) & 63];
  }
  return out;
}

std::string decode_base64(std::string_view text) {
  std::string out;
  uint32_t group = 0;
  int bits = 0;
  for (char c : text) {
    size_t value = kAlphabet.find(c == '-' ? '+' : c == '_' ? '/' : c);
    if (value == std::string_view::npos) continue;
    group = group << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(group >> bits & 0xFF);
    }
  }
  return out;
}

}  // namespace gyre::pkg
