#include "registry-mock/accounts.hpp"

#include <algorithm>

#include "registry-mock/files.hpp"
#include "registry-mock/text.hpp"

namespace gyre::registry_mock {
namespace {

bool lists(const json::Array& maintainers, const std::string& user) {
  return std::any_of(maintainers.begin(), maintainers.end(),
                     [&](const json::Value& item) { return text_of(item, "name") == user; });
}

bool is_gone(const std::vector<std::string>& users, const std::string& user) {
  return std::find(users.begin(), users.end(), user) == users.end() &&
         std::find(users.begin(), users.end(), "*") == users.end();
}

}  // namespace

Status Accounts::load(const std::string& path) {
  GYRE_ASSIGN(const auto file, read_json_if_exists(path));
  if (!file) {
    add({"mock", "mock", "mock@example.org", {}});
    create_token("mock", iso_time(0)).value = "mock-token";
    return ok();
  }
  for (const auto& [name, value] : object_of(*file, "users")) {
    add({name, text_of(value, "password"), text_of(value, "email"), text_of(value, "otp")});
    const std::string token = text_of(value, "token");
    if (!token.empty()) create_token(name, iso_time(0)).value = token;
  }
  for (const auto& [scope, value] : object_of(*file, "scopes")) {
    for (const char* action : {"read", "write"}) {
      const json::Value* users = value.get(action);
      if (users == nullptr || users->as_array() == nullptr) continue;
      auto& rule = rules_[scope + " " + action];
      for (const json::Value& user : *users->as_array()) {
        if (user.as_string()) rule.push_back(*user.as_string());
      }
    }
  }
  return ok();
}

User* Accounts::find(const std::string& name) {
  const auto found = users_.find(name);
  return found == users_.end() ? nullptr : &found->second;
}

User& Accounts::add(User user) {
  const std::string name = user.name;
  return users_[name] = std::move(user);
}

const Token* Accounts::token_of(const io::http::Request& request) const {
  const std::string_view header = request.header("authorization");
  constexpr std::string_view kScheme = "bearer ";
  if (header.size() <= kScheme.size() ||
      !equals_ignoring_case(header.substr(0, kScheme.size()), kScheme)) {
    return nullptr;
  }
  const std::string_view value = header.substr(kScheme.size());
  const auto found = std::find_if(tokens_.begin(), tokens_.end(),
                                  [&](const Token& token) { return token.value == value; });
  return found == tokens_.end() ? nullptr : &*found;
}

const User* Accounts::user_of(const io::http::Request& request) {
  if (const Token* token = token_of(request)) return find(token->user);
  const std::string_view header = request.header("authorization");
  constexpr std::string_view kScheme = "basic ";
  if (header.size() <= kScheme.size() ||
      !equals_ignoring_case(header.substr(0, kScheme.size()), kScheme)) {
    return nullptr;
  }
  const auto pair = from_base64(header.substr(kScheme.size()));
  const size_t colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return nullptr;
  const User* user = find(pair->substr(0, colon));
  return user && user->password == pair->substr(colon + 1) ? user : nullptr;
}

const std::vector<std::string>* Accounts::rule(const std::string& package,
                                               const char* action) const {
  const std::string scope = package.starts_with('@') ? package.substr(0, package.find('/')) : "";
  for (const std::string& name : {package, scope, std::string("*")}) {
    const auto found = rules_.find(name + " " + action);
    if (found != rules_.end()) return &found->second;
  }
  return nullptr;
}

Access Accounts::may_read(const std::string& package, const io::http::Request& request) {
  const auto* allowed = rule(package, "read");
  if (allowed == nullptr) return Access::kAllowed;
  const User* user = user_of(request);
  if (user == nullptr) return Access::kLogin;
  return is_gone(*allowed, user->name) ? Access::kForbidden : Access::kAllowed;
}

Access Accounts::may_write(const std::string& package, const Package* known,
                           const io::http::Request& request) {
  const User* user = user_of(request);
  if (user == nullptr) return Access::kLogin;
  const Token* token = token_of(request);
  if (token && token->read_only) return Access::kForbidden;
  const auto* allowed = rule(package, "write");
  if (allowed && is_gone(*allowed, user->name)) return Access::kForbidden;
  const bool has_owners = known && !known->maintainers.empty();
  if (has_owners && !lists(known->maintainers, user->name)) return Access::kForbidden;
  const bool has_code = user->otp.empty() || request.header("npm-otp") == user->otp;
  return has_code ? Access::kAllowed : Access::kOneTimePassword;
}

// Not secret at all, and the same in each run: tests name them.
std::string Accounts::next_secret(std::string_view purpose) {
  return sha1_hex(std::string(purpose) + std::to_string(next_id_++));
}

Token& Accounts::create_token(const std::string& user, const std::string& created) {
  const std::string secret = next_secret("token of " + user);
  tokens_.push_back({"npm_" + secret.substr(0, 36), sha1_hex(secret), user, created, false, {}});
  return tokens_.back();
}

bool Accounts::remove_token(const std::string& value_or_key) {
  return std::erase_if(tokens_, [&](const Token& token) {
           const bool is_key = value_or_key.size() >= 6 && token.key.starts_with(value_or_key);
           return token.value == value_or_key || is_key;
         }) > 0;
}

std::string Accounts::begin_session() {
  std::string id = next_secret("session");
  sessions_[id];
  return id;
}

}  // namespace gyre::registry_mock
