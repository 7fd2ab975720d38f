// What tests of the transport share: options without long waits, and one request made to its end.
#pragma once

#include <doctest.h>

#include <atomic>
#include <future>
#include <string>
#include <utility>

#include "pkg/registry/transport.hpp"

namespace gyre::pkg {

class Events final : public TransportEvents {
 public:
  void on_waiting(const std::string&, Milliseconds) override { ++waits; }
  void on_retry(const std::string&, const std::string&, int, Milliseconds) override { ++retries; }
  std::atomic<int> waits{0}, retries{0};
};

inline Options fast_options() {
  Options options;
  options.fetch_retry_min_timeout = Milliseconds{5};
  options.fetch_retry_factor = 1;
  options.user_agent = "test";
  return options;
}

inline Result<HttpResponse> get(const Options& options, TransportEvents& events,
                                HttpRequest request, TransportTiming timing = {}) {
  auto transport = Transport::create(options, events, timing);
  REQUIRE(transport);
  std::promise<Result<HttpResponse>> promise;
  auto future = promise.get_future();
  (*transport)->send(std::move(request), [&promise](Result<HttpResponse> response) {
    promise.set_value(std::move(response));
  });
  return future.get();
}

inline HttpRequest request_for(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
}

}  // namespace gyre::pkg
