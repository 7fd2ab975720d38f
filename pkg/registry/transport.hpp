// Transport: HTTP requests over libcurl's multi interface on a thread of its own. HTTP/2 streams
// share few connections; failures that may pass are retried with back-off, partly received bodies
// are resumed; credentials go to the host they are configured for and never follow a redirect to
// another. Requests may be added from any thread; callbacks run on the transport's thread and must
// be short.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pkg/options.hpp"
#include "pkg/store/integrity.hpp"
#include "runtime/base/bytes.hpp"
#include "runtime/base/clock.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

enum class BodyEncoding : uint8_t {
  kAsSent,      // tarballs: the bytes that were hashed
  kDecompress,  // ask for gzip, br or zstd and undo it
  kGzip,        // metadata: ask for gzip and leave it as it comes
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers;  // "name: value"; never credentials, the transport adds those
  std::string body;
  BodyEncoding encoding = BodyEncoding::kAsSent;
  std::optional<HashAlgorithm> digest;  // computed over the body while it arrives
  size_t max_body = size_t{256} << 20;
  bool may_repeat = true;  // false: doing it twice is not the same as doing it once
};

struct HttpResponse {
  int status = 0;
  std::string url;  // after redirects
  std::string content_type, content_encoding, etag, cache_control, last_modified, retry_after,
      www_authenticate;
  std::string notice;  // what the registry wants its users to read
  Buffer body;
  std::optional<Digest> digest;
  int tries = 1;
  Milliseconds elapsed{0};
};

using HttpCallback = std::function<void(Result<HttpResponse>)>;

// What a user may want to know while waiting. Called on the transport's thread.
class TransportEvents {
 public:
  virtual ~TransportEvents() = default;
  virtual void on_bytes(size_t count) {}
  // Nothing has come from `host` for this long although something is due.
  virtual void on_waiting(const std::string& host, Milliseconds silence) {}
  virtual void on_retry(const std::string& url, const std::string& reason, int next_try,
                        Milliseconds delay) {}
};

struct TransportTiming {
  Milliseconds waiting_notice{10'000};       // silence before on_waiting
  Milliseconds longest_retry_after{60'000};  // a server that asks for more is not waited for
  size_t least_progress = 4096;              // bytes that count as progress within the time limit
};

class Transport {
 public:
  // `options` and `events` outlive the transport.
  static Result<std::unique_ptr<Transport>> create(const Options& options, TransportEvents& events,
                                                   TransportTiming timing = {});
  // Abandons what is in flight; its callbacks get ECANCELED.
  ~Transport();

  void send(HttpRequest request, HttpCallback done);
  // Abandons every request, now and to come. Safe from any thread.
  void cancel();
  // Like cancel(), and closes the connections, without waiting for it. Nothing may be sent any
  // more.
  void stop();

 private:
  struct Impl;
  explicit Transport(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The transport of one command, made by the first request: an install that finds everything in the
// store never loads libcurl. Owner's thread only.
class LazyTransport {
 public:
  LazyTransport(const Options& options, TransportEvents& events)
      : options_(options), events_(events) {}
  Result<Transport*> get();
  // Null if nothing was ever sent.
  Transport* if_started() const { return transport_.get(); }
  // Nothing more is going to be sent, as far as one knows: connections are closed in the
  // background.
  void retire();
  // Abandons what is in flight and waits for the threads: no callback comes from then on.
  void close();

 private:
  const Options& options_;
  TransportEvents& events_;
  std::unique_ptr<Transport> transport_;
  std::vector<std::unique_ptr<Transport>> retired_;
};

}  // namespace gyre::pkg
