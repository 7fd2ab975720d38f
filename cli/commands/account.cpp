// gyre login, adduser, logout, whoami, ping, token.
#include "pkg/registry/account.hpp"
#include "cli/commands/command.hpp"
#include "cli/prompt.hpp"
#include "cli/registry_session.hpp"
#include "pkg/config/edit.hpp"
#include "pkg/files.hpp"
#include "pkg/registry/url.hpp"
#include "runtime/base/clock.hpp"

namespace gyre::cli {
namespace {

using pkg::LoginKind;
using pkg::OrderedJson;

// --scope's registry, else the default.
std::string login_registry(const Context& context, const pkg::Options& options,
                           const std::string& scope) {
  if (scope.empty() || context.flags.contains("registry")) return options.registry;
  const auto found = options.scope_registries.find(scope);
  return found == options.scope_registries.end() ? options.registry : found->second;
}

std::string checked_scope(std::string scope) {
  if (!scope.empty() && !scope.starts_with('@')) scope.insert(0, "@");
  return scope;
}

Result<std::string> ask_legacy(RegistrySession& session, const std::string& registry,
                               LoginKind kind) {
  pkg::LegacyLogin login;
  GYRE_ASSIGN(login.username, ask_line("Username:"));
  GYRE_ASSIGN(login.password, ask_secret("Password:"));
  if (kind == LoginKind::kNewUser) {
    GYRE_ASSIGN(login.email, ask_line("Email (this will be public):"));
  }
  if (login.username.empty() || login.password.empty()) {
    return Error(Code::EUSAGE, "a login needs a name and a password");
  }
  return pkg::legacy_login(session.api(), registry, login, kind);
}

Result<std::string> obtain_token(Context& context, RegistrySession& session,
                                 const std::string& registry, LoginKind kind) {
  if (session.settings().get("auth-type") != "legacy") {
    GYRE_ASSIGN(const auto web, pkg::start_web_login(session.api(), registry, kind));
    if (web) {
      const bool is_new = kind == LoginKind::kNewUser;
      return wait_for_web_login(context, session.api(),
                                is_new ? "Create your account at" : "Login at", web->page,
                                web->done_url);
    }
  }
  return ask_legacy(session, registry, kind);
}

void login(Context& context, LoginKind kind) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  const pkg::AllSettings settings = all_settings(context, *options);
  const std::string scope = checked_scope(settings.get("scope"));
  const std::string registry = login_registry(context, *options, scope);
  // A login that is no longer good must not spoil the new one.
  options->credentials.erase(pkg::credential_prefix(registry));
  RegistrySession session(context, std::move(*options),
                          kind == LoginKind::kLogin ? "login" : "adduser");
  context.out.note("Log in on " + pkg::printable_url(registry));
  auto token = obtain_token(context, session, registry, kind);
  if (!token) return context.fail(token.error());
  const std::string prefix = pkg::credential_prefix(registry);
  std::vector<pkg::IniChange> changes = {{prefix + ":_authToken", false, *token}};
  for (const char* old : {":_auth", ":username", ":_password"}) {
    changes.push_back({prefix + old, true, {}});
  }
  if (!scope.empty()) changes.push_back({scope + ":registry", false, registry});
  const Status saved =
      pkg::edit_config_file(settings.user_config(), changes, pkg::ConfigPrivacy::kOwnerOnly);
  if (!saved) return context.fail(saved.error());
  context.out.print("Logged in" + (scope.empty() ? "" : " to scope " + scope) + " on " +
                    pkg::printable_url(registry) + ".");
}

void logout(Context& context) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  const pkg::AllSettings settings = all_settings(context, *options);
  const std::string scope = checked_scope(settings.get("scope"));
  const std::string registry = login_registry(context, *options, scope);
  const std::string files[] = {settings.user_config(), options->project_dir + "/.npmrc"};
  RegistrySession session(context, std::move(*options), "logout");
  const Status revoked = pkg::revoke_login(session.api(), registry);
  if (!revoked) return context.fail(revoked.error());
  const std::string prefix = pkg::credential_prefix(registry);
  std::vector<pkg::IniChange> changes;
  for (const char* key : {":_authToken", ":_auth", ":username", ":_password"}) {
    changes.push_back({prefix + key, true, {}});
  }
  if (!scope.empty()) changes.push_back({scope + ":registry", true, {}});
  for (const std::string& file : files) {
    auto text = pkg::read_file(file);
    if (!text || pkg::edit_ini(*text, changes) == *text) continue;
    const Status saved = pkg::edit_config_file(file, changes, pkg::ConfigPrivacy::kOwnerOnly);
    if (!saved) return context.fail(saved.error());
  }
  context.out.note("Logged out on " + pkg::printable_url(registry) + ".");
}

