// RegistrySession: what a command that talks to a registry needs: its settings, the API, notices on
// stderr while it waits, and the question for a one-time password. Main thread; notices come from
// the transport's.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/context.hpp"
#include "pkg/config/sources.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/registry/request.hpp"

namespace gyre::cli {

class RegistrySession : public pkg::TransportEvents {
 public:
  // `command` is npm's name of it.
  RegistrySession(Context& context, pkg::Options options, const std::string& command);

  pkg::RegistryApi& api() { return api_; }
  const pkg::Options& options() const { return options_; }
  const pkg::AllSettings& settings() const { return settings_; }
  // The registry that serves a package, as a whole URL.
  std::string package_url(const std::string& name) const;
  // ENEEDAUTH unless something is configured for `registry`.
  Status require_login(const std::string& registry) const;

  void on_waiting(const std::string& host, Milliseconds silence) override;
  void on_retry(const std::string& url, const std::string& reason, int next_try,
                Milliseconds delay) override;

 private:
  Context& context_;
  pkg::Options options_;
  pkg::AllSettings settings_;
  pkg::RegistryApi api_;
};

// Every setting, from wherever `context` takes them.
pkg::AllSettings all_settings(const Context& context, const pkg::Options& options);

// Waits at `done_url` until the user has confirmed at `page`; the token it hands out.
Result<std::string> wait_for_web_login(Context& context, pkg::RegistryApi& api,
                                       const std::string& what, const std::string& page,
                                       const std::string& done_url);

// --otp for commands that change something in the registry.
void add_otp_option(CLI::App& app, Context& context);

// A whole JSON document on stdout.
void print_json(const Output& out, const pkg::OrderedJson& json);

}  // namespace gyre::cli
