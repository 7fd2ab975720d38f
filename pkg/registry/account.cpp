#include "pkg/registry/account.hpp"
#include "pkg/manifest/json_members.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

#include <arpa/inet.h>

#include "pkg/registry/url.hpp"

namespace gyre::pkg {
namespace {

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[40];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
  return text;
}

Error need_login(const std::string& registry) {
  const std::string shown = printable_url(registry);
  return Error::with_code_name("ENEEDAUTH", "not logged in to " + shown)
      .with_hint("gyre login --registry " + shown);
}

Result<std::string> token_in(const OrderedJson& json) {
  std::string token = text_at(json, "token");
  const bool is_usable =
      !token.empty() && token.size() < 8192 && token.find_first_of(" \r\n\t") == std::string::npos;
  if (!is_usable) return Error(Code::EREGISTRYREPLY, "the registry handed out no usable token");
  return token;
}

}  // namespace

std::string credential_prefix(const std::string& registry) {
  std::string key = registry.substr(registry.find("//"));
  if (!key.ends_with('/')) key += '/';
  return key;
}

Result<std::optional<WebLogin>> start_web_login(RegistryApi& api, const std::string& registry,
                                                LoginKind kind) {
  RegistryRequest request;
  request.method = "POST";
  request.url = registry + "-/v1/login";
  request.subject = "the login";
  request.body = kind == LoginKind::kNewUser ? R"({"create":true})" : "{}";
  GYRE_ASSIGN(const RegistryReply reply, api.exchange(request));
  const bool has_no_such_login =
      (reply.http.status >= 400 && reply.http.status < 500) || reply.http.status == 500;
  if (has_no_such_login) return std::optional<WebLogin>();
  if (!reply.is_success()) return api_error(reply, request, api.options());
  WebLogin login{text_at(reply.json, "loginUrl"), text_at(reply.json, "doneUrl")};
  if (!is_http_url(login.page) || !is_http_url(login.done_url)) {
    return Error(
        Code::EREGISTRYREPLY,
        "the answer of the web login at " + printable_url(request.url) + " cannot be understood",
        "--auth-type=legacy asks for name and password instead");
  }
  return std::optional<WebLogin>(std::move(login));
}

Result<std::string> legacy_login(RegistryApi& api, const std::string& registry,
                                 const LegacyLogin& login, LoginKind kind) {
  RegistryRequest request;
  request.method = "PUT";
  request.url = registry + "-/user/org.couchdb.user:" + encode_component(login.username);
  request.subject = "the user " + login.username;
  OrderedJson body;
  body["_id"] = "org.couchdb.user:" + login.username;
  body["name"] = login.username;
  body["password"] = login.password;
  if (kind == LoginKind::kNewUser) body["email"] = login.email;
  body["type"] = "user";
  body["roles"] = OrderedJson::array();
  body["date"] = now_text();
  request.body = dumped(body);
  auto reply = api.send(request);
  if (reply) return token_in(reply->json);
  if (reply.error().code() == "E400" && kind == LoginKind::kLogin) {
    return Error::with_code_name("E400",
                                 "there is no user with the username \"" + login.username + "\"");
  }
  if (reply.error().code() == "E401") {
    return Error(Code::E401, "the registry does not accept this name and password");
  }
  return std::move(reply).error();
}

Status revoke_login(RegistryApi& api, const std::string& registry) {
  const Credentials* credentials = api.options().credentials_for(registry);
  if (credentials == nullptr || credentials->authorization.empty()) return need_login(registry);
  constexpr std::string_view kBearer = "Bearer ";
  // A name with a password has nothing to be taken back.
  if (!credentials->authorization.starts_with(kBearer)) return ok();
  RegistryRequest request;
  request.method = "DELETE";
  request.url = registry + "-/user/token/" +
                encode_component(credentials->authorization.substr(kBearer.size()));
  request.subject = "the login";
  request.has_secret_url = true;
  auto reply = api.exchange(request);
  if (!reply) {
    // The URL holds the token: only the kind of failure may be shown.
    return Error::with_code_name(reply.error().code(),
                                 "the token could not be taken back at " + printable_url(registry));
  }
  if (reply->is_success()) return ok();
  return Error::with_code_name("E" + std::to_string(reply->http.status),
                               printable_url(registry) + " answered " +
                                   std::to_string(reply->http.status) +
                                   " when the token was to be taken back");
}

