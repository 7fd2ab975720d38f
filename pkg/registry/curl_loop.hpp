// CurlLoop: gives a libcurl multi handle its turns by epoll, each socket only when something has
// happened on it. (curl_multi_perform asks every transfer's socket on every turn: with a hundred
// transfers most of the work was asking.) One thread but for wake(). Source:
// curl_multi_socket_action(3), epoll(7).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "pkg/registry/curl_api.hpp"
#include "runtime/base/fd.hpp"

namespace gyre::pkg {

class CurlLoop {
 public:
  static Result<std::unique_ptr<CurlLoop>> create(const CurlApi& api);
  ~CurlLoop();
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  CURLM* multi() const { return multi_; }
  // Closes the connections; the last call on the loop's thread. Transfers must have been removed.
  void close();
  // Any thread, also after close(): the next turn, or the one that waits, does not wait.
  void wake();
  // Waits at most `timeout_ms` for a socket, libcurl's own timer or wake(); libcurl acts on it.
  void turn(int timeout_ms);

 private:
  CurlLoop(const CurlApi& api, CURLM* multi, UniqueFd poll, UniqueFd wakeup);
  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known);
  static int on_timer(CURLM*, long timeout_ms, void* self);
  void act(curl_socket_t socket, int events);

  const CurlApi& api_;
  CURLM* multi_;
  UniqueFd poll_, wakeup_;
  std::optional<uint64_t> due_ms_;  // libcurl's timer, CLOCK_MONOTONIC
};

}  // namespace gyre::pkg
