// Accounts: users, their tokens, and who may read and write which packages. From _accounts.json of
// the packages folder; without one there is the user "mock" (password "mock", token "mock-token").
// Loop's thread only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry-mock/catalog.hpp"
#include "runtime/base/json.hpp"
#include "runtime/base/result.hpp"
#include "runtime/io/http/server.hpp"

namespace gyre::registry_mock {

struct User {
  std::string name, password, email;
  std::string otp;  // not empty: writing needs it in the npm-otp header
};

struct Token {
  std::string value, key, user, created;
  bool read_only = false;
  json::Array cidr;
};

enum class Access : uint8_t { kAllowed, kLogin, kForbidden, kOneTimePassword };

class Accounts {
 public:
  Status load(const std::string& path);

  User* find(const std::string& name);
  User& add(User user);
  std::string first_user() const { return users_.empty() ? "" : users_.begin()->first; }
  // Whoever the request's Authorization header names rightly.
  const User* user_of(const io::http::Request& request);
  bool has_authorization(const io::http::Request& request) const {
    return !request.header("authorization").empty();
  }
  Access may_read(const std::string& package, const io::http::Request& request);
  bool is_private(const std::string& package) const { return rule(package, "read") != nullptr; }
  // `known`: the package, if it is there; its maintainers may write to it.
  Access may_write(const std::string& package, const Package* known,
                   const io::http::Request& request);

  Token& create_token(const std::string& user, const std::string& created);
  bool remove_token(const std::string& value_or_key);
  std::vector<Token>& tokens() { return tokens_; }

  // Web logins under way: session → user, empty until somebody has signed in.
  std::string begin_session();
  std::map<std::string, std::string>& sessions() { return sessions_; }

 private:
  const Token* token_of(const io::http::Request& request) const;
  const std::vector<std::string>* rule(const std::string& package, const char* action) const;
  std::string next_secret(std::string_view purpose);

  std::map<std::string, User> users_;
  std::vector<Token> tokens_;
  // "@scope read" → users; "*" stands for packages without a rule of their own.
  std::map<std::string, std::vector<std::string>> rules_;
  std::map<std::string, std::string> sessions_;
  uint64_t next_id_ = 1;
};

}  // namespace gyre::registry_mock
