#include "pkg/registry/request.hpp"

#include <cctype>
#include <cstdio>
#include <future>

#include "pkg/manifest/json_text_checks.hpp"
#include "pkg/registry/client.hpp"
#include "pkg/registry/url.hpp"

namespace gyre::pkg {
namespace {

constexpr size_t kLongestReason = 500;

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

OrderedJson parsed(std::string_view text) {
  if (text.empty() || nests_too_deeply(text)) return nullptr;
  OrderedJson json = OrderedJson::parse(text, nullptr, false);
  return json.is_discarded() ? OrderedJson(nullptr) : json;
}

// What the registry's JSON says went wrong.
std::string stated_reason(const OrderedJson& json) {
  if (!json.is_object()) return {};
  for (const char* key : {"error", "message", "reason"}) {
    const auto found = json.find(key);
    if (found != json.end() && found->is_string()) {
      return printable_text(found->get<std::string>(), kLongestReason);
    }
  }
  return {};
}

bool wants_otp(const RegistryReply& reply) {
  if (reply.http.status != 401) return false;
  if (lowered(reply.http.www_authenticate).find("otp") != std::string::npos) return true;
  return lowered(reply.http.body.text()).find("one-time pass") != std::string::npos;
}

const char* status_text(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Payload Too Large";
    case 422:
      return "Unprocessable Entity";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    default:
      return "";
  }
}

std::string hint_for(const RegistryReply& reply, const Options& options) {
  switch (reply.http.status) {
    case 401:
      return "gyre login --registry " + printable_url(options.registry);
    case 403:
      return "check that this account may do that, and that the registry is the one you mean";
    case 404:
      return options.credentials_for(reply.http.url) != nullptr
                 ? "check the name"
                 : "check the name; private? no token was sent to " + url_host(reply.http.url);
    case 429:
    case 500:
    case 502:
    case 503:
      return "try again later";
    default:
      return {};
  }
}

}  // namespace

Error api_error(const RegistryReply& reply, const RegistryRequest& request,
                const Options& options) {
  const int status = reply.http.status;
  const std::string where = request.method + " " + printable_url(reply.http.url);
  if (wants_otp(reply)) {
    return Error(Code::EOTP,
                 "a one-time password is needed for " + request.subject + " (" + where + ")",
                 "repeat the command with --otp=<code>");
  }
  std::string message = std::to_string(status);
  if (*status_text(status) != 0) message += std::string(" ") + status_text(status);
  message += " - " + where;
  const std::string reason = stated_reason(reply.json);
  message += " - " + (reason.empty() ? request.subject : reason);
  if (lowered(reply.http.www_authenticate).find("ipaddress") != std::string::npos) {
    return Error::with_code_name("EAUTHIP",
                                 "login is not allowed from your IP address (" + where + ")");
  }
  return Error::with_code_name("E" + std::to_string(status), std::move(message))
      .with_hint(hint_for(reply, options));
}

RegistryApi::RegistryApi(const Options& options, TransportEvents& events, RegistryCaller caller)
    : options_(options), transport_(options, events), caller_(std::move(caller)) {}

RegistryApi::~RegistryApi() = default;

HttpRequest RegistryApi::http_request(const RegistryRequest& request) const {
  HttpRequest http;
  http.method = request.method;
  http.url = request.url;
  http.body = request.body;
  http.digest = request.digest;
  http.encoding = request.digest ? BodyEncoding::kAsSent : BodyEncoding::kDecompress;
  http.may_repeat = request.method != "POST" && !request.has_secret_url;
  http.headers = {"accept: " + request.accept, "npm-command: " + caller_.command,
                  "npm-auth-type: " + caller_.auth_type};
  if (!request.body.empty()) http.headers.push_back("content-type: " + request.content_type);
  if (!caller_.otp.empty() && request.carries_otp)
    http.headers.push_back("npm-otp: " + caller_.otp);
  return http;
}

std::vector<Result<RegistryReply>> RegistryApi::exchange_all(
    const std::vector<RegistryRequest>& requests) {
  std::vector<std::future<Result<HttpResponse>>> waiting;
  std::vector<Result<RegistryReply>> replies;
  auto transport = transport_.get();
  for (const RegistryRequest& request : requests) {
    auto arrived = std::make_shared<std::promise<Result<HttpResponse>>>();
    waiting.push_back(arrived->get_future());
    if (options_.offline) {
      arrived->set_value(Error(Code::ENOTCACHED,
                               request.subject +
                                   " must be asked of the registry, and the network " +
                                   "is not to be used",
                               "run without --offline"));
    } else if (!transport) {
      arrived->set_value(transport.error());
    } else {
      (*transport)->send(http_request(request), [arrived](Result<HttpResponse> response) {
        arrived->set_value(std::move(response));
      });
    }
  }
  for (size_t i = 0; i < requests.size(); ++i) {
    Result<HttpResponse> response = waiting[i].get();
    if (!response) {
      replies.emplace_back(std::move(response).error());
      continue;
    }
    RegistryReply reply;
    reply.http = std::move(*response);
    if (!requests[i].digest) reply.json = parsed(reply.http.body.text());
    replies.emplace_back(std::move(reply));
  }
  return replies;
}

Result<RegistryReply> RegistryApi::exchange(const RegistryRequest& request) {
  return std::move(exchange_all({request})[0]);
}

Result<RegistryReply> RegistryApi::send(const RegistryRequest& request) {
  GYRE_ASSIGN(RegistryReply reply, exchange(request));
  if (wants_otp(reply) && caller_.otp.empty() && otp_source_) {
    GYRE_ASSIGN(caller_.otp, otp_source_(reply));
    if (!caller_.otp.empty()) {
      GYRE_ASSIGN(reply, exchange(request));
    }
  }
  if (!reply.is_success()) return api_error(reply, request, options_);
  return reply;
}

Result<OrderedJson> RegistryApi::json(const RegistryRequest& request) {
  GYRE_ASSIGN(RegistryReply reply, send(request));
  if (!reply.json.is_object() && !reply.json.is_array()) {
    return Error(Code::EREGISTRYREPLY,
                 url_host(reply.http.url) + " did not answer with JSON for " + request.subject +
                     " (" + printable_url(reply.http.url) + ")",
                 "a proxy or a login page may be in the way; check the registry setting");
  }
  return std::move(reply.json);
}

std::string encode_component(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || std::string_view("-_.!~*'()").find(c) != std::string_view::npos) {
      out += c;
    } else {
      char code[4];
      std::snprintf(code, sizeof code, "%%%02X", byte);
      out += code;
    }
  }
  return out;
}

}  // namespace gyre::pkg
