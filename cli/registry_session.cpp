#include <CLI/CLI.hpp>

#include "cli/commands/command.hpp"
#include "cli/registry_session.hpp"

#include <thread>

#include "cli/prompt.hpp"
#include "pkg/registry/retry.hpp"
#include "pkg/registry/url.hpp"

namespace gyre::cli {
namespace {

constexpr Milliseconds kPollPause{1'000};
constexpr Milliseconds kLongestPause{60'000};

std::string text_of(const pkg::OrderedJson& json, const char* key) {
  if (!json.is_object()) return {};
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<std::string> ask_for_otp(Context& context, pkg::RegistryApi& api,
                                const pkg::RegistryReply& reply) {
  if (!context.out.stdin_is_terminal() || !context.out.stderr_is_terminal()) return std::string();
  const std::string page = text_of(reply.json, "authUrl");
  const std::string done_url = text_of(reply.json, "doneUrl");
  if (pkg::is_http_url(page) && pkg::is_http_url(done_url)) {
    return wait_for_web_login(context, api, "Authenticate your account at", page, done_url);
  }
  return ask_line("This operation requires a one-time password.\nEnter OTP:");
}

}  // namespace

pkg::AllSettings all_settings(const Context& context, const pkg::Options& options) {
  pkg::ConfigSources sources;
  sources.environment = pkg::process_environment();
  sources.flags = context.flags;
  sources.working_dir = options.working_dir;
  return pkg::AllSettings::load(sources, options);
}

RegistrySession::RegistrySession(Context& context, pkg::Options options, const std::string& command)
    : context_(context),
      options_(std::move(options)),
      settings_(all_settings(context, options_)),
      api_(options_, *this,
           {command, settings_.get("auth-type") == "legacy" ? "legacy" : "web",
            settings_.get("otp")}) {
  api_.ask_for_otp(
      [this](const pkg::RegistryReply& reply) { return ask_for_otp(context_, api_, reply); });
}

std::string RegistrySession::package_url(const std::string& name) const {
  return options_.registry_for(name) + pkg::escape_package_name(name);
}

Status RegistrySession::require_login(const std::string& registry) const {
  if (options_.credentials_for(registry) != nullptr) return ok();
  const std::string shown = pkg::printable_url(registry);
  return Error::with_code_name("ENEEDAUTH", "this command requires you to be logged in to " + shown)
      .with_hint("gyre login --registry " + shown);
}

void RegistrySession::on_waiting(const std::string& host, Milliseconds silence) {
  context_.out.note("waiting for " + host + " (" + duration_text(silence) + ") …");
}

void RegistrySession::on_retry(const std::string& url, const std::string& reason, int next_try,
                               Milliseconds delay) {
  if (!context_.out.is_verbose) return;
  context_.out.note(reason + ": try " + std::to_string(next_try) + " of " + url + " in " +
                    duration_text(delay));
}

Result<std::string> wait_for_web_login(Context& context, pkg::RegistryApi& api,
                                       const std::string& what, const std::string& page,
                                       const std::string& done_url) {
  context.out.note(what + ":\n" + pkg::printable_text(page, 2000));
  pkg::RegistryRequest request;
  request.url = done_url;
  request.subject = "the login";
  request.carries_otp = false;
  while (true) {
    GYRE_ASSIGN(const pkg::RegistryReply reply, api.exchange(request));
    if (reply.http.status == 200) {
      std::string token = text_of(reply.json, "token");
      if (!token.empty()) return token;
    }
    if (reply.http.status != 202) {
      return Error(Code::EREGISTRYREPLY, "the answer of the web login at " +
                                             pkg::printable_url(reply.http.url) +
                                             " cannot be understood");
    }
    auto pause = pkg::parse_retry_after(reply.http.retry_after, std::time(nullptr));
    std::this_thread::sleep_for(std::min(pause.value_or(kPollPause), kLongestPause));
  }
}

void add_otp_option(CLI::App& app, Context& context) {
  add_setting_option(app, context, "--otp", "otp", "One-time password of two-factor accounts");
}

void print_json(const Output& out, const pkg::OrderedJson& json) {
  out.print(json.dump(2, ' ', false, pkg::OrderedJson::error_handler_t::replace));
}

}  // namespace gyre::cli
