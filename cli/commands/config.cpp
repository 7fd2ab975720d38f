// gyre config set | get | delete | list | edit | fix
#include "cli/commands/command.hpp"
#include "cli/process.hpp"
#include "cli/registry_session.hpp"
#include "cli/version.hpp"
#include "pkg/config/definitions.hpp"
#include "pkg/config/edit.hpp"
#include "pkg/config/sources.hpp"
#include "pkg/files.hpp"
#include "pkg/registry/url.hpp"

namespace gyre::cli {
namespace {

using pkg::OrderedJson;
using Words = std::vector<std::string>;

struct Parameters {
  Words words;
  std::string location;
  bool is_global = false, is_long = false;
};

constexpr const char* kProtected = "(protected)";

bool has_secret(const std::string& key, const std::string& value) {
  return pkg::is_secret_setting(key) || pkg::printable_url(value) != value;
}

// A value as it may be shown: without what logs in.
std::string shown_value(const std::string& key, const std::string& value) {
  if (pkg::is_secret_setting(key)) return kProtected;
  const bool is_url = value.find("://") != std::string::npos;
  return pkg::typed_setting(key, is_url ? pkg::printable_url(value) : value).dump();
}

class Settings {
 public:
  Settings(const Context& context, pkg::Options options)
      : options_(std::move(options)), all_(all_settings(context, options_)) {}

  const pkg::Options& options() const { return options_; }
  const pkg::AllSettings& all() const { return all_; }
  const std::vector<pkg::SettingsSource>& sources() const { return all_.sources(); }
  const pkg::SettingsSource* winner(const std::string& key) const { return all_.winner(key); }
  // What a setting is without anything set.
  OrderedJson standard(const std::string& key) const {
    const std::pair<const char*, std::string> of_machine[] = {
        {"cache", options_.cache_dir},
        {"userconfig", all_.user_config()},
        {"globalconfig", all_.global_configs()[0]},
        {"prefix", options_.project_dir},
        {"store", options_.store_dir},
        {"user-agent", options_.user_agent},
        {"cafile", options_.ca_file},
        {"proxy", pkg::printable_url(options_.proxy)},
        {"https-proxy", pkg::printable_url(options_.https_proxy)}};
    for (const auto& [name, value] : of_machine) {
      if (key == name) return value.empty() ? OrderedJson(nullptr) : OrderedJson(value);
    }
    const pkg::SettingDefinition* definition = pkg::find_setting(key);
    if (definition == nullptr) return nullptr;
    return OrderedJson::parse(definition->default_json, nullptr, false);
  }
  OrderedJson value(const std::string& key) const {
    const pkg::SettingsSource* source = winner(key);
    if (source == nullptr) return standard(key);
    return pkg::typed_setting(key, source->settings.at(key));
  }

