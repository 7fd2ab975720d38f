// Transfer: one request on its way, over all its tries and redirects. Owned by the transport, used
// on its thread only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pkg/registry/curl_api.hpp"
#include "pkg/registry/transport.hpp"

namespace gyre::pkg {

class Transfer {
 public:
  Transfer(const CurlApi& api, HttpRequest request, HttpCallback done, uint64_t now_ms);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Sets up `handle` for the next try. The handle stays the transport's.
  void prepare(CURL* handle, const Options& options, const std::string& ca_bundle, uint64_t now_ms);
  // After a try ended: what became of it.
  enum class Outcome { kDone, kFailed, kRedirect, kRetry };
  Outcome finish_try(CURLcode code, uint64_t now_ms);
  void detach();  // the handle goes back

  void complete(Result<HttpResponse> result) { done_(std::move(result)); }
  HttpResponse take_response(uint64_t now_ms);
  Error take_error(uint64_t now_ms);
  // No more bytes for longer than the limit.
  bool is_stalled(const Options& options, uint64_t now_ms) const;
  // Restarts the time limit if enough has come since it began, or in any case.
  void note_progress(const TransportTiming& timing, uint64_t now_ms);
  void extend_limit(uint64_t now_ms) { progress_ms_ = now_ms; }
  bool has_started() const;
  void fail_stalled(const Options& options);

  CURL* handle() const { return handle_; }
  const std::string& host() const { return host_; }
  const std::string& url() const { return url_; }
  bool is_bulk() const { return request_.encoding == BodyEncoding::kAsSent; }
  int tries() const { return tries_; }
  bool may_repeat() const { return request_.may_repeat; }
  // Why the last try failed, for the retry notice.
  const std::string& reason() const { return reason_; }
  std::optional<Milliseconds> retry_after() const { return retry_after_; }
  // False when the last try ended with an HTTP status instead of a failure.
  bool has_error() const { return !error_code_.empty(); }
  // Bytes received since the last call, for progress reports.
  size_t take_received() { return std::exchange(received_, 0); }

 private:
  static size_t on_body(char* data, size_t size, size_t count, void* self);
  size_t receive(ByteView bytes);
  bool begin_body();
  bool completes_body() const;
  bool reserve(size_t size);
  void restart_body();
  void set_headers(const Options& options);
  void set_tls(const Options& options, const std::string& ca_bundle);
  std::string header(const char* name) const;
  Outcome fail(std::string code, std::string reason, std::string hint = {});
  Outcome finish_failure(CURLcode code);
  Outcome finish_redirect(int status);
  bool may_send_credentials() const;

  const CurlApi& api_;
  HttpRequest request_;
  HttpCallback done_;
  CURL* handle_ = nullptr;
  curl_slist* headers_ = nullptr;

  std::string url_, host_;
  int redirects_ = 0;
  int tries_ = 0;
  uint64_t started_ms_;
  uint64_t progress_ms_;
  size_t since_progress_ = 0;
  size_t received_ = 0;

  bool body_begun_ = false;
  bool body_too_large_ = false;
  Buffer body_;
  size_t body_size_ = 0;
  std::string body_etag_;  // of the partly received body
  std::optional<Hasher> hasher_;

  HttpResponse response_;
  std::optional<Milliseconds> retry_after_;
  std::string reason_, error_code_, error_hint_;
  char curl_error_[CURL_ERROR_SIZE] = {};
};

}  // namespace gyre::pkg
