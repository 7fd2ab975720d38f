// JSON documents whose key order must survive: a strict reader (RFC 8259, errors with line and
// column, bounded depth, last of duplicate keys wins) and a writer. Values own their contents;
// a document may be read from any thread once it is built.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/base/result.hpp"

namespace gyre::json {

class Value;
using Array = std::vector<Value>;

// Members in document order. Look-up is linear: objects of manifests are small.
class Object {
 public:
  using Member = std::pair<std::string, Value>;
  Object();
  Object(const Object&);
  Object(Object&&) noexcept;
  Object& operator=(const Object&);
  Object& operator=(Object&&) noexcept;
  ~Object();

  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
  // Replaces the value of an existing key in place, else appends.
  void set(std::string key, Value value);
  bool erase(std::string_view key);
  size_t size() const;
  bool empty() const { return size() == 0; }
  const Member* begin() const;
  const Member* end() const;
  Member* begin();
  Member* end();

 private:
  friend class Parser;
  std::vector<Member> members_;
};

class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) {}
  explicit Value(bool value) : state_(value) {}
  explicit Value(double value) : state_(value) {}
  Value(std::string value) : state_(std::move(value)) {}
  Value(const char* value) : state_(std::string(value)) {}
  Value(Array value) : state_(std::move(value)) {}
  Value(Object value) : state_(std::move(value)) {}

  bool is_null() const { return state_.index() == 0; }
  const bool* as_bool() const { return std::get_if<bool>(&state_); }
  const double* as_number() const { return std::get_if<double>(&state_); }
  const std::string* as_string() const { return std::get_if<std::string>(&state_); }
  const Array* as_array() const { return std::get_if<Array>(&state_); }
  const Object* as_object() const { return std::get_if<Object>(&state_); }
  Array* as_array() { return std::get_if<Array>(&state_); }
  Object* as_object() { return std::get_if<Object>(&state_); }
  // The member `key` if this is an object that has it.
  const Value* get(std::string_view key) const;

 private:
  std::variant<std::monostate, bool, double, std::string, Array, Object> state_;
};

inline constexpr size_t kDefaultDepthLimit = 512;

// The whole text must be one value; a byte order mark at the start is skipped. The error
// (EJSONPARSE) says what was expected, the line and the column, both counted from 1, columns in
// bytes.
Result<Value> parse(std::string_view text, size_t depth_limit = kDefaultDepthLimit);

// Spaces per level; 0 writes one line without spaces.
std::string write(const Value& value, int indent = 0);
// `text` as a JSON string with its quotes. Invalid UTF-8 passes through unchanged.
std::string quote(std::string_view text);

}  // namespace gyre::json
