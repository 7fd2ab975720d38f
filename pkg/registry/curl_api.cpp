#include "pkg/registry/curl_api.hpp"

#include <unistd.h>

#include <climits>
#include <mutex>
#include <optional>
#include <string>

#include "pkg/shared_library.hpp"

namespace gyre::pkg {
namespace {

Result<CurlApi> bind_curl(const std::string& file) {
  GYRE_ASSIGN(SharedLibrary library, SharedLibrary::open(file.c_str()));
  CurlApi api;
  bool complete = true;
#define GYRE_CURL_BIND(name) complete = library.bind(api.name, "curl_" #name) && complete;
  GYRE_CURL_FUNCTIONS(GYRE_CURL_BIND)
#undef GYRE_CURL_BIND
  if (!complete || api.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return Error(Code::ERR_OPERATION_FAILED, "libcurl is older than 7.83 or cannot be initialised");
  }
  return api;
}

std::string folder_of_executable() {
  char path[PATH_MAX];
  const ssize_t size = ::readlink("/proc/self/exe", path, sizeof path);
  const std::string_view executable(path, size > 0 ? static_cast<size_t>(size) : 0);
  return std::string(executable.substr(0, executable.rfind('/')));
}

}  // namespace

Result<const CurlApi*> load_curl() {
  static std::mutex mutex;
  static std::optional<CurlApi> loaded;
  std::lock_guard lock(mutex);
  if (!loaded) {
    // Ours, with HTTP alone behind it, lies beside the executable.
    auto own = bind_curl(folder_of_executable() + "/libgyre_curl.so");
    if (!own) own = bind_curl("libcurl.so.4");
    GYRE_ASSIGN(loaded, std::move(own));
  }
  return &*loaded;
}

}  // namespace gyre::pkg
