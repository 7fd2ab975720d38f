#include "pkg/registry/transfer.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>

#include "pkg/registry/retry.hpp"
#include "pkg/registry/url.hpp"

namespace gyre::pkg {
namespace {

constexpr int kRedirectLimit = 10;
constexpr size_t kErrorBodyLimit = 64 << 10;
constexpr size_t kTrustedLength = 32 << 20;  // reserved at once on the server's word

bool is_success(long status) { return status >= 200 && status < 300; }
bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string seconds_text(uint64_t ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(ms) / 1000.0);
  return text;
}

std::string join(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ",") + item;
  return text;
}

}  // namespace

Transfer::Transfer(const CurlApi& api, HttpRequest request, HttpCallback done, uint64_t now_ms)
    : api_(api),
      request_(std::move(request)),
      done_(std::move(done)),
      url_(request_.url),
      host_(url_host(request_.url)),
      started_ms_(now_ms),
      progress_ms_(now_ms) {
  if (request_.digest) hasher_.emplace(*request_.digest);
}

Transfer::~Transfer() { detach(); }

void Transfer::detach() {
  api_.slist_free_all(headers_);
  headers_ = nullptr;
  handle_ = nullptr;
}

void Transfer::prepare(CURL* handle, const Options& options, const std::string& ca_bundle,
                       uint64_t now_ms) {
  handle_ = handle;
  ++tries_;
  progress_ms_ = now_ms;
  since_progress_ = 0;
  body_begun_ = false;
  curl_error_[0] = 0;
  error_code_.clear();
  error_hint_.clear();
  api_.easy_setopt(handle, CURLOPT_URL, url_.c_str());
  api_.easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  api_.easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
  // Who gives up does not wait for a name server that does not answer.
  api_.easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
#endif
  api_.easy_setopt(handle, CURLOPT_ERRORBUFFER, curl_error_);
  api_.easy_setopt(handle, CURLOPT_PRIVATE, this);
  api_.easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  api_.easy_setopt(handle, CURLOPT_WRITEDATA, this);
  api_.easy_setopt(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
  // Worth waiting for a connection to share only where HTTP/2 can be negotiated: without TLS the
  // second transfer would wait for the first one's answer.
  const bool may_share = url_.starts_with("https:");
  api_.easy_setopt(handle, CURLOPT_PIPEWAIT, may_share ? 1L : 0L);
  // libcurl allocates it for each transfer: larger ones would be mapped and unmapped every time.
  api_.easy_setopt(handle, CURLOPT_BUFFERSIZE, 64L << 10);
  api_.easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  api_.easy_setopt(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
  if (options.fetch_timeout.count() > 0) {
    api_.easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(options.fetch_timeout.count()));
  }
  if (request_.encoding == BodyEncoding::kDecompress) {
    api_.easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
  }
  if (request_.method != "GET") {
    api_.easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
  if (!request_.body.empty()) {
    api_.easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request_.body.size()));
    api_.easy_setopt(handle, CURLOPT_POSTFIELDS, request_.body.data());
  }
  set_headers(options);
  set_tls(options, ca_bundle);
}

bool Transfer::may_send_credentials() const {
  const std::string asked = url_origin(request_.url);
  const std::string actual = url_origin(url_);
  if (asked == actual) return true;
  // A registry that only moves the same host from http to https.
  return asked.starts_with("http://") && actual.starts_with("https://") &&
         asked.substr(7) == actual.substr(8);
}

void Transfer::set_headers(const Options& options) {
  auto add = [this](const std::string& line) {
    headers_ = api_.slist_append(headers_, line.c_str());
  };
  for (const std::string& line : request_.headers) {
    const bool is_secret = line.starts_with("npm-otp:");
    if (!is_secret || may_send_credentials()) add(line);
  }
  if (request_.encoding == BodyEncoding::kGzip) add("accept-encoding: gzip");
  if (body_size_ > 0) {
    add("range: bytes=" + std::to_string(body_size_) + "-");
    add("if-range: " + body_etag_);
  }
  if (!request_.body.empty()) add("expect:");
  if (may_send_credentials()) {
    if (const Credentials* credentials = options.credentials_for(request_.url)) {
      if (!credentials->authorization.empty()) {
        add("authorization: " + credentials->authorization);
      }
      if (!credentials->cert_file.empty()) {
        api_.easy_setopt(handle_, CURLOPT_SSLCERT, credentials->cert_file.c_str());
        api_.easy_setopt(handle_, CURLOPT_SSLKEY, credentials->key_file.c_str());
      }
    }
  }
  api_.easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
}

