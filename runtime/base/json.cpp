#include "runtime/base/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <unordered_map>

namespace gyre::json {

Object::Object() = default;
Object::Object(const Object&) = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(const Object&) = default;
Object& Object::operator=(Object&&) noexcept = default;
Object::~Object() = default;

const Value* Object::find(std::string_view key) const {
  return const_cast<Object*>(this)->find(key);
}

Value* Object::find(std::string_view key) {
  for (auto& [name, value] : members_) {
    if (name == key) return &value;
  }
  return nullptr;
}

void Object::set(std::string key, Value value) {
  if (Value* existing = find(key)) {
    *existing = std::move(value);
  } else {
    members_.emplace_back(std::move(key), std::move(value));
  }
}

bool Object::erase(std::string_view key) {
  return std::erase_if(members_, [key](const Member& member) { return member.first == key; }) != 0;
}

size_t Object::size() const { return members_.size(); }
const Object::Member* Object::begin() const { return members_.data(); }
const Object::Member* Object::end() const { return members_.data() + members_.size(); }
Object::Member* Object::begin() { return members_.data(); }
Object::Member* Object::end() { return members_.data() + members_.size(); }

const Value* Value::get(std::string_view key) const {
  const Object* object = as_object();
  return object == nullptr ? nullptr : object->find(key);
}

namespace {

// Appends one code point; surrogates are encoded as they are (WTF-8), as JSON allows them alone.
void append_utf8(std::string& out, uint32_t code_point) {
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | (code_point >> 6));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | (code_point >> 12));
    out += static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code_point >> 18));
    out += static_cast<char>(0x80 | ((code_point >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

// Recursive descent over a borrowed text. `fail` records the first error; callers unwind on false.
class Parser {
 public:
  Parser(std::string_view text, size_t depth_limit) : text_(text), depth_limit_(depth_limit) {}

  Result<Value> run() {
    if (text_.starts_with("\xEF\xBB\xBF")) position_ = 3;
    Value value;
    skip_space();
    if (!read_value(value, 0)) return error();
    skip_space();
    if (position_ != text_.size()) {
      fail_unexpected("the end of the text");
      return error();
    }
    return value;
  }

 private:
  bool at_end() const { return position_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[position_]; }

  void skip_space() {
    while (!at_end()) {
      char c = text_[position_];
      if (c != ' ' && c != '\n' && c != '\t' && c != '\r') break;
      ++position_;
    }
  }

  bool fail(std::string message) {
    if (message_.empty()) message_ = std::move(message);
    return false;
  }

  bool fail_unexpected(const char* expected) {
    if (at_end()) return fail(std::string("unexpected end of JSON, expected ") + expected);
    unsigned char c = static_cast<unsigned char>(text_[position_]);
    std::string seen = "byte " + std::to_string(c);
    if (c > 0x20 && c < 0x7F) seen = std::string("'") + static_cast<char>(c) + "'";
    return fail("unexpected " + seen + ", expected " + expected);
  }

  Error error() const {
    std::string_view before = text_.substr(0, position_);
    auto line = 1 + std::count(before.begin(), before.end(), '\n');
    size_t newline = before.rfind('\n');
    size_t column = newline == std::string_view::npos ? position_ + 1 : position_ - newline;
    return Error(Code::EJSONPARSE, message_ + " (line " + std::to_string(line) + ", column " +
                                       std::to_string(column) + ")");
  }

  bool read_value(Value& out, size_t depth) {
    switch (peek()) {
      case '{':
        return read_object(out, depth);
      case '[':
        return read_array(out, depth);
      case '"': {
        std::string text;
        if (!read_string(text)) return false;
        out = Value(std::move(text));
        return true;
      }
      case 't':
        return read_word("true", Value(true), out);
      case 'f':
        return read_word("false", Value(false), out);
      case 'n':
        return read_word("null", Value(), out);
      default:
        return read_number(out);
    }
  }

  bool read_word(std::string_view word, Value value, Value& out) {
    if (text_.substr(position_, word.size()) != word) return fail_unexpected("a JSON value");
    position_ += word.size();
    out = std::move(value);
    return true;
  }

  bool read_digits() {
    if (!is_digit(peek())) return fail_unexpected("a digit");
    while (is_digit(peek())) ++position_;
    return true;
  }

  bool read_number(Value& out) {
    size_t start = position_;
    if (peek() == '-') ++position_;
    if (!is_digit(peek())) return fail_unexpected(start == position_ ? "a JSON value" : "a digit");
    if (peek() == '0') {
      ++position_;
    } else if (!read_digits()) {
      return false;
    }
    if (peek() == '.') {
      ++position_;
      if (!read_digits()) return false;
    }
    if (peek() == 'e' || peek() == 'E') {
      ++position_;
      if (peek() == '+' || peek() == '-') ++position_;
      if (!read_digits()) return false;
    }
    double number = 0;
    auto [end, status] = std::from_chars(text_.data() + start, text_.data() + position_, number);
    if (status == std::errc::result_out_of_range) {
      // from_chars leaves the value alone; strtod knows infinity from zero.
      number = std::strtod(std::string(text_.substr(start, position_ - start)).c_str(), nullptr);
    }
    out = Value(number);
    return true;
  }

  bool read_hex4(uint32_t& unit) {
    unit = 0;
    for (int i = 0; i < 4; ++i) {
      int digit = hex_digit(peek());
      if (digit < 0) return fail_unexpected("four hexadecimal digits");
      unit = unit * 16 + static_cast<uint32_t>(digit);
      ++position_;
    }
    return true;
  }

  bool read_unicode_escape(std::string& out) {
    uint32_t unit = 0;
    if (!read_hex4(unit)) return false;
    if (unit >= 0xD800 && unit < 0xDC00 && text_.substr(position_, 2) == "\\u") {
      size_t low_start = position_;
      position_ += 2;
      uint32_t low = 0;
      if (!read_hex4(low)) return false;
      if (low >= 0xDC00 && low < 0xE000) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
      } else {
        position_ = low_start;
      }
    }
    append_utf8(out, unit);
    return true;
  }

  bool read_escape(std::string& out) {
    ++position_;  // the backslash
    char c = peek();
    static constexpr std::string_view kNames = "\"\\/bfnrt";
    static constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
    if (size_t index = kNames.find(c); !at_end() && index != std::string_view::npos) {
      out += kValues[index];
      ++position_;
      return true;
    }
    if (c != 'u') return fail_unexpected("an escape sequence");
    ++position_;
    return read_unicode_escape(out);
  }

  bool read_string(std::string& out) {
    ++position_;  // the quote
    for (;;) {
      size_t start = position_;
      while (!at_end() && text_[position_] != '"' && text_[position_] != '\\' &&
             static_cast<unsigned char>(text_[position_]) >= 0x20) {
        ++position_;
      }
      out.append(text_.substr(start, position_ - start));
      if (at_end()) return fail_unexpected("the end of a string");
      if (text_[position_] == '"') break;
      if (text_[position_] != '\\') return fail_unexpected("no control character in a string");
      if (!read_escape(out)) return false;
    }
    ++position_;
    return true;
  }

  // Past the opening bracket: true if the container is empty (its end is consumed).
  bool opens_empty(char end) {
    ++position_;
    skip_space();
    if (peek() != end) return false;
    ++position_;
    return true;
  }

  bool read_array(Value& out, size_t depth) {
    if (depth >= depth_limit_) return fail("nested too deeply");
    Array array;
    if (!opens_empty(']')) {
      for (;;) {
        skip_space();
        if (!read_value(array.emplace_back(), depth + 1)) return false;
        skip_space();
        if (peek() == ']') break;
        if (peek() != ',') return fail_unexpected("',' or ']'");
        ++position_;
      }
      ++position_;
    }
    out = Value(std::move(array));
    return true;
  }

  bool read_member(Object& object, std::unordered_map<std::string, size_t>& index, size_t depth) {
    skip_space();
    if (peek() != '"' || at_end()) return fail_unexpected("a key in double quotes");
    std::string key;
    if (!read_string(key)) return false;
    skip_space();
    if (peek() != ':') return fail_unexpected("':'");
    ++position_;
    skip_space();
    Value value;
    if (!read_value(value, depth + 1)) return false;
    // Small objects are searched; large ones (hostile or generated) are indexed.
    constexpr size_t kIndexFrom = 32;
    auto& members = object.members_;
    if (members.size() < kIndexFrom) {
      object.set(std::move(key), std::move(value));
      return true;
    }
    if (index.empty()) {
      for (size_t i = 0; i < members.size(); ++i) index.emplace(members[i].first, i);
    }
    auto [slot, is_new] = index.emplace(key, members.size());
    if (is_new) {
      members.emplace_back(std::move(key), std::move(value));
    } else {
      members[slot->second].second = std::move(value);
    }
    return true;
  }

  bool read_object(Value& out, size_t depth) {
    if (depth >= depth_limit_) return fail("nested too deeply");
    Object object;
    if (!opens_empty('}')) {
      std::unordered_map<std::string, size_t> index;
      for (;;) {
        if (!read_member(object, index, depth)) return false;
        skip_space();
        if (peek() == '}') break;
        if (peek() != ',') return fail_unexpected("',' or '}'");
        ++position_;
      }
      ++position_;
    }
    out = Value(std::move(object));
    return true;
  }

  std::string_view text_;
  size_t depth_limit_;
  size_t position_ = 0;
  std::string message_;
};

namespace {

void quote_into(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
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
          out += "\\u00";
          out += kHex[(c >> 4) & 0xF];
          out += kHex[c & 0xF];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void write_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  std::array<char, 40> digits;
  bool is_integer = number == std::trunc(number) && std::abs(number) < 1e15;
  auto result = is_integer ? std::to_chars(digits.data(), digits.data() + digits.size(),
                                           static_cast<int64_t>(number))
                           : std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), result.ptr);
}

class Writer {
 public:
  explicit Writer(int indent) : indent_(indent) {}

  void write(const Value& value, int level) {
    if (const bool* flag = value.as_bool()) {
      out += *flag ? "true" : "false";
    } else if (const double* number = value.as_number()) {
      write_number(out, *number);
    } else if (const std::string* text = value.as_string()) {
      quote_into(out, *text);
    } else if (const Array* array = value.as_array()) {
      write_array(*array, level);
    } else if (const Object* object = value.as_object()) {
      write_object(*object, level);
    } else {
      out += "null";
    }
  }

  std::string out;

 private:
  void new_line(int level) {
    if (indent_ <= 0) return;
    out += '\n';
    out.append(static_cast<size_t>(indent_ * level), ' ');
  }

  void write_array(const Array& array, int level) {
    out += '[';
    for (size_t i = 0; i < array.size(); ++i) {
      if (i != 0) out += ',';
      new_line(level + 1);
      write(array[i], level + 1);
    }
    if (!array.empty()) new_line(level);
    out += ']';
  }

  void write_object(const Object& object, int level) {
    out += '{';
    for (const auto& [key, value] : object) {
      if (&key != &object.begin()->first) out += ',';
      new_line(level + 1);
      quote_into(out, key);
      out += indent_ > 0 ? ": " : ":";
      write(value, level + 1);
    }
    if (!object.empty()) new_line(level);
    out += '}';
  }

  int indent_;
};

}  // namespace

Result<Value> parse(std::string_view text, size_t depth_limit) {
  return Parser(text, depth_limit).run();
}

std::string write(const Value& value, int indent) {
  Writer writer(indent);
  writer.write(value, 0);
  return std::move(writer.out);
}

std::string quote(std::string_view text) {
  std::string out;
  quote_into(out, text);
  return out;
}

}  // namespace gyre::json