Result<std::string> whoami(RegistryApi& api) {
  const std::string& registry = api.options().registry;
  const Credentials* credentials = api.options().credentials_for(registry);
  if (credentials == nullptr) return need_login(registry);
  RegistryRequest request;
  request.url = api.url("-/whoami");
  request.subject = "the login";
  GYRE_ASSIGN(const OrderedJson json, api.json(request));
  std::string name = text_at(json, "username");
  if (name.empty()) return need_login(registry);
  return name;
}

Result<std::vector<OrderedJson>> list_tokens(RegistryApi& api) {
  std::vector<OrderedJson> tokens;
  RegistryRequest request;
  request.subject = "the tokens";
  request.url = api.url("-/npm/v1/tokens");
  constexpr int kMostPages = 1000;
  for (int page = 0; page < kMostPages; ++page) {
    GYRE_ASSIGN(OrderedJson json, api.json(request));
    const auto objects = json.find("objects");
    if (!json.is_object() || objects == json.end() || !objects->is_array()) {
      return Error(Code::EREGISTRYREPLY, "the registry's list of tokens has no \"objects\"");
    }
    for (OrderedJson& token : *objects) {
      if (!text_at(token, "key").empty()) tokens.push_back(std::move(token));
    }
    const auto urls = json.find("urls");
    const std::string next = urls == json.end() ? std::string() : text_at(*urls, "next");
    if (next.empty()) return tokens;
    request.url = is_http_url(next) ? next : url_origin(api.options().registry) + next;
    if (url_origin(request.url) != url_origin(api.options().registry)) break;
  }
  return Error(Code::EREGISTRYREPLY, "the registry's list of tokens has no end");
}

Result<std::string> token_key(const std::vector<OrderedJson>& tokens, const std::string& id) {
  std::vector<std::string> keys;
  bool is_text = false;
  for (const OrderedJson& token : tokens) {
    const std::string key = text_at(token, "key"), text = text_at(token, "token");
    if (key.starts_with(id)) keys.push_back(key);
    is_text = is_text || (!text.empty() && id.starts_with(text));
  }
  if (keys.size() == 1) return keys[0];
  if (keys.size() > 1) {
    return Error(Code::EUSAGE, "the token id \"" + printable_text(id, 40) + "\" is ambiguous",
                 "gyre token list shows the ids");
  }
  if (is_text) return id;
  return Error(Code::EUSAGE, "there is no token of this id or value",
               "gyre token list shows the ids");
}

Status revoke_token(RegistryApi& api, const std::string& key) {
  RegistryRequest request;
  request.method = "DELETE";
  request.url = api.url("-/npm/v1/tokens/token/" + encode_component(key));
  request.subject = "the token";
  request.has_secret_url = true;
  auto reply = api.send(request);
  if (reply) return ok();
  if (reply.error().is(Code::EOTP)) return Error(Code::EOTP, {}, reply.error().hint());
  return Error::with_code_name(reply.error().code(), "the token could not be revoked at " +
                                                         printable_url(api.options().registry));
}

Result<OrderedJson> create_token(RegistryApi& api, const OrderedJson& wishes) {
  RegistryRequest request;
  request.method = "POST";
  request.url = api.url("-/npm/v1/tokens");
  request.subject = "the new token";
  request.body = dumped(wishes);
  GYRE_ASSIGN(OrderedJson token, api.json(request));
  GYRE_TRY(token_in(token));
  token.erase("key");
  token.erase("updated");
  return token;
}

Status check_ip_ranges(const std::vector<std::string>& ranges) {
  for (const std::string& range : ranges) {
    const size_t slash = range.find('/');
    in_addr address{};
    unsigned bits = 33;
    if (slash != std::string::npos) {
      const char* end = range.data() + range.size();
      const auto [at, error] = std::from_chars(range.data() + slash + 1, end, bits);
      if (error != std::errc() || at != end) bits = 33;
    }
    const bool is_ok =
        bits <= 32 && ::inet_pton(AF_INET, range.substr(0, slash).c_str(), &address) == 1;
    if (is_ok) continue;
    const bool is_six = range.find(':') != std::string::npos;
    return Error::with_code_name(
        "EINVALIDCIDR",
        is_six ? "the allow-list can only contain IPv4 addresses, " + printable_text(range, 80) +
                     " is IPv6"
               : "the allow-list contains an invalid entry: " + printable_text(range, 80));
  }
  return ok();
}

}  // namespace gyre::pkg