void Transfer::set_tls(const Options& options, const std::string& ca_bundle) {
  if (!ca_bundle.empty()) {
    curl_blob blob{const_cast<char*>(ca_bundle.data()), ca_bundle.size(), CURL_BLOB_NOCOPY};
    api_.easy_setopt(handle_, CURLOPT_CAINFO_BLOB, &blob);
  } else if (!options.ca_file.empty()) {
    api_.easy_setopt(handle_, CURLOPT_CAINFO, options.ca_file.c_str());
  }
  if (!options.strict_ssl) {
    api_.easy_setopt(handle_, CURLOPT_SSL_VERIFYPEER, 0L);
    api_.easy_setopt(handle_, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  const std::string& proxy = url_.starts_with("https:") ? options.https_proxy : options.proxy;
  if (!proxy.empty()) api_.easy_setopt(handle_, CURLOPT_PROXY, proxy.c_str());
  if (!options.no_proxy.empty()) {
    api_.easy_setopt(handle_, CURLOPT_NOPROXY, join(options.no_proxy).c_str());
  }
}

std::string Transfer::header(const char* name) const {
  curl_header* found = nullptr;
  if (api_.easy_header(handle_, name, 0, CURLH_HEADER, -1, &found) != CURLHE_OK) return {};
  return found->value;
}

size_t Transfer::on_body(char* data, size_t size, size_t count, void* self) {
  return static_cast<Transfer*>(self)->receive(as_bytes({data, size * count}));
}

void Transfer::restart_body() {
  body_size_ = 0;
  body_etag_.clear();
  if (hasher_) hasher_->reset();
}

// The first bytes of a body: decides whether they continue what an earlier try brought.
bool Transfer::begin_body() {
  body_begun_ = true;
  long status = 0;
  api_.easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  if (status == 206 && body_size_ > 0) {
    const std::string expected = "bytes " + std::to_string(body_size_) + "-";
    return header("content-range").starts_with(expected);
  }
  restart_body();
  if (!is_success(status)) return true;
  // A strong validator lets a later try continue this body.
  std::string etag = header("etag");
  if (request_.encoding == BodyEncoding::kAsSent && etag.starts_with('"')) body_etag_ = etag;
  curl_off_t length = -1;
  api_.easy_getinfo(handle_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  if (length > 0 && static_cast<uint64_t>(length) > request_.max_body) {
    body_too_large_ = true;
    return false;
  }
  return length <= 0 || reserve(std::min<size_t>(static_cast<size_t>(length), kTrustedLength));
}

bool Transfer::reserve(size_t size) {
  if (size <= body_.size()) return true;
  Buffer larger(std::max(size, body_.size() * 2));
  if (body_size_ > 0) std::memcpy(larger.data(), body_.data(), body_size_);
  body_ = std::move(larger);
  return true;
}

size_t Transfer::receive(ByteView bytes) {
  if (!body_begun_ && !begin_body()) return 0;
  received_ += bytes.size();
  since_progress_ += bytes.size();
  long status = 0;
  api_.easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  const size_t limit = is_success(status) ? request_.max_body : kErrorBodyLimit;
  if (bytes.size() > limit - std::min(limit, body_size_)) {
    if (!is_success(status)) return bytes.size();
    body_too_large_ = true;
    return 0;
  }
  reserve(body_size_ + bytes.size());
  std::memcpy(body_.data() + body_size_, bytes.data(), bytes.size());
  body_size_ += bytes.size();
  if (hasher_) hasher_->update(bytes);
  return bytes.size();
}

Transfer::Outcome Transfer::fail(std::string code, std::string reason, std::string hint) {
  error_code_ = std::move(code);
  reason_ = std::move(reason);
  error_hint_ = std::move(hint);
  return Outcome::kFailed;
}

Transfer::Outcome Transfer::finish_failure(CURLcode code) {
  // Nothing can be continued without a validator that says it is the same body.
  if (body_etag_.empty()) restart_body();
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      fail("ENOTFOUND", "the name " + host_ + " could not be resolved",
           "check the network connection and the registry setting");
      return Outcome::kRetry;
    case CURLE_COULDNT_RESOLVE_PROXY:
      return fail("ENOTFOUND", "the proxy's name could not be resolved",
                  "check the proxy and https-proxy settings");
    case CURLE_COULDNT_CONNECT: {
      long number = 0;
      api_.easy_getinfo(handle_, CURLINFO_OS_ERRNO, &number);
      const int errno_number = number > 0 ? static_cast<int>(number) : ECONNREFUSED;
      fail(errno_name(errno_number), "no connection to " + host_ + ": " + errno_text(errno_number),
           "check the network connection and the registry setting");
      return Outcome::kRetry;
    }
    case CURLE_PEER_FAILED_VERIFICATION:
      return fail("ECERT", host_ + " has a certificate that cannot be verified: " + curl_error_,
                  "set cafile to the certificate authority your network uses");
    case CURLE_SSL_CACERT_BADFILE:
      return fail("ECERT", std::string("the certificate file cannot be used: ") + curl_error_,
                  "check the cafile setting");
    case CURLE_SSL_CERTPROBLEM:
      return fail("ECERT", std::string("the client certificate cannot be used: ") + curl_error_,
                  "check the certfile and keyfile settings");
    case CURLE_SSL_CONNECT_ERROR:
      fail("EPROTO", "no TLS connection to " + host_ + ": " + curl_error_);
      return Outcome::kRetry;
    case CURLE_OPERATION_TIMEDOUT:
      return fail("ETIMEDOUT", host_ + " did not answer in time");
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return fail("EUNSUPPORTEDPROTOCOL", "not an http or https URL");
    case CURLE_WRITE_ERROR:
      if (body_too_large_) {
        return fail("EREGISTRYREPLY",
                    "the answer is larger than " + std::to_string(request_.max_body) + " bytes");
      }
      restart_body();
      fail("ECONNRESET", host_ + " sent a part that was not asked for");
      return Outcome::kRetry;
    case CURLE_BAD_CONTENT_ENCODING:
      fail("EREGISTRYREPLY", "the answer's content encoding is broken");
      return Outcome::kRetry;
    default:
      fail("ECONNRESET",
           "the connection to " + host_ + " broke (" + api_.easy_strerror(code) + ")");
      return Outcome::kRetry;
  }
}

Transfer::Outcome Transfer::finish_redirect(int status) {
  char* target = nullptr;
  api_.easy_getinfo(handle_, CURLINFO_REDIRECT_URL, &target);
  if (target == nullptr || !is_http_url(target)) {
    return fail("EREGISTRYREPLY",
                "answered " + std::to_string(status) + " without a usable location");
  }
  if (!request_.body.empty() && url_origin(target) != url_origin(url_)) {
    return fail("EREGISTRYREPLY", host_ + " wants what was sent to go to another host");
  }
  if (++redirects_ > kRedirectLimit) return fail("EREGISTRYREPLY", "redirects without end");
  url_ = target;
  host_ = url_host(url_);
  restart_body();
  --tries_;  // the next hop is no repetition
  return Outcome::kRedirect;
}

// A part makes a whole of what was there if it ends where the body ends.
bool Transfer::completes_body() const {
  const std::string range = header("content-range");
  const size_t slash = range.rfind('/');
  return slash != std::string::npos && range.substr(slash + 1) == std::to_string(body_size_);
}

Transfer::Outcome Transfer::finish_try(CURLcode code, uint64_t now_ms) {
  retry_after_.reset();
  if (code != CURLE_OK) return finish_failure(code);
  long status = 0;
  api_.easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  if (!body_begun_ && status != 206) restart_body();
  response_.status = static_cast<int>(status);
  if (is_redirect(response_.status)) return finish_redirect(response_.status);
  if (status == 416 && request_.headers.empty()) {
    restart_body();
    fail("ECONNRESET", host_ + " could not continue the download");
    return Outcome::kRetry;
  }
  if (status == 206) {
    if (!completes_body()) {
      restart_body();
      fail("ECONNRESET", host_ + " sent a part that was not asked for");
      return Outcome::kRetry;
    }
    response_.status = 200;  // whoever asked asked for the whole
  }
  response_.content_type = header("content-type");
  response_.content_encoding = header("content-encoding");
  response_.etag = header("etag");
  response_.cache_control = header("cache-control");
  response_.last_modified = header("last-modified");
  response_.retry_after = header("retry-after");
  response_.www_authenticate = header("www-authenticate");
  response_.notice = header("npm-notice");
  if (!is_retryable_status(response_.status)) return Outcome::kDone;
  reason_ = host_ + " answered " + std::to_string(status);
  if (!response_.retry_after.empty()) {
    retry_after_ = parse_retry_after(response_.retry_after, std::time(nullptr));
  }
  return Outcome::kRetry;
}

HttpResponse Transfer::take_response(uint64_t now_ms) {
  response_.url = url_;
  response_.tries = tries_;
  response_.elapsed = Milliseconds{now_ms - started_ms_};
  if (body_.size() > body_size_) body_.truncate(body_size_);
  response_.body = std::move(body_);
  if (hasher_) response_.digest = hasher_->finish();
  return std::move(response_);
}

Error Transfer::take_error(uint64_t now_ms) {
  std::string message = reason_ + " (" + printable_url(request_.url);
  if (tries_ > 1) {
    message += ", " + std::to_string(tries_) + " tries in " + seconds_text(now_ms - started_ms_);
  }
  message += ")";
  return Error::with_code_name(error_code_, std::move(message)).with_hint(error_hint_);
}

bool Transfer::has_started() const {
  curl_off_t ready = 0;
  api_.easy_getinfo(handle_, CURLINFO_PRETRANSFER_TIME_T, &ready);
  return ready > 0;
}

bool Transfer::is_stalled(const Options& options, uint64_t now_ms) const {
  if (options.fetch_timeout.count() <= 0) return false;
  return now_ms - progress_ms_ >= static_cast<uint64_t>(options.fetch_timeout.count());
}

void Transfer::note_progress(const TransportTiming& timing, uint64_t now_ms) {
  if (since_progress_ < timing.least_progress) return;
  since_progress_ = 0;
  progress_ms_ = now_ms;
}

void Transfer::fail_stalled(const Options& options) {
  fail("ETIMEDOUT",
       host_ + " sent nothing useful for " +
           seconds_text(static_cast<uint64_t>(options.fetch_timeout.count())),
       "raise fetch-timeout if the network is that slow");
}

}  // namespace gyre::pkg
