#include "pkg/config/npmrc.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <functional>

#include "pkg/config/ini_values.hpp"
#include "pkg/files.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/registry/release_age.hpp"
#include "pkg/workspace/pnpm_workspace.hpp"
#include "pkg/workspace/workspace.hpp"

extern char** environ;

namespace gyre::pkg {
namespace {

constexpr std::chrono::minutes kDefaultReleaseAge{24 * 60};
constexpr uint64_t kLongestAge = uint64_t{36'500} * 24 * 60;  // minutes

// Settings by key, strongest source already applied. Arrays keep all items of the strongest source.
using Settings = std::map<std::string, std::vector<std::string>>;

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string lookup(const Environment& environment, const std::string& name) {
  auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

// npm_config_fetch_retries -> fetch-retries; keys of a host ("//…") and scopes stay as they are.
Settings settings_from_environment(const Environment& environment) {
  Settings out;
  for (const auto& [name, value] : environment) {
    if (value.empty() || lower_case(name.substr(0, 11)) != "npm_config_") continue;
    std::string key = name.substr(11);
    if (key.empty()) continue;
    if (!key.starts_with("//")) {
      key = lower_case(key);
      std::replace(key.begin() + 1, key.end(), '_', '-');
    }
    out[key] = {value};
  }
  return out;
}

Settings settings_from_file(const std::string& path, const Environment& environment) {
  Settings out;
  Result<std::string> text = read_file(path);
  if (!text) return out;  // an unreadable or missing file configures nothing
  for (IniEntry& entry : parse_ini(*text, environment)) {
    std::vector<std::string>& values = out[entry.key];
    if (!entry.is_array_item) values.clear();
    values.push_back(std::move(entry.value));
  }
  return out;
}

void merge_weaker(Settings& into, Settings weaker) {
  for (auto& [key, values] : weaker) into.emplace(key, std::move(values));
}

std::string first(const Settings& settings, const std::string& key) {
  auto found = settings.find(key);
  return found == settings.end() || found->second.empty() ? std::string() : found->second.back();
}

// Applies settings to Options, one kind of value per helper.
class Reader {
 public:
  explicit Reader(const Settings& settings) : settings_(settings) {}

  void text(const char* key, std::string& out) const {
    std::string value = first(settings_, key);
    if (!value.empty() && value != "null") out = std::move(value);
  }
  void flag(const char* key, bool& out) const {
    std::string value = first(settings_, key);
    if (value == "true" || value == "1")
      out = true;
    else if (value == "false" || value == "0" || value == "null")
      out = false;
  }
  Status number(const char* key, const std::function<void(uint64_t)>& set) const {
    std::string value = first(settings_, key);
    if (value.empty() || value == "null") return ok();
    char* end = nullptr;
    unsigned long long number = std::strtoull(value.c_str(), &end, 10);
    if (*end != '\0' || value[0] == '-')
      return Error(Code::EUSAGE,
                   "the setting " + std::string(key) + " must be a number, not \"" + value + "\"");
    set(number);
    return ok();
  }
  // Comma-separated or repeated.
  std::vector<std::string> list(const char* key) const {
    std::vector<std::string> out;
    auto found = settings_.find(key);
    if (found == settings_.end()) return out;
    for (const std::string& value : found->second) {
      size_t begin = 0;
      while (begin <= value.size()) {
        size_t comma = std::min(value.find(',', begin), value.size());
        std::string item = value.substr(begin, comma - begin);
        item.erase(0, item.find_first_not_of(" \t"));
        item.erase(item.find_last_not_of(" \t") + 1);
        if (!item.empty() && item != "null") out.push_back(std::move(item));
        begin = comma + 1;
      }
    }
    return out;
  }

 private:
  const Settings& settings_;
};

std::string with_slash(std::string url) {
  if (!url.ends_with('/')) url += '/';
  return url;
}

std::string without_protocol(const std::string& url) {
  size_t colon = url.find("://");
  return colon == std::string::npos ? url : url.substr(colon + 1);
}

struct HostKeys {
  std::string token, basic, username, password, cert_file, key_file;
};

void read_credentials(const Settings& settings, Options& options) {
  std::map<std::string, HostKeys> hosts;
  auto assign = [](HostKeys& keys, const std::string& name, const std::string& value) {
    if (name == "_authToken")
      keys.token = value;
    else if (name == "_auth")
      keys.basic = value;
    else if (name == "username")
      keys.username = value;
    else if (name == "_password")
      keys.password = value;
    else if (name == "certfile")
      keys.cert_file = value;
    else if (name == "keyfile")
      keys.key_file = value;
  };
  // Without a host they are the default registry's: an old form that files still hold.
  std::string home = without_protocol(options.registry);
  for (const char* name : {"_authToken", "_auth", "username", "_password"}) {
    std::string value = first(settings, name);
    if (value.empty()) value = first(settings, lower_case(name));
    if (!value.empty()) assign(hosts[home], name, value);
  }
  for (const auto& [key, values] : settings) {
    size_t colon = key.rfind(':');
    if (!key.starts_with("//") || colon == std::string::npos || values.empty()) continue;
    assign(hosts[key.substr(0, colon)], key.substr(colon + 1), values.back());
  }
  for (auto& [host, keys] : hosts) {
    Credentials credentials;
    credentials.cert_file = std::move(keys.cert_file);
    credentials.key_file = std::move(keys.key_file);
    if (!keys.token.empty()) {
      credentials.authorization = "Bearer " + keys.token;
    } else if (!keys.basic.empty()) {
      credentials.authorization = "Basic " + keys.basic;
    } else if (!keys.username.empty() && !keys.password.empty()) {
      std::string pair = keys.username + ':' + decode_base64(keys.password);
      credentials.authorization = "Basic " + encode_base64(pair);
    }
    if (!credentials.empty()) options.credentials[host] = std::move(credentials);
  }
}

void read_registries(const Settings& settings, const Reader& reader, Options& options) {
  reader.text("registry", options.registry);
  options.registry = with_slash(options.registry);
  for (const auto& [key, values] : settings) {
    if (key.starts_with('@') && key.ends_with(":registry") && !values.empty())
      options.scope_registries[key.substr(0, key.size() - 9)] = with_slash(values.back());
  }
}

// PEM texts in npmrc files write their line ends as \n.
std::string with_real_newlines(std::string text) {
  for (size_t at = text.find("\\n"); at != std::string::npos; at = text.find("\\n", at + 1))
    text.replace(at, 2, "\n");
  return text;
}

Status read_transport(const Settings& settings, const Reader& reader,
                      const Environment& environment, Options& options) {
  using std::chrono::milliseconds;
  reader.text("cafile", options.ca_file);
  if (auto found = settings.find("ca"); found != settings.end()) {
    for (const std::string& pem : found->second) {
      if (!pem.empty() && pem != "null") options.ca.push_back(with_real_newlines(pem));
    }
  }
  for (const char* name : {"http_proxy", "HTTP_PROXY"}) {
    if (options.proxy.empty()) options.proxy = lookup(environment, name);
  }
  for (const char* name : {"https_proxy", "HTTPS_PROXY"}) {
    if (options.https_proxy.empty()) options.https_proxy = lookup(environment, name);
  }
  reader.text("proxy", options.proxy);
  reader.text("https-proxy", options.https_proxy);
  if (options.https_proxy.empty()) options.https_proxy = options.proxy;
  options.no_proxy = reader.list("noproxy");
  for (const char* name : {"no_proxy", "NO_PROXY"}) {
    if (!options.no_proxy.empty()) break;
    Settings one{{"noproxy", {lookup(environment, name)}}};
    options.no_proxy = Reader(one).list("noproxy");
  }
  reader.flag("strict-ssl", options.strict_ssl);
  reader.text("user-agent", options.user_agent);
  reader.flag("offline", options.offline);
  reader.flag("prefer-offline", options.prefer_offline);
  reader.flag("prefer-online", options.prefer_online);
  auto set32 = [](uint32_t& out) {
    return [&out](uint64_t n) { out = static_cast<uint32_t>(std::min<uint64_t>(n, UINT32_MAX)); };
  };
  auto set_ms = [](milliseconds& out) {
    return [&out](uint64_t n) { out = milliseconds(std::min<uint64_t>(n, 86'400'000)); };
  };
  GYRE_TRY(reader.number("fetch-retries", set32(options.fetch_retries)));
  GYRE_TRY(reader.number("fetch-retry-factor", set32(options.fetch_retry_factor)));
  GYRE_TRY(reader.number("fetch-retry-mintimeout", set_ms(options.fetch_retry_min_timeout)));
  GYRE_TRY(reader.number("fetch-retry-maxtimeout", set_ms(options.fetch_retry_max_timeout)));
  GYRE_TRY(reader.number("fetch-timeout", set_ms(options.fetch_timeout)));
  return reader.number("maxsockets", set32(options.max_sockets));
}

void read_omit(const Reader& reader, const Environment& environment, Options& options) {
  std::vector<std::string> omit = reader.list("omit");
  bool production = false;
  reader.flag("production", production);
  if (omit.empty() && (production || lookup(environment, "NODE_ENV") == "production"))
    omit.push_back("dev");
  std::vector<std::string> include = reader.list("include");
  auto wanted = [&omit, &include](const char* kind) {
    return std::find(omit.begin(), omit.end(), kind) != omit.end() &&
           std::find(include.begin(), include.end(), kind) == include.end();
  };
  options.omit = {wanted("dev"), wanted("optional"), wanted("peer")};
}

// npm counts days, pnpm minutes.
Status read_release_age(const Reader& reader, Options& options) {
  options.min_release_age = kDefaultReleaseAge;
  auto set = [&options](uint64_t minutes) {
    options.min_release_age = std::chrono::minutes(std::min<uint64_t>(minutes, kLongestAge));
    options.min_release_age_is_default = false;
  };
  GYRE_TRY(reader.number("min-release-age", [&set](uint64_t days) {
    set(std::min<uint64_t>(days, kLongestAge) * 24 * 60);
  }));
  GYRE_TRY(reader.number("minimum-release-age", set));
  for (const char* name : {"min-release-age-exclude", "minimum-release-age-exclude"}) {
    for (std::string& entry : reader.list(name))
      options.min_release_age_exclude.push_back(std::move(entry));
  }
  std::string before;
  reader.text("before", before);
  if (before.empty()) return ok();
  options.before = parse_release_time(before);
  if (!options.before) {
    return Error(Code::EUSAGE, "before: \"" + before + "\" is no date",
                 "Write it as 2024-05-01 or 2024-05-01T12:00:00Z.");
  }
  return ok();
}

template <typename Value>
struct Choice {
  std::string_view name;
  Value value;
};

// A setting with a fixed list of values; the error says them.
template <typename Value, size_t kCount>
Status read_choice(const Reader& reader, const char* key, const Choice<Value> (&choices)[kCount],
                   Value& out) {
  std::string text, names;
  reader.text(key, text);
  if (text.empty()) return ok();
  for (const Choice<Value>& choice : choices) {
    if (choice.name == text) {
      out = choice.value;
      return ok();
    }
    names += (names.empty() ? "" : ", ") + std::string(choice.name);
  }
  return Error(Code::EUSAGE, std::string(key) + " cannot be \"" + text + "\"", "use " + names);
}

constexpr Choice<int> kLockfileVersions[] = {{"1", 1}, {"2", 2}, {"3", 3}, {"null", 0}};

Status read_resolution(const Reader& reader, const Environment& environment, Options& options) {
  reader.text("tag", options.default_tag);
  reader.flag("legacy-peer-deps", options.legacy_peer_deps);
  reader.flag("strict-peer-deps", options.strict_peer_deps);
  reader.flag("force", options.force);
  reader.flag("prefer-dedupe", options.prefer_dedupe);
  reader.flag("engine-strict", options.engine_strict);
  reader.text("os", options.platform.os);
  reader.text("cpu", options.platform.cpu);
  reader.text("libc", options.platform.libc);
  read_omit(reader, environment, options);
  GYRE_TRY(read_release_age(reader, options));
  reader.flag("package-lock", options.package_lock);
  reader.flag("package-lock-only", options.lockfile_only);
  reader.flag("omit-lockfile-registry-resolved", options.omit_lockfile_registry_resolved);
  GYRE_TRY(read_choice(reader, "lockfile-version", kLockfileVersions, options.lockfile_version));
  reader.text("replace-registry-host", options.replace_registry_host);
  reader.flag("bin-links", options.bin_links);
  reader.flag("ignore-scripts", options.ignore_scripts);
  reader.flag("strict-scripts", options.strict_scripts);
  reader.flag("foreground-scripts", options.foreground_scripts);
  reader.text("script-shell", options.script_shell);
  reader.text("node-gyp", options.node_gyp);
  for (const char* name : {"EDITOR", "VISUAL"}) {
    if (const std::string value = lookup(environment, name); !value.empty()) options.editor = value;
  }
  reader.text("editor", options.editor);
  reader.flag("dry-run", options.dry_run);
  reader.flag("save", options.save);
  reader.flag("save-exact", options.save_exact);
  reader.text("save-prefix", options.save_prefix);
  return ok();
}

Status read_linking(const Reader& reader, Options& options) {
  constexpr Choice<LinkMode> kModes[] = {{"auto", LinkMode::kAuto},
                                         {"reflink", LinkMode::kReflink},
                                         {"hardlink", LinkMode::kHardlink},
                                         {"copy", LinkMode::kCopy}};
  // pnpm's name and words for it.
  constexpr Choice<LinkMode> kMethods[] = {{"auto", LinkMode::kAuto},
                                           {"clone", LinkMode::kReflink},
                                           {"clone-or-copy", LinkMode::kAuto},
                                           {"hardlink", LinkMode::kHardlink},
                                           {"copy", LinkMode::kCopy}};
  constexpr Choice<NodeLinker> kStrategies[] = {{"hoisted", NodeLinker::kHoisted},
                                                {"linked", NodeLinker::kIsolated}};
  constexpr Choice<NodeLinker> kLinkers[] = {{"hoisted", NodeLinker::kHoisted},
                                             {"isolated", NodeLinker::kIsolated}};
  GYRE_TRY(read_choice(reader, "package-import-method", kMethods, options.link_mode));
  GYRE_TRY(read_choice(reader, "link-mode", kModes, options.link_mode));
  GYRE_TRY(read_choice(reader, "install-strategy", kStrategies, options.node_linker));
  return read_choice(reader, "node-linker", kLinkers, options.node_linker);
}

uint64_t hash_of_settings(const Settings& settings) {
  std::string text;
  for (const auto& [key, values] : settings) {
    text.append(key).push_back('\0');
    for (const std::string& value : values) text.append(value).push_back('\0');
    text.push_back('\0');
  }
  return std::max<uint64_t>(1, std::hash<std::string>{}(text));
}

std::string home_folder(const Environment& environment) {
  std::string home = lookup(environment, "HOME");
  return home.empty() ? "/root" : home;
}

void set_folders(const Settings& settings, const Environment& environment, Options& options) {
  std::string base = lookup(environment, "GYRE_CACHE");
  if (base.empty()) base = first(settings, "gyre-cache");
  if (base.empty()) {
    std::string xdg = lookup(environment, "XDG_CACHE_HOME");
    base = (xdg.empty() ? home_folder(environment) + "/.cache" : xdg) + "/gyre";
  }
  options.cache_dir = base;
  options.store_dir = lookup(environment, "GYRE_STORE");
  if (options.store_dir.empty()) options.store_dir = base + "/store";
}

bool file_exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::string parent_of(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

std::string nearest_package(const std::string& from) {
  for (std::string dir = from;; dir = parent_of(dir)) {
    if (file_exists(dir + "/package.json") || file_exists(dir + "/node_modules")) return dir;
    if (dir == "/") return from;
  }
}

}  // namespace

Environment process_environment() {
  Environment out;
  for (char** entry = environ; entry && *entry; ++entry) {
    std::string text = *entry;
    size_t equals = text.find('=');
    if (equals != std::string::npos) out.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

std::map<std::string, std::string> environment_settings(const Environment& environment) {
  std::map<std::string, std::string> out;
  for (const auto& [key, values] : settings_from_environment(environment)) out[key] = values.back();
  return out;
}

std::vector<std::string> global_config_paths(const std::string& global, const std::string& prefix) {
  // Scripts of ours are told npm's default path: that is no choice.
  if (!global.empty() && global != prefix + "/etc/npmrc") return {global};
  std::vector<std::string> paths = {"/usr/local/etc/npmrc", "/usr/etc/npmrc", "/etc/npmrc"};
  if (!prefix.empty()) paths.insert(paths.begin(), prefix + "/etc/npmrc");
  return paths;
}

std::string find_project_dir(const std::string& working_dir) {
  std::string nearest = nearest_package(working_dir);
  // Inside a workspace the project is the root that lists it.
  for (std::string dir = nearest; dir != "/";) {
    dir = parent_of(dir);
    if (!file_exists(dir + "/package.json")) continue;
    Result<Manifest> manifest = load_root_manifest(dir);
    if (!manifest || manifest->workspaces.empty()) continue;
    Result<std::vector<LocalPackage>> packages = load_workspaces(dir, manifest->workspaces);
    if (!packages) continue;
    for (const LocalPackage& package : *packages) {
      if (dir + '/' + package.location == nearest) return dir;
    }
  }
  return nearest;
}

Result<Options> load_options(const ConfigSources& sources) {
  const Environment& environment = sources.environment;
  Options options;
  options.working_dir = sources.working_dir;
  Settings settings;
  for (const auto& [key, value] : sources.flags) settings[key] = {value};
  merge_weaker(settings, settings_from_environment(environment));
  std::string prefix = first(settings, "prefix");
  options.project_dir = find_project_dir(sources.working_dir);
  merge_weaker(settings, settings_from_file(options.project_dir + "/.npmrc", environment));
  std::string user = first(settings, "userconfig");
  if (user.empty()) user = home_folder(environment) + "/.npmrc";
  if (user != options.project_dir + "/.npmrc")
    merge_weaker(settings, settings_from_file(user, environment));
  std::string global = first(settings, "globalconfig");
  if (prefix.empty()) prefix = first(settings, "prefix");
  for (const std::string& path : global_config_paths(global, prefix))
    merge_weaker(settings, settings_from_file(path, environment));

  options.user_config = user;
  options.global_config = global.empty() && !prefix.empty() ? prefix + "/etc/npmrc" : global;
  options.global_prefix = prefix.empty() ? lookup(environment, "PREFIX") : prefix;
  for (const auto& [key, value] : sources.flags) {
    if (!key.starts_with('_') && key.find(':') == std::string::npos)
      options.given_settings[key] = value;
  }

  Reader reader(settings);
  options.platform = host_platform();
  set_folders(settings, environment, options);
  read_registries(settings, reader, options);
  read_credentials(settings, options);
  GYRE_TRY(read_transport(settings, reader, environment, options));
  GYRE_TRY(read_resolution(reader, environment, options));
  GYRE_TRY(read_linking(reader, options));
  options.settings_hash = hash_of_settings(settings);
  if (options.user_agent.empty()) {
    options.user_agent = "gyre/0.1.0 node/v" + options.platform.node_version + ' ' +
                         options.platform.os + ' ' + options.platform.cpu;
  }
  return options;
}

}  // namespace gyre::pkg