void whoami(Context& context) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  RegistrySession session(context, std::move(*options), "whoami");
  auto name = pkg::whoami(session.api());
  if (!name) return context.fail(name.error());
  if (context.out.is_json) return print_json(context.out, OrderedJson(*name));
  context.out.print(pkg::printable_text(*name, 200));
}

void ping(Context& context) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  RegistrySession session(context, std::move(*options), "ping");
  const std::string shown = pkg::printable_url(session.options().registry);
  context.out.note("PING " + shown);
  pkg::RegistryRequest request;
  request.url = session.api().url("-/ping");
  request.subject = "the registry";
  const uint64_t started = Clock::system().monotonic_ms();
  auto reply = session.api().send(request);
  if (!reply) return context.fail(reply.error());
  const uint64_t took = Clock::system().monotonic_ms() - started;
  context.out.note("PONG " + std::to_string(took) + "ms");
  const OrderedJson details = reply->json.is_object() ? reply->json : OrderedJson::object();
  if (context.out.is_json) {
    OrderedJson json;
    json["registry"] = shown;
    json["time"] = took;
    json["details"] = details;
    return print_json(context.out, json);
  }
  if (!details.empty()) context.out.note("PONG " + details.dump(2));
}

// ---- token

struct TokenParameters {
  std::vector<std::string> words;
  bool is_parseable = false, is_read_only = false, may_bypass = false, has_all_packages = false;
  std::string name, description, expires, permission, org_permission;
  std::vector<std::string> ranges, packages, scopes, orgs;
};

