// Error: one failure as a value. Three families (see errors.def): contract errors `ERR_*`, system
// errors named after errno with syscall/path/dest, and package errors with npm's codes and a hint.
// Owns its strings; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gyre {

// The JavaScript class an error becomes when it reaches a script.
enum class ErrorClass : uint8_t { kError, kTypeError, kRangeError, kSyntaxError };

// Every contract and package code. The codes of system errors are errno names, not listed here.
enum class Code : uint16_t {
#define GYRE_ERROR(code, error_class, message) code,
#include "runtime/base/errors.def"
#undef GYRE_ERROR
};

struct CodeInfo {
  const char* name;
  ErrorClass error_class;
  const char* message;  // default text; "%s" stands for arguments filled in by JavaScript
};
const CodeInfo& code_info(Code code);
// Number of codes, for iteration in definition order.
size_t code_count();

class [[nodiscard]] Error {
 public:
  // A contract or package error; an empty message takes the code's default text.
  explicit Error(Code code, std::string message = {}, std::string hint = {});
  // From the calling thread's errno, or from a positive errno number.
  static Error from_errno(std::string_view syscall, std::string path = {}, std::string dest = {});
  static Error from_errno_number(int number, std::string_view syscall, std::string path = {},
                                 std::string dest = {});
  // An error whose code is known only at run time (a resolver's EAI_* name, a registry's answer).
  static Error with_code_name(std::string code, std::string message,
                              ErrorClass error_class = ErrorClass::kError);

  const std::string& code() const { return code_; }
  bool is(Code code) const { return code_ == code_info(code).name; }
  // 0 unless a system error; positive.
  int errno_number() const { return errno_number_; }
  ErrorClass error_class() const { return class_; }
  const std::string& message() const { return message_; }
  const std::string& hint() const { return hint_; }
  const std::string& syscall() const { return syscall_; }
  const std::string& path() const { return path_; }
  const std::string& dest() const { return dest_; }

  Error&& with_hint(std::string hint) && {
    hint_ = std::move(hint);
    return std::move(*this);
  }
  // Names the file of a system error whose path only the caller knows.
  Error&& with_path(std::string path, std::string dest = {}) &&;

 private:
  Error() = default;
  std::string code_;
  std::string message_;
  std::string hint_;
  std::string syscall_;
  std::string path_;
  std::string dest_;
  int errno_number_ = 0;
  ErrorClass class_ = ErrorClass::kError;
};

// "ENOENT" for 2; "Unknown system error N" where the number has no name. Positive numbers.
std::string errno_name(int number);
// "no such file or directory" for 2: the texts Node's users know, not strerror's.
std::string errno_text(int number);

}  // namespace gyre
