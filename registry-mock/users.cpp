// Login (with a password and through a web page), whoami, profile, tokens, signing keys.
#include "registry-mock/files.hpp"
#include "registry-mock/routes.hpp"

namespace gyre::registry_mock {
namespace {

using io::http::Response;

constexpr const char* kUserPrefix = "org.couchdb.user:";

Response success(uint16_t status = 200) {
  json::Object answer;
  answer.set("ok", json::Value(true));
  return json_answer(status, json::Value(std::move(answer)));
}

bool lacks_code(const User& user, const Question& question) {
  return !user.otp.empty() && question.request.header("npm-otp") != user.otp;
}

Response login_answer(Registry& registry, const User& user) {
  json::Object answer;
  answer.set("ok", json::Value(true));
  answer.set("id", kUserPrefix + user.name);
  answer.set("rev", "1-" + sha1_hex(user.name).substr(0, 32));
  answer.set("token",
             registry.accounts().create_token(user.name, iso_time(registry.clock().now())).value);
  return json_answer(201, json::Value(std::move(answer)));
}

// PUT logs in, or makes the account if there is none of that name.
Response couch_answer(Registry& registry, const Question& question, const std::string& name) {
  Accounts& accounts = registry.accounts();
  User* user = accounts.find(name);
  if (question.is_read()) {
    if (user == nullptr) return failure_answer(404, "no such user");
    json::Object answer;
    answer.set("_id", kUserPrefix + name);
    answer.set("_rev", "1-" + sha1_hex(name).substr(0, 32));
    answer.set("name", name);
    answer.set("email", user->email);
    return json_answer(200, json::Value(std::move(answer)));
  }
  if (!question.is("PUT")) return failure_answer(405, "method not allowed");
  auto body = json::parse(question.request.body);
  if (!body) return failure_answer(body.error());
  const std::string password = text_of(*body, "password");
  if (password.empty() || text_of(*body, "name") != name) {
    return failure_answer(400, "a name and a password are needed");
  }
  if (user == nullptr) {
    user = &accounts.add({name, password, text_of(*body, "email"), {}});
  } else if (user->password != password) {
    return failure_answer(401, "incorrect username or password");
  } else if (lacks_code(*user, question)) {
    return access_answer(Access::kOneTimePassword);
  }
  return login_answer(registry, *user);
}

Response web_login_answer(Registry& registry, const Question& question) {
  const std::string id = registry.accounts().begin_session();
  json::Object answer;
  answer.set("loginUrl", question.base_url + "-/v1/signin/" + id);
  answer.set("doneUrl", question.base_url + "-/v1/done?session=" + id);
  return json_answer(200, json::Value(std::move(answer)));
}

// The page a person would fill in; asking for it signs in at once ("?user=name", else the first).
Response sign_in_answer(Registry& registry, const Question& question, const std::string& id) {
  auto& sessions = registry.accounts().sessions();
  const auto session = sessions.find(id);
  if (session == sessions.end()) return failure_answer(404, "no such login");
  const std::string name = question.argument("user");
  session->second = name.empty() ? registry.accounts().first_user() : name;
  if (registry.accounts().find(session->second) == nullptr) {
    session->second.clear();
    return failure_answer(404, "no such user");
  }
  return {200, {{"content-type", "text/html"}}, "<!doctype html><p>Signed in.</p>"};
}

Response done_answer(Registry& registry, const Question& question) {
  auto& sessions = registry.accounts().sessions();
  const auto session = sessions.find(question.argument("session"));
  if (session == sessions.end()) return failure_answer(404, "no such login");
  if (session->second.empty()) {
    Response waiting = json_answer(202, json::Value(json::Object()));
    waiting.headers.emplace_back("retry-after", "1");
    return waiting;
  }
  json::Object answer;
  answer.set(
      "token",
      registry.accounts().create_token(session->second, iso_time(registry.clock().now())).value);
  sessions.erase(session);
  return json_answer(200, json::Value(std::move(answer)));
}

json::Value described(const Token& token, const std::string& shown) {
  json::Object item;
  item.set("token", shown);
  item.set("key", token.key);
  item.set("name", "token of " + token.user);
  item.set("cidr_whitelist", json::Value(token.cidr));
  item.set("readonly", json::Value(token.read_only));
  item.set("created", token.created);
  item.set("updated", token.created);
  return json::Value(std::move(item));
}

Response tokens_answer(Registry& registry, const Question& question, const User& user) {
  Accounts& accounts = registry.accounts();
  if (question.is("POST")) {
    auto body = json::parse(question.request.body);
    if (!body) return failure_answer(body.error());
    if (text_of(*body, "password") != user.password) {
      return failure_answer(401, "incorrect password");
    }
    if (lacks_code(user, question)) return access_answer(Access::kOneTimePassword);
    Token& token = accounts.create_token(user.name, iso_time(registry.clock().now()));
    token.read_only = is_true(*body, "readonly");
    const json::Value* cidr = body->get("cidr_whitelist");
    if (cidr && cidr->as_array()) token.cidr = *cidr->as_array();
    return json_answer(200, described(token, token.value));
  }
  if (question.is("DELETE")) {
    if (lacks_code(user, question)) return access_answer(Access::kOneTimePassword);
    const bool is_gone = question.parts.size() == 6 && accounts.remove_token(question.parts[5]);
    if (!is_gone) return failure_answer(404, "no such token");
    return {204, {}, {}};
  }
  json::Array list;
  for (const Token& token : accounts.tokens()) {
    if (token.user == user.name) list.push_back(described(token, token.value.substr(0, 8)));
  }
  json::Object answer;
  answer.set("total", json::Value(double(list.size())));
  answer.set("objects", json::Value(std::move(list)));
  answer.set("urls", json::Value(json::Object()));
  return json_answer(200, json::Value(std::move(answer)));
}

Response profile_answer(const User& user) {
  json::Object answer;
  answer.set("name", user.name);
  answer.set("email", user.email);
  answer.set("email_verified", json::Value(true));
  answer.set("tfa", json::Value(!user.otp.empty()));
  return json_answer(200, json::Value(std::move(answer)));
}

Response whoami_answer(const User& user) {
  json::Object answer;
  answer.set("username", user.name);
  return json_answer(200, json::Value(std::move(answer)));
}

Answer answer_known_user(Registry& registry, const Question& question) {
  const std::string& path = question.path;
  const bool is_tokens = path.starts_with("/-/npm/v1/tokens");
  const bool is_profile = path == "/-/npm/v1/user";
  if (!is_tokens && !is_profile && path != "/-/whoami") return std::nullopt;
  const User* user = registry.accounts().user_of(question.request);
  if (user == nullptr) return access_answer(Access::kLogin);
  if (is_tokens) return tokens_answer(registry, question, *user);
  return is_profile ? profile_answer(*user) : whoami_answer(*user);
}

}  // namespace

Answer answer_users(Registry& registry, const Question& question) {
  const auto& parts = question.parts;
  if (parts.size() < 2 || parts[0] != "-") return std::nullopt;
  if (parts[1] == "user" && parts.size() == 4 && parts[2] == "token") {
    const bool is_gone = question.is("DELETE") && registry.accounts().remove_token(parts[3]);
    return is_gone ? success() : failure_answer(404, "no such token");
  }
  if (parts[1] == "user" && parts.size() >= 3 && parts[2].starts_with(kUserPrefix)) {
    return couch_answer(registry, question, parts[2].substr(std::string(kUserPrefix).size()));
  }
  if (question.path == "/-/v1/login" && question.is("POST")) {
    return web_login_answer(registry, question);
  }
  if (parts.size() == 4 && parts[1] == "v1" && parts[2] == "signin") {
    return sign_in_answer(registry, question, parts[3]);
  }
  if (question.path == "/-/v1/done") return done_answer(registry, question);
  if (question.path == "/-/npm/v1/keys") {
    auto keys = registry.key().public_keys();
    return keys ? json_answer(200, *keys) : failure_answer(keys.error());
  }
  return answer_known_user(registry, question);
}

}  // namespace gyre::registry_mock
