// libcurl's functions, bound when the first request is made (see shared_library.hpp), from our own
// library (curl/) or the system's. Any thread.
#pragma once

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "runtime/base/result.hpp"

namespace gyre::pkg {

#define GYRE_CURL_FUNCTIONS(X)                                                                    \
  X(global_init)                                                                                  \
  X(easy_init)                                                                                    \
  X(easy_cleanup)                                                                                 \
  X(easy_reset)                                                                                   \
  X(easy_setopt)                                                                                  \
  X(easy_getinfo) X(easy_strerror) X(easy_header) X(slist_append) X(slist_free_all) X(multi_init) \
      X(multi_cleanup) X(multi_setopt) X(multi_add_handle) X(multi_remove_handle)                 \
          X(multi_socket_action) X(multi_assign) X(multi_info_read)

struct CurlApi {
#define GYRE_CURL_MEMBER(name) decltype(&::curl_##name) name = nullptr;
  GYRE_CURL_FUNCTIONS(GYRE_CURL_MEMBER)
#undef GYRE_CURL_MEMBER
};

// Loads and initialises libcurl once; later calls return the same table.
Result<const CurlApi*> load_curl();

}  // namespace gyre::pkg