 private:
  pkg::Options options_;
  pkg::AllSettings all_;
};

// ---- reading

void list_text(const Output& out, const Settings& settings, bool is_long) {
  for (const pkg::SettingsSource& source : settings.sources()) {
    if (source.settings.empty()) continue;
    out.print("; \"" + source.name + "\" config from " + source.path + "\n");
    for (const auto& [key, value] : source.settings) {
      const pkg::SettingsSource* winner = settings.winner(key);
      const std::string line = key + " = " + shown_value(key, value);
      out.print(winner == &source ? line : "; " + line + " ; overridden by " + winner->name);
    }
    out.print("");
  }
  if (is_long) {
    out.print("; \"default\" config from default values\n");
    for (const pkg::SettingDefinition& definition : pkg::setting_definitions()) {
      const std::string key(definition.name);
      const pkg::SettingsSource* winner = settings.winner(key);
      const OrderedJson standard = settings.standard(key);
      const std::string line =
          key + " = " + (pkg::is_secret_setting(key) ? kProtected : standard.dump());
      out.print(winner == nullptr ? line : "; " + line + " ; overridden by " + winner->name);
    }
    return;
  }
  const char* home = std::getenv("HOME");
  out.print("; gyre version = " + std::string(kVersion));
  out.print("; node version = v" + settings.options().platform.node_version);
  out.print("; local prefix = " + settings.options().project_dir);
  out.print("; cwd = " + settings.options().working_dir);
  out.print("; HOME = " + std::string(home == nullptr ? "" : home));
  out.print("; Run `gyre config ls -l` to show all defaults.");
}

void list_json(const Output& out, const Settings& settings) {
  OrderedJson json = OrderedJson::object();
  std::set<std::string> names;
  for (const auto& source : settings.sources()) {
    for (const auto& [key, value] : source.settings) names.insert(key);
  }
  for (const auto& definition : pkg::setting_definitions()) names.emplace(definition.name);
  for (const std::string& name : names) {
    OrderedJson value = settings.value(name);
    const std::string text = value.is_string() ? value.get<std::string>() : std::string();
    if (!has_secret(name, text)) json[name] = std::move(value);
  }
  print_json(out, json);
}

void list(Context& context, const Settings& settings, bool is_long) {
  if (context.out.is_json) return list_json(context.out, settings);
  list_text(context.out, settings, is_long);
}

void get(Context& context, const Settings& settings, const Words& keys) {
  OrderedJson json = OrderedJson::object();
  for (const std::string& key : keys) {
    const OrderedJson value = settings.value(key);
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (has_secret(key, text)) {
      return context.fail(Error::with_code_name(
          "EPROTECTED", "the setting " + key + " is protected, and cannot be shown"));
    }
    const bool is_known =
        settings.winner(key) != nullptr || pkg::find_setting(key) != nullptr || key == "store";
    json[key] = value;
    if (!context.out.is_json) {
      context.out.print((keys.size() > 1 ? key + "=" : "") + (is_known ? text : "undefined"));
    }
  }
  if (context.out.is_json) print_json(context.out, keys.size() == 1 ? json[keys[0]] : json);
}

// ---- writing

struct Target {
  std::string path;
  pkg::ConfigPrivacy privacy = pkg::ConfigPrivacy::kShared;
};

Result<Target> target_of(const Parameters& parameters, const Settings& settings) {
  std::string location = parameters.location;
  if (location.empty()) location = parameters.is_global ? "global" : settings.all().get("location");
  if (location.empty() || location == "user") {
    return Target{settings.all().user_config(), pkg::ConfigPrivacy::kOwnerOnly};
  }
  if (location == "project") return Target{settings.options().project_dir + "/.npmrc"};
  if (location == "global") return Target{settings.all().global_configs()[0]};
  return Error(Code::EUSAGE,
               "--location must be user, project or global, not \"" + location + "\"");
}

// "key=value" words, or one "key value" pair; a word without "=" sets an empty value.
std::vector<pkg::IniChange> changes_of(const Words& words) {
  std::vector<pkg::IniChange> changes;
  const bool is_pair = words.size() == 2 && words[0].find('=') == std::string::npos;
  if (is_pair) {
    changes.push_back({words[0], words[1].empty(), words[1]});
    return changes;
  }
  for (const std::string& word : words) {
    const size_t equals = word.find('=');
    const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
    changes.push_back({word.substr(0, equals), value.empty(), value});
  }
  return changes;
}

void change(Context& context, const Parameters& parameters, const Settings& settings,
            const std::vector<pkg::IniChange>& changes, bool checks_names) {
  for (const pkg::IniChange& entry : changes) {
    if (!checks_names || pkg::is_known_setting(entry.key)) continue;
    return context.fail(Error(Code::EUSAGE, "`" + entry.key + "` is not a valid npm option",
                              "gyre config list -l shows what there is"));
  }
  auto target = target_of(parameters, settings);
  if (!target) return context.fail(target.error());
  const Status saved = pkg::edit_config_file(target->path, changes, target->privacy);
  if (!saved) context.fail(saved.error());
}

void edit(Context& context, const Parameters& parameters, const Settings& settings) {
  auto target = target_of(parameters, settings);
  if (!target) return context.fail(target.error());
  std::string editor = settings.all().get("editor");
  for (const char* name : {"EDITOR", "VISUAL"}) {
    const char* value = std::getenv(name);
    if (editor.empty() && value != nullptr) editor = value;
  }
  if (editor.empty()) editor = "vi";
  const pkg::ScriptRun run{{"sh", "-c", pkg::with_arguments(editor, {target->path})},
                           settings.options().working_dir,
                           {},
                           pkg::ScriptOutput::kInherit};
  pkg::ScriptRun with_environment = run;
  for (const auto& [name, value] : pkg::process_environment()) {
    with_environment.environment.push_back(name + "=" + value);
  }
  pkg::Interrupts interrupts;
  auto end = pkg::run_script(with_environment, &interrupts);
  if (!end) return context.fail(end.error());
  if (end->status() == 0) return;
  context.fail(Error(Code::ERR_OPERATION_FAILED,
                     "the editor ended with status " + std::to_string(end->status())));
}

// Credentials without a host are bound to the default registry; what is of no use any more goes.
void fix(Context& context, const Settings& settings) {
  static constexpr const char* kUnbound[] = {"_auth", "_authToken", "username", "_password"};
  const std::string registry = settings.options().registry;
  const std::string prefix = registry.substr(registry.find("//"));
  std::vector<std::string> repaired;
  for (const pkg::SettingsSource& source : settings.sources()) {
    if (source.name != "user" && source.name != "project" && source.name != "global") continue;
    std::vector<pkg::IniChange> changes;
    for (const char* key : kUnbound) {
      const auto found = source.settings.find(key);
      if (found == source.settings.end()) continue;
      changes.push_back({key, true, {}});
      changes.push_back({prefix + ":" + key, false, found->second});
      repaired.push_back("~ `" + std::string(key) + "` renamed to `" + prefix + ":" + key +
                         "` in " + source.name + " config");
    }
    for (const char* key : {"-authtoken", "_authtoken", "always-auth"}) {
      if (!source.settings.contains(key)) continue;
      changes.push_back({key, true, {}});
      repaired.push_back("- `" + std::string(key) + "` deleted from " + source.name + " config");
    }
    if (changes.empty()) continue;
    const Status saved =
        pkg::edit_config_file(source.path, changes, pkg::ConfigPrivacy::kOwnerOnly);
    if (!saved) return context.fail(saved.error());
  }
  if (context.out.is_json) return print_json(context.out, OrderedJson(repaired));
  if (!repaired.empty()) {
    context.out.print("The following configuration problems have been repaired:\n");
  }
  for (const std::string& line : repaired) context.out.print(line);
}

void execute(Context& context, const Parameters& parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  const Settings settings(context, std::move(*options));
  const Words& words = parameters.words;
  const std::string verb = words.empty() ? "list" : words[0];
  const Words rest(words.begin() + (words.empty() ? 0 : 1), words.end());
  if (verb == "list" || verb == "ls" || (verb == "get" && rest.empty())) {
    return list(context, settings, parameters.is_long);
  }
  if (verb == "get") return get(context, settings, rest);
  if (verb == "edit") return edit(context, parameters, settings);
  if (verb == "fix") return fix(context, settings);
  const bool is_deletion = verb == "delete" || verb == "rm" || verb == "del";
  if ((is_deletion || verb == "set") && !rest.empty()) {
    std::vector<pkg::IniChange> changes = changes_of(rest);
    if (is_deletion) {
      changes.clear();
      for (const std::string& key : rest) changes.push_back({key, true, {}});
    }
    return change(context, parameters, settings, changes, !is_deletion);
  }
  context.fail(Error(Code::EUSAGE,
                     "config set <key>=<value>…, get [<key>…], delete <key>…, list, edit, fix"));
}

}  // namespace

void add_config(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("words", parameters->words,
                 "set <key>=<value>…, get [<key>…], delete <key>…, list, edit or fix");
  app.add_option("--location,-L", parameters->location, "user, project or global (user)");
  app.add_flag("--global,-g", parameters->is_global, "The same as --location=global");
  app.add_flag("--long,-l", parameters->is_long, "List the defaults as well");
  add_setting_option(app, context, "--editor", "editor", "Program for edit");
  add_common_options(app, context);
  app.footer(
      "Credentials are never shown.\n\n"
      "Examples:\n"
      "  gyre config list -l\n"
      "  gyre config get registry\n"
      "  gyre config set save-exact=true --location project\n"
      "  gyre config set //npm.example.com/:_authToken=\\${NPM_TOKEN}\n"
      "  gyre config delete proxy");
  app.callback([parameters, &context] { execute(context, *parameters); });
}

}  // namespace gyre::cli
