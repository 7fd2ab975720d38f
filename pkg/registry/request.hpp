// RegistryApi: one request after another to a registry's API, for the commands that publish, ask
// and administrate: JSON in, JSON out, npm's headers and error codes, one-time passwords. Blocking;
// one thread. Only requests that may be repeated are.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pkg/manifest/manifest.hpp"
#include "pkg/options.hpp"
#include "pkg/registry/transport.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct RegistryRequest {
  std::string method = "GET";
  std::string url;      // whole; see RegistryApi::url
  std::string subject;  // what it is about, for messages: "the package left-pad"
  std::string body;     // sent as JSON unless `content_type` says otherwise
  std::string content_type = "application/json";
  std::string accept = "application/json";
  bool carries_otp = true;              // not for pages that are no registry's
  bool has_secret_url = false;          // the URL itself must not reach a log: sent once
  std::optional<HashAlgorithm> digest;  // hash the answer
};

struct RegistryReply {
  HttpResponse http;
  OrderedJson json;  // null when the body is empty or no JSON
  bool is_success() const { return http.status >= 200 && http.status < 300; }
  std::string text() const { return std::string(http.body.text()); }
};

// Who asks, as requests tell it.
struct RegistryCaller {
  std::string command;            // npm's name of what is being done
  std::string auth_type = "web";  // or "legacy"
  std::string otp;                // given beforehand; empty: asked for when the registry wants it
};

class RegistryApi {
 public:
  // `options` and `events` outlive it.
  RegistryApi(const Options& options, TransportEvents& events, RegistryCaller caller);
  ~RegistryApi();

  // Asks the user for a one-time password; empty if that is impossible. Called with the registry's
  // answer, which may name a web page to confirm at.
  using OtpSource = std::function<Result<std::string>(const RegistryReply& reply)>;
  void ask_for_otp(OtpSource source) { otp_source_ = std::move(source); }

  // Any answer of the registry, error statuses included; an Error only if none came.
  Result<RegistryReply> exchange(const RegistryRequest& request);
  // Many at once, as the network allows; answers in the order of the requests.
  std::vector<Result<RegistryReply>> exchange_all(const std::vector<RegistryRequest>& requests);
  // A successful answer. E401, E403, E404, E409…, EOTP (after asking), or a network error.
  Result<RegistryReply> send(const RegistryRequest& request);
  // send() with JSON that must be an answer of type object or array (EREGISTRYREPLY).
  Result<OrderedJson> json(const RegistryRequest& request);

  const Options& options() const { return options_; }
  std::string url(const std::string& path) const { return options_.registry + path; }

 private:
  HttpRequest http_request(const RegistryRequest& request) const;

  const Options& options_;
  LazyTransport transport_;
  RegistryCaller caller_;
  OtpSource otp_source_;
};

// The answer as an error in npm's words: the status and what the registry says.
Error api_error(const RegistryReply& reply, const RegistryRequest& request, const Options& options);

// A query parameter or path segment, percent-encoded as encodeURIComponent does.
std::string encode_component(std::string_view text);

}  // namespace gyre::pkg
