#include "cli/inspect.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>

namespace gyre::cli {
namespace {

using pkg::OrderedJson;
using Pieces = std::vector<std::string>;

constexpr size_t kLineWidth = 80;
constexpr int kCompactLevels = 3;  // so many nested levels may share a line
constexpr size_t kSeparator = 2;   // ", "

// In UTF-16 units, as JavaScript counts.
size_t length_of(std::string_view text) {
  size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80) continue;
    units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

char quote_for(std::string_view text) {
  if (text.find('\'') == std::string_view::npos) return '\'';
  if (text.find('"') == std::string_view::npos) return '"';
  const bool is_plain_template =
      text.find('`') == std::string_view::npos && text.find("${") == std::string_view::npos;
  return is_plain_template ? '`' : '\'';
}

std::string quoted_text(std::string_view text) {
  const char quote = quote_for(text);
  std::string out(1, quote);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      static constexpr std::pair<char, const char*> kNamed[] = {
          {'\b', "\\b"}, {'\t', "\\t"}, {'\n', "\\n"}, {'\f', "\\f"}, {'\r', "\\r"}};
      const auto* named = std::find_if(std::begin(kNamed), std::end(kNamed),
                                       [c](const auto& entry) { return entry.first == c; });
      char code[8];
      std::snprintf(code, sizeof code, "\\x%02X", byte);
      out += named != std::end(kNamed) ? named->second : code;
    } else {
      out += c;
    }
  }
  return out + quote;
}

bool is_identifier(std::string_view key) {
  if (key.empty() || std::isdigit(static_cast<unsigned char>(key[0]))) return false;
  return std::all_of(key.begin(), key.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  });
}

std::string joined(const Pieces& pieces, const std::string& separator) {
  std::string out;
  for (size_t i = 0; i < pieces.size(); ++i) out += (i == 0 ? "" : separator) + pieces[i];
  return out;
}

class Inspector {
 public:
  explicit Inspector(int depth) : deepest_(depth) {}

  std::string format(const OrderedJson& value, int level) {
    if (value.is_string()) return format_string(value.get<std::string>(), level);
    if (!value.is_structured()) return value.dump();
    if (level > deepest_) return value.is_array() ? "[Array]" : "[Object]";
    if (value.empty()) return value.is_array() ? "[]" : "{}";
    last_level_ = level;
    Pieces pieces;
    indent_ += 2;
    if (value.is_array()) {
      for (const OrderedJson& item : value) pieces.push_back(format(item, level + 1));
    } else {
      for (const auto& [key, member] : value.items()) {
        const std::string name = is_identifier(key) ? key : quoted_text(key);
        pieces.push_back(name + ": " + format(member, level + 1));
      }
    }
    indent_ -= 2;
    return laid_out(std::move(pieces), value, level);
  }

 private:
  // Texts with line ends are cut there where they do not fit.
  std::string format_string(const std::string& text, int level) const {
    const size_t length = length_of(text);
    const bool fits = length <= 16 || length + indent_ + 4 <= kLineWidth;
    if (fits || level == 0 || text.find('\n') >= text.size() - 1) return quoted_text(text);
    Pieces lines;
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
      lines.push_back(quoted_text(text.substr(begin, end - begin)));
      begin = end;
    }
    return joined(lines, " +\n" + std::string(indent_, ' '));
  }

  std::string laid_out(Pieces pieces, const OrderedJson& value, int level) const {
    const char* open = value.is_array() ? "[" : "{";
    const char* close = value.is_array() ? "]" : "}";
    const size_t count = pieces.size();
    if (value.is_array() && count > 6) pieces = in_columns(std::move(pieces), value);
    if (last_level_ - level < kCompactLevels && pieces.size() == count) {
      size_t total = 2 * count + indent_ + 1 + 10;
      for (const std::string& piece : pieces) total += length_of(piece);
      const std::string line = joined(pieces, ", ");
      if (total <= kLineWidth && line.find('\n') == std::string::npos) {
        return std::string(open) + " " + line + " " + close;
      }
    }
    const std::string line = "\n" + std::string(indent_, ' ');
    return open + line + "  " + joined(pieces, "," + line + "  ") + line + close;
  }

  // Many short items share lines, aligned.
  Pieces in_columns(Pieces pieces, const OrderedJson& value) const {
    size_t total = 0, longest = 0;
    for (const std::string& piece : pieces) {
      total += length_of(piece) + kSeparator;
      longest = std::max(longest, length_of(piece));
    }
    const size_t widest = longest + kSeparator;
    const double ratio = static_cast<double>(total) / static_cast<double>(widest);
    if (widest * 3 + indent_ >= kLineWidth || (ratio <= 5 && longest > 6)) return pieces;
    const size_t columns = column_count(pieces.size(), total, widest);
    if (columns <= 1) return pieces;
    const bool pads_left = std::all_of(value.begin(), value.end(),
                                       [](const OrderedJson& item) { return item.is_number(); });
    return aligned(pieces, columns, pads_left);
  }

  size_t column_count(size_t items, size_t total, size_t widest) const {
    const double count = static_cast<double>(items), width = static_cast<double>(widest);
    const double bias = std::sqrt(width - static_cast<double>(total) / count);
    const double biased = std::max(width - bias, 1.0);
    const auto wanted =
        static_cast<size_t>(std::floor(std::sqrt(2.5 * biased * count) / biased + 0.5));
    return std::min(
        {wanted, (kLineWidth - indent_) / widest, size_t{kCompactLevels * 4}, size_t{15}});
  }

  static Pieces aligned(const Pieces& pieces, size_t columns, bool pads_left) {
    std::vector<size_t> widths(columns, 0);
    for (size_t i = 0; i < pieces.size(); ++i) {
      widths[i % columns] = std::max(widths[i % columns], length_of(pieces[i]) + kSeparator);
    }
    Pieces lines;
    for (size_t i = 0; i < pieces.size(); i += columns) {
      const size_t end = std::min(i + columns, pieces.size());
      std::string line;
      for (size_t k = i; k < end; ++k) {
        const bool is_last = k + 1 == end;
        const std::string text = pieces[k] + (is_last ? "" : ", ");
        const size_t width = widths[k - i] - (is_last ? kSeparator : 0);
        const std::string gap(width - std::min(width, length_of(text)), ' ');
        line += pads_left ? gap + text : is_last ? text : text + gap;
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }

  const int deepest_;
  size_t indent_ = 0;
  int last_level_ = 0;  // of the object formatted last
};

}  // namespace

std::string inspect(const OrderedJson& value, int depth) {
  return Inspector(depth).format(value, 0);
}

}  // namespace gyre::cli