std::string text_at(const OrderedJson& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string ranges_text(const OrderedJson& token) {
  std::string text;
  const auto list = token.find("cidr_whitelist");
  if (list == token.end() || !list->is_array()) return text;
  for (const OrderedJson& range : *list) {
    if (range.is_string()) text += (text.empty() ? "" : ",") + range.get<std::string>();
  }
  return text;
}

// The shortest beginnings of the keys, of six characters at least, that tell them apart.
void add_token_ids(std::vector<OrderedJson>& tokens) {
  for (OrderedJson& token : tokens) {
    const std::string key = text_at(token, "key");
    size_t length = 6;
    auto is_shared = [&](const OrderedJson& other) {
      return &other != &token && text_at(other, "key").substr(0, length) == key.substr(0, length);
    };
    while (length < key.size() && std::any_of(tokens.begin(), tokens.end(), is_shared)) ++length;
    token["id"] = key.substr(0, length);
  }
}

void list_tokens(Context& context, RegistrySession& session, const TokenParameters& parameters) {
  auto tokens = pkg::list_tokens(session.api());
  if (!tokens) return context.fail(tokens.error());
  add_token_ids(*tokens);
  const Output& out = context.out;
  if (out.is_json) return print_json(out, OrderedJson(*tokens));
  if (parameters.is_parseable) out.print("key\ttoken\tid\tname\tcreated\treadonly\tCIDR whitelist");
  for (const OrderedJson& token : *tokens) {
    const bool is_read_only = token.contains("readonly") && token["readonly"] == true;
    const std::string ranges = ranges_text(token);
    if (parameters.is_parseable) {
      out.print(text_at(token, "key") + "\t" + text_at(token, "token") + "\t" +
                text_at(token, "id") + "\t" + text_at(token, "name") + "\t" +
                text_at(token, "created") + "\t" + (is_read_only ? "true" : "false") + "\t" +
                ranges);
      continue;
    }
    out.print("Token " + pkg::printable_text(text_at(token, "token"), 100) + "… with id " +
              pkg::printable_text(text_at(token, "id"), 200) + " name " +
              pkg::printable_text(text_at(token, "name"), 200) + " created " +
              pkg::printable_text(text_at(token, "created").substr(0, 10), 20));
    if (!ranges.empty()) out.print("with IP whitelist: " + pkg::printable_text(ranges, 1000));
    out.print("");
  }
}

void revoke_tokens(Context& context, RegistrySession& session, const TokenParameters& parameters) {
  if (parameters.words.size() < 2) {
    return context.fail(Error(Code::EUSAGE, "token revoke takes ids or tokens"));
  }
  auto tokens = pkg::list_tokens(session.api());
  if (!tokens) return context.fail(tokens.error());
  std::vector<std::string> keys;
  for (size_t i = 1; i < parameters.words.size(); ++i) {
    auto key = pkg::token_key(*tokens, parameters.words[i]);
    if (!key) return context.fail(key.error());
    keys.push_back(std::move(*key));
  }
  for (const std::string& key : keys) {
    const Status revoked = pkg::revoke_token(session.api(), key);
    if (!revoked) return context.fail(revoked.error());
  }
  if (context.out.is_json) return print_json(context.out, OrderedJson(keys));
  context.out.print("Removed " + count_text(keys.size(), "token"));
}

Result<OrderedJson> token_wishes(const TokenParameters& parameters,
                                 const pkg::AllSettings& settings) {
  GYRE_TRY(pkg::check_ip_ranges(parameters.ranges));
  OrderedJson wishes;
  if (!parameters.name.empty()) wishes["name"] = parameters.name;
  std::string password = settings.get("password");
  if (password.empty()) {
    GYRE_ASSIGN(password, ask_secret("Password:"));
  }
  wishes["password"] = password;
  if (!parameters.description.empty()) wishes["description"] = parameters.description;
  if (!parameters.packages.empty()) wishes["packages"] = parameters.packages;
  if (parameters.has_all_packages) wishes["packages_all"] = true;
  if (!parameters.scopes.empty()) wishes["scopes"] = parameters.scopes;
  if (!parameters.orgs.empty()) wishes["orgs"] = parameters.orgs;
  if (!parameters.permission.empty()) {
    wishes["packages_and_scopes_permission"] = parameters.permission;
  }
  if (!parameters.org_permission.empty()) wishes["orgs_permission"] = parameters.org_permission;
  if (!parameters.expires.empty()) {
    char* end = nullptr;
    const long days = std::strtol(parameters.expires.c_str(), &end, 10);
    if (*end != 0 || days <= 0) {
      return Error(Code::EUSAGE,
                   "--expires takes a number of days, not \"" + parameters.expires + "\"");
    }
    wishes["expires"] = days;
  }
  if (!parameters.ranges.empty()) wishes["cidr_whitelist"] = parameters.ranges;
  if (parameters.may_bypass) wishes["bypass_2fa"] = true;
  if (parameters.is_read_only) wishes["readonly"] = true;
  return wishes;
}

void create_token(Context& context, RegistrySession& session, const TokenParameters& parameters) {
  auto wishes = token_wishes(parameters, session.settings());
  if (!wishes) return context.fail(wishes.error());
  auto token = pkg::create_token(session.api(), *wishes);
  if (!token) return context.fail(token.error());
  if (context.out.is_json) return print_json(context.out, *token);
  if (parameters.is_parseable) {
    for (const auto& [key, value] : token->items()) {
      context.out.print(key + "\t" + (value.is_string() ? value.get<std::string>() : value.dump()));
    }
    return;
  }
  // The one time it can be seen: that is what the command is for.
  context.out.print("Created token " + pkg::printable_text(text_at(*token, "token"), 1000));
  const std::string ranges = ranges_text(*token);
  if (!ranges.empty()) context.out.print("with IP whitelist: " + ranges);
  const std::string expires = text_at(*token, "expires");
  if (!expires.empty()) context.out.print("expires: " + pkg::printable_text(expires, 100));
}

void token(Context& context, const TokenParameters& parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  RegistrySession session(context, std::move(*options), "token");
  const Status logged_in = session.require_login(session.options().registry);
  if (!logged_in) return context.fail(logged_in.error());
  const std::string verb = parameters.words.empty() ? "list" : parameters.words[0];
  if (verb == "list" || verb == "ls") return list_tokens(context, session, parameters);
  if (verb == "create") return create_token(context, session, parameters);
  for (const char* name : {"revoke", "rm", "delete", "remove"}) {
    if (verb == name) return revoke_tokens(context, session, parameters);
  }
  context.fail(Error(Code::EUSAGE, "token knows list, create and revoke, not \"" + verb + "\""));
}

void add_login_options(CLI::App& app, Context& context) {
  add_setting_option(app, context, "--scope", "scope",
                     "Use this registry for the scope from now on");
  add_setting_option(app, context, "--auth-type", "auth-type",
                     "web (in the browser) or legacy (name and password)");
  add_otp_option(app, context);
  add_common_options(app, context);
}

}  // namespace

