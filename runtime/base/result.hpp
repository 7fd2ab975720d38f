// Result<T>: a value or an Error. Status: success or an Error. No exceptions cross our interfaces.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "runtime/base/assert.hpp"
#include "runtime/base/error.hpp"

namespace gyre {

template <typename T>
class [[nodiscard]] Result {
 public:
  using Value = T;
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  bool is_ok() const { return state_.index() == 0; }
  explicit operator bool() const { return is_ok(); }
  T& value() & { return *checked(); }
  const T& value() const& { return *const_cast<Result*>(this)->checked(); }
  T&& value() && { return std::move(*checked()); }
  T& operator*() & { return *checked(); }
  T* operator->() { return checked(); }
  const T* operator->() const { return const_cast<Result*>(this)->checked(); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::move(std::get<1>(state_)); }
  T value_or(T fallback) && { return is_ok() ? std::move(*checked()) : std::move(fallback); }

 private:
  T* checked() {
    GYRE_CHECK(is_ok());
    return &std::get<0>(state_);
  }
  std::variant<T, Error> state_;
};

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}
  bool is_ok() const { return !error_.has_value(); }
  explicit operator bool() const { return is_ok(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }

 private:
  std::optional<Error> error_;
};
inline Status ok() { return {}; }

#define GYRE_CONCAT_INNER(a, b) a##b
#define GYRE_CONCAT(a, b) GYRE_CONCAT_INNER(a, b)
// Returns the error of `expression` (a Status or a Result) from the enclosing function.
#define GYRE_TRY(expression)                                                     \
  do {                                                                           \
    if (auto gyre_status = (expression); !gyre_status)                           \
      return std::move(gyre_status).error();                                     \
  } while (0)
// GYRE_ASSIGN(auto file, open(path)): the value, or returns the error.
#define GYRE_ASSIGN(declaration, expression)                                     \
  GYRE_ASSIGN_IMPL(GYRE_CONCAT(gyre_result_, __LINE__), declaration, expression)
#define GYRE_ASSIGN_IMPL(result, declaration, expression)                        \
  auto result = (expression);                                                    \
  if (!result) return std::move(result).error();                                 \
  declaration = std::move(result).value()

}  // namespace gyre
