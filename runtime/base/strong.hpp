// StrongBool and StrongId: named types for flags and numbers, so that call sites say what they
// mean.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace gyre {

template <typename Tag>
class StrongBool {
 public:
  constexpr explicit StrongBool(bool value) : value_(value) {}
  constexpr explicit operator bool() const { return value_; }
  constexpr bool operator==(const StrongBool&) const = default;

 private:
  bool value_;
};

template <typename Tag, typename Value = uint64_t>
class StrongId {
 public:
  constexpr StrongId() = default;
  constexpr explicit StrongId(Value value) : value_(value) {}
  constexpr Value value() const { return value_; }
  constexpr auto operator<=>(const StrongId&) const = default;

 private:
  Value value_{};
};

}  // namespace gyre

template <typename Tag, typename Value>
struct std::hash<gyre::StrongId<Tag, Value>> {
  size_t operator()(const gyre::StrongId<Tag, Value>& id) const {
    return std::hash<Value>{}(id.value());
  }
};
