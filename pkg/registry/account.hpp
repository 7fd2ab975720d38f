// A user's account in a registry: logging in (in the browser, or with name and password), out, who
// one is, and access tokens. Secrets are passed through, never kept or printed. Blocking; one
// thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pkg/registry/request.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

enum class LoginKind : uint8_t { kLogin, kNewUser };

// The page to show the user and the URL that tells when they are done; nothing where the registry
// has no such login.
struct WebLogin {
  std::string page, done_url;
};
Result<std::optional<WebLogin>> start_web_login(RegistryApi& api, const std::string& registry,
                                                LoginKind kind);

struct LegacyLogin {
  std::string username, password, email;
};
// The token.
Result<std::string> legacy_login(RegistryApi& api, const std::string& registry,
                                 const LegacyLogin& login, LoginKind kind);

// Takes back the token that Options has for `registry`. ENEEDAUTH: there is none.
Status revoke_login(RegistryApi& api, const std::string& registry);
Result<std::string> whoami(RegistryApi& api);

Result<std::vector<OrderedJson>> list_tokens(RegistryApi& api);
// `id` is the beginning of one token's key, or a token's own text. The key removed.
Result<std::string> token_key(const std::vector<OrderedJson>& tokens, const std::string& id);
Status revoke_token(RegistryApi& api, const std::string& key);
Result<OrderedJson> create_token(RegistryApi& api, const OrderedJson& wishes);
// EINVALIDCIDR unless every entry is an IPv4 range.
Status check_ip_ranges(const std::vector<std::string>& ranges);

// The npmrc keys of a registry: "//host/path/:_authToken" and its like.
std::string credential_prefix(const std::string& registry);

}  // namespace gyre::pkg
