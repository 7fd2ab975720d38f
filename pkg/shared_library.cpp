#include "pkg/shared_library.hpp"

#include <dlfcn.h>

namespace gyre::pkg {

Result<SharedLibrary> SharedLibrary::open(const char* soname) {
  void* handle = ::dlopen(soname, RTLD_LAZY | RTLD_LOCAL);
  if (handle != nullptr) return SharedLibrary(handle);
  const char* reason = ::dlerror();
  return Error(Code::ERR_OPERATION_FAILED,
               std::string("the system library ") + soname +
                   " cannot be loaded: " + (reason ? reason : "unknown reason"),
               "install it with the system's package manager");
}

void* SharedLibrary::find(const char* symbol) const { return ::dlsym(handle_, symbol); }

}  // namespace gyre::pkg