void add_login(CLI::App& app, Context& context) {
  add_login_options(app, context);
  app.footer(
      "Examples:\n"
      "  gyre login\n"
      "  gyre login --registry https://npm.example.com/ --scope @ours\n"
      "  gyre login --auth-type legacy");
  app.callback([&context] { login(context, LoginKind::kLogin); });
}

void add_adduser(CLI::App& app, Context& context) {
  add_login_options(app, context);
  app.footer("Examples:\n  gyre adduser\n  gyre adduser --auth-type legacy");
  app.callback([&context] { login(context, LoginKind::kNewUser); });
}

void add_logout(CLI::App& app, Context& context) {
  add_setting_option(app, context, "--scope", "scope", "Log out of this scope's registry");
  add_common_options(app, context);
  app.footer("Examples:\n  gyre logout\n  gyre logout --scope @ours");
  app.callback([&context] { logout(context); });
}

void add_whoami(CLI::App& app, Context& context) {
  add_common_options(app, context);
  app.footer("Examples:\n  gyre whoami\n  gyre whoami --registry https://npm.example.com/");
  app.callback([&context] { whoami(context); });
}

void add_ping(CLI::App& app, Context& context) {
  add_common_options(app, context);
  app.footer("Examples:\n  gyre ping\n  gyre ping --json");
  app.callback([&context] { ping(context); });
}

void add_token(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<TokenParameters>();
  TokenParameters& to = *parameters;
  app.add_option("words", to.words, "list, create, or revoke <id|token>…");
  app.add_option("--name", to.name, "Name of the new token");
  app.add_option("--token-description", to.description, "What it is for");
  app.add_option("--expires", to.expires, "Days until it ends");
  app.add_option("--packages", to.packages, "Packages it is good for")->delimiter(',');
  app.add_flag("--packages-all", to.has_all_packages, "It is good for every package");
  app.add_option("--scopes", to.scopes, "Scopes it is good for")->delimiter(',');
  app.add_option("--orgs", to.orgs, "Organisations it is good for")->delimiter(',');
  app.add_option("--packages-and-scopes-permission", to.permission,
                 "read-only, read-write or no-access");
  app.add_option("--orgs-permission", to.org_permission, "read-only, read-write or no-access");
  app.add_option("--cidr", to.ranges, "IPv4 ranges it may be used from")->delimiter(',');
  app.add_flag("--bypass-2fa", to.may_bypass, "It needs no second factor");
  app.add_flag("--read-only", to.is_read_only, "It cannot publish");
  app.add_flag("--parseable,-p", to.is_parseable, "Tabs between columns");
  add_otp_option(app, context);
  add_common_options(app, context);
  app.footer(
      "Examples:\n"
      "  gyre token list\n"
      "  gyre token create --name ci --cidr 10.0.0.0/8 --expires 30\n"
      "  gyre token revoke 6fbc5d\n"
      "The password is asked for, or taken from npm_config_password.");
  app.callback([parameters, &context] { token(context, *parameters); });
}

}  // namespace gyre::cli
