// A system library loaded on first use: libcurl alone brings forty more with it and costs 4 ms,
// which commands that never touch the network must not pay. Loaded once, never unloaded. Any
// thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.hpp"

namespace gyre::pkg {

class SharedLibrary {
 public:
  // `soname` as the dynamic linker finds it ("libcurl.so.4").
  static Result<SharedLibrary> open(const char* soname);
  // Null where the library has no such symbol.
  void* find(const char* symbol) const;
  template <typename Function>
  bool bind(Function*& slot, const char* symbol) const {
    slot = reinterpret_cast<Function*>(find(symbol));
    return slot != nullptr;
  }

 private:
  explicit SharedLibrary(void* handle) : handle_(handle) {}
  void* handle_;
};

}  // namespace gyre::pkg
