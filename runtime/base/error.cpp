#include "runtime/base/error.hpp"

#include <cerrno>
#include <iterator>
#include <utility>

namespace gyre {
namespace {

constexpr CodeInfo kCodes[] = {
#define GYRE_ERROR(code, error_class, message) {#code, ErrorClass::error_class, message},
#include "runtime/base/errors.def"
#undef GYRE_ERROR
};

struct ErrnoInfo {
  int number;
  const char* name;
  const char* text;
};

constexpr ErrnoInfo kErrnos[] = {
#define GYRE_ERRNO(name, text) {name, #name, text},
#include "runtime/base/errnos.def"
#undef GYRE_ERRNO
};

const ErrnoInfo* find_errno(int number) {
  for (const ErrnoInfo& info : kErrnos) {
    if (info.number == number) return &info;
  }
  return nullptr;
}

}  // namespace

const CodeInfo& code_info(Code code) { return kCodes[static_cast<size_t>(code)]; }
size_t code_count() { return std::size(kCodes); }

std::string errno_name(int number) {
  const ErrnoInfo* info = find_errno(number);
  return info ? info->name : "Unknown system error " + std::to_string(-number);
}

std::string errno_text(int number) {
  const ErrnoInfo* info = find_errno(number);
  return info ? info->text : "Unknown system error " + std::to_string(-number);
}

Error::Error(Code code, std::string message, std::string hint)
    : code_(code_info(code).name),
      message_(message.empty() ? code_info(code).message : std::move(message)),
      hint_(std::move(hint)),
      class_(code_info(code).error_class) {}

Error Error::from_errno(std::string_view syscall, std::string path, std::string dest) {
  return from_errno_number(errno, syscall, std::move(path), std::move(dest));
}

Error Error::from_errno_number(int number, std::string_view syscall, std::string path,
                               std::string dest) {
  Error error;
  error.code_ = errno_name(number);
  error.errno_number_ = number;
  error.syscall_ = syscall;
  return std::move(error).with_path(std::move(path), std::move(dest));
}

Error Error::with_code_name(std::string code, std::string message, ErrorClass error_class) {
  Error error;
  error.code_ = std::move(code);
  error.message_ = std::move(message);
  error.class_ = error_class;
  return error;
}

// "ENOENT: no such file or directory, open 'a' -> 'b'", the form scripts match on.
Error&& Error::with_path(std::string path, std::string dest) && {
  path_ = std::move(path);
  dest_ = std::move(dest);
  message_ = code_ + ": " + errno_text(errno_number_);
  if (!syscall_.empty()) message_ += ", " + syscall_;
  if (!path_.empty()) message_ += " '" + path_ + "'";
  if (!dest_.empty()) message_ += " -> '" + dest_ + "'";
  return std::move(*this);
}

}  // namespace gyre
