#include "pkg/registry/curl_api.hpp"

#include <mutex>
#include <optional>

#include "pkg/shared_library.hpp"

namespace gyre::pkg {
namespace {

Result<CurlApi> bind_curl() {
  GYRE_ASSIGN(SharedLibrary library, SharedLibrary::open("libcurl.so.4"));
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

}  // namespace

Result<const CurlApi*> load_curl() {
  static std::mutex mutex;
  static std::optional<CurlApi> loaded;
  std::lock_guard lock(mutex);
  if (!loaded) {
    GYRE_ASSIGN(loaded, bind_curl());
  }
  return &*loaded;
}

}  // namespace gyre::pkg
