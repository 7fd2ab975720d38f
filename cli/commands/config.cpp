// gyre config [get <key> | list]
#include "cli/commands/command.hpp"
#include "pkg/registry/url.hpp"
#include "runtime/base/json.hpp"

namespace gyre::cli {
namespace {

using Setting = std::pair<std::string, std::string>;

std::string yes_no(bool value) { return value ? "true" : "false"; }

// What can be shown: never a credential.
std::vector<Setting> settings_of(const pkg::Options& options) {
  std::vector<Setting> settings = {
      {"cache", options.cache_dir},
      {"store", options.store_dir},
      {"registry", pkg::printable_url(options.registry)},
      {"proxy", pkg::printable_url(options.proxy)},
      {"https-proxy", pkg::printable_url(options.https_proxy)},
      {"cafile", options.ca_file},
      {"strict-ssl", yes_no(options.strict_ssl)},
      {"user-agent", options.user_agent},
      {"fetch-retries", std::to_string(options.fetch_retries)},
      {"fetch-timeout", std::to_string(options.fetch_timeout.count())},
      {"maxsockets", std::to_string(options.max_sockets)},
      {"offline", yes_no(options.offline)},
      {"prefer-offline", yes_no(options.prefer_offline)},
      {"tag", options.default_tag},
      {"legacy-peer-deps", yes_no(options.legacy_peer_deps)},
      {"ignore-scripts", yes_no(options.ignore_scripts)},
      {"package-lock", yes_no(options.package_lock)},
      {"save-exact", yes_no(options.save_exact)},
      {"save-prefix", options.save_prefix},
      {"prefix", options.project_dir},
  };
  for (const auto& [scope, url] : options.scope_registries) {
    settings.emplace_back(scope + ":registry", pkg::printable_url(url));
  }
  for (const auto& [prefix, credentials] : options.credentials) {
    settings.emplace_back(prefix, "(login configured, not shown)");
  }
  return settings;
}

void execute(Context& context, const std::vector<std::string>& words) {
  const std::string verb = words.empty() ? "list" : words[0];
  if (verb != "list" && verb != "ls" && verb != "get") {
    return context.fail(Error(Code::EUSAGE, "gyre config can \"get <key>\" and \"list\"",
                              "settings are changed in .npmrc files"));
  }
  auto options = context.options();
  if (!options) return context.fail(options.error());
  const auto settings = settings_of(*options);
  if (verb == "get" && words.size() > 1) {
    for (const auto& [key, value] : settings) {
      if (key == words[1]) return context.out.print(value);
    }
    return context.fail(Error(Code::EUSAGE, "there is no setting \"" + words[1] + "\""));
  }
  json::Object object;
  for (const auto& [key, value] : settings) {
    if (context.out.is_json)
      object.set(key, value);
    else
      context.out.print(key + " = " + value);
  }
  if (context.out.is_json) context.out.print(json::write(std::move(object), 2));
}

}  // namespace

void add_config(CLI::App& app, Context& context) {
  auto words = std::make_shared<std::vector<std::string>>();
  app.add_option("words", *words, "get <key>, or list");
  add_common_options(app, context);
  app.footer("Examples:\n  gyre config list\n  gyre config get registry");
  app.callback([words, &context] { execute(context, *words); });
}

}  // namespace gyre::cli
