// Options: every setting an install needs, resolved once from npmrc files, environment and flags.
// Plain data, owned by the command; read-only while an install runs, so any thread may read it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gyre::pkg {

// What a registry wants to see of us. Empty members mean "not configured".
struct Credentials {
  std::string authorization;  // the whole header value: "Bearer …" or "Basic …"
  std::string cert_file;      // client certificate and key, PEM paths
  std::string key_file;
  bool empty() const { return authorization.empty() && cert_file.empty(); }
};

enum class LinkMode : uint8_t { kAuto, kReflink, kHardlink, kCopy };

// How node_modules is laid out. kHoisted: npm's flat tree. kIsolated: packages under
// node_modules/.gyre, each seeing nothing but what it depends on, by symlinks.
enum class NodeLinker : uint8_t { kHoisted, kIsolated };

// Kinds of dependencies that --omit/--include/NODE_ENV leave out of node_modules (not of the lock).
struct Omit {
  bool dev = false;
  bool optional = false;
  bool peer = false;
};

// The npm whose behaviour is followed: what devEngines may ask of a package manager.
inline constexpr const char* kNpmVersion = "11.6.0";

// The machine packages are chosen for; process.platform / process.arch names.
struct Platform {
  std::string os = "linux";
  std::string cpu = "x64";
  std::string libc = "glibc";  // "glibc", "musl", or empty where the notion does not apply
  std::string node_version = GYRE_NODE_API_VERSION;  // what `engines.node` is checked against
};
Platform host_platform();

struct Options {
  // Folders; absolute, without a trailing slash.
  std::string project_dir;  // where package.json is (the workspace root)
  std::string working_dir;  // where the command was started
  std::string cache_dir;    // root of the caches: metadata, x, node link
  std::string store_dir;    // shared package contents

  // Registries. `registry` ends with '/'. scope_registries: "@scope" -> URL ending with '/'.
  std::string registry = "https://registry.npmjs.org/";
  std::map<std::string, std::string> scope_registries;
  // "//host[:port]/path/" -> credentials; use credentials_for(), which finds the longest prefix.
  std::map<std::string, Credentials> credentials;

  // Transport.
  std::string ca_file;
  std::vector<std::string> ca;  // PEM texts
  std::string proxy, https_proxy;
  std::vector<std::string> no_proxy;
  bool strict_ssl = true;
  std::string user_agent;
  uint32_t fetch_retries = 2;
  uint32_t fetch_retry_factor = 4;
  std::chrono::milliseconds fetch_retry_min_timeout{250};
  std::chrono::milliseconds fetch_retry_max_timeout{20'000};
  std::chrono::milliseconds fetch_timeout{60'000};  // without progress
  uint32_t max_sockets = 48;
  bool offline = false;         // never touch the network
  bool prefer_offline = false;  // use the cache without asking whether it is fresh
  bool prefer_online = false;   // always revalidate

  // Resolution.
  std::string default_tag = "latest";
  bool legacy_peer_deps = false;
  bool strict_peer_deps = false;
  bool force = false;
  bool prefer_dedupe = false;
  bool engine_strict = false;
  Omit omit;
  Platform platform;
  std::optional<std::chrono::system_clock::time_point> before;  // ignore later releases
  std::chrono::minutes min_release_age{0};                      // younger releases are left alone
  bool min_release_age_is_default = true;                       // nobody set it: package.json may
  // Names, "@scope/*", "name@1.2.3 || 1.2.4": what may be younger.
  std::vector<std::string> min_release_age_exclude;
  // Versions to take only where a range allows no other: a range for each package's name.
  std::map<std::string, std::string> avoid;

  // Lockfile.
  bool frozen = false;         // fail rather than change the lockfile
  bool package_lock = true;    // read and write package-lock.json
  bool lockfile_only = false;  // write the lockfile, leave node_modules alone
  bool omit_lockfile_registry_resolved = false;
  int lockfile_version = 0;  // 1, 2 or 3; 0: the file's own, where it is 2 or 3, else 3
  std::string replace_registry_host = "npmjs";  // "never", "always", "npmjs" or a host name

  // Linking and scripts.
  LinkMode link_mode = LinkMode::kAuto;
  NodeLinker node_linker = NodeLinker::kHoisted;
  bool bin_links = true;
  bool ignore_scripts = false;
  bool strict_scripts = false;
  bool foreground_scripts = false;  // dependencies' scripts on the terminal, not captured
  std::string script_shell = "sh";
  std::string node_gyp;  // path of node-gyp's script; empty: found when it is needed
  std::string editor = "vi";
  bool dry_run = false;

  // Global installs, and what scripts are told about the configuration.
  std::string global_prefix;                          // empty: decided by where gyre is installed
  std::string user_config, global_config;             // paths of .npmrc files
  std::map<std::string, std::string> given_settings;  // npm_config_* for scripts: this command's

  // Saving (add, remove, update).
  std::string save_prefix = "^";
  bool save = true;
  bool save_exact = false;

  // Of every setting from files, environment and flags, known or not: two installs with the same
  // hash were asked the same. 0: these options were not loaded from anywhere.
  uint64_t settings_hash = 0;

  // URL of the registry that serves `package_name` (its scope's or the default).
  const std::string& registry_for(std::string_view package_name) const;
  // Credentials for `url` by longest "//host/path/" prefix; null when none: send nothing.
  const Credentials* credentials_for(std::string_view url) const;
  // Whether `url` is on the host of a configured registry.
  bool is_registry_host(std::string_view url) const;
};

}  // namespace gyre::pkg
