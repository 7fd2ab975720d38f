#include "pkg/scripts/env.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <map>
#include <nlohmann/json.hpp>

#include "pkg/files.hpp"
#include "pkg/store/integrity.hpp"

extern char** environ;

namespace gyre::pkg {
namespace {

using Json = nlohmann::ordered_json;
using Variables = std::map<std::string, std::string>;

Variables own_environment() {
  Variables variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=', 1);
    if (equals == std::string_view::npos) continue;
    const std::string name(text.substr(0, equals));
    // An outer script's facts are not this one's.
    if (name.starts_with("npm_package_") || name.starts_with("npm_lifecycle_")) continue;
    variables[name] = text.substr(equals + 1);
  }
  return variables;
}

void add_json(const Json& value, const std::string& name, Variables& variables, int depth = 0) {
  if (depth > 16) return;
  if (value.is_object() || value.is_array()) {
    size_t index = 0;
    for (const auto& item : value.items()) {
      const std::string key = value.is_array() ? std::to_string(index++) : item.key();
      add_json(item.value(), name + "_" + key, variables, depth + 1);
    }
  } else if (value.is_string()) {
    variables[name] = value.get<std::string>();
  } else if (value.is_null() || value == false) {
    variables[name] = "";
  } else {
    variables[name] = value.dump();
  }
}

void add_package(const std::string& folder, Variables& variables) {
  const std::string path = folder + "/package.json";
  auto text = read_file(path);
  if (!text) return;
  const Json json = Json::parse(*text, nullptr, false);
  if (!json.is_object()) return;
  variables["npm_package_json"] = path;
  for (const char* key : {"name", "version", "config", "engines", "bin"}) {
    const auto found = json.find(key);
    if (found != json.end()) add_json(*found, std::string("npm_package_") + key, variables);
  }
}

std::string first_bin_name(const std::string& folder) { return folder + "/node_modules/.bin"; }

// "strict-ssl" -> "npm_config_strict_ssl"; the first character keeps a dash as npm's does.
std::string setting_variable(const std::string& key) {
  std::string name = key;
  if (!name.empty()) std::replace(name.begin() + 1, name.end(), '-', '_');
  return "npm_config_" + name;
}

void add_settings(const ScriptContext& context, const Options& options, Variables& variables) {
  for (const auto& [key, value] : options.given_settings) variables[setting_variable(key)] = value;
  const std::string prefix = global_prefix(context.executable, options);
  auto set = [&variables](const char* name, const std::string& value) {
    variables[std::string("npm_config_") + name] = value;
  };
  set("user_agent", options.user_agent);
  set("local_prefix", options.project_dir);
  set("global_prefix", prefix);
  set("prefix", prefix);
  set("registry", options.registry);
  set("cache", options.cache_dir);
  set("userconfig", options.user_config);
  set("globalconfig",
      options.global_config.empty() ? prefix + "/etc/npmrc" : options.global_config);
  std::string hosts;
  for (const std::string& host : options.no_proxy) hosts += (hosts.empty() ? "" : ",") + host;
  set("noproxy", hosts);
  const char* no_color = ::getenv("NO_COLOR");
  variables["COLOR"] = ::isatty(1) == 1 && (no_color == nullptr || *no_color == 0) ? "1" : "0";
  variables["EDITOR"] = options.editor;
}

// What npm tells scripts of installed packages about their place in the lockfile.
void add_node(const Node& node, Variables& variables) {
  variables["npm_package_resolved"] = node.resolved;
  variables["npm_package_integrity"] = node.integrity;
  auto flag = [&variables](const char* name, bool value) {
    if (value) variables[std::string("npm_package_") + name] = "1";
  };
  flag("dev", node.flags.dev);
  flag("optional", node.flags.optional);
  flag("peer", node.flags.peer);
  flag("dev_optional", node.flags.dev_optional);
}

bool is_program(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

std::string find_in_path(const std::string& name) {
  const char* variable = ::getenv("PATH");
  const std::string search = variable != nullptr ? variable : "";
  for (size_t at = 0; at < search.size();) {
    const size_t end = std::min(search.find(':', at), search.size());
    const std::string path = search.substr(at, end - at) + "/" + name;
    if (is_program(path)) return path;
    at = end + 1;
  }
  return {};
}

// Cache folder for files that belong to this very executable.
std::string own_folder(const char* kind, const std::string& executable, const Options& options) {
  const std::string key =
      hash_of(HashAlgorithm::kSha256, as_bytes(executable)).to_hex().substr(0, 16);
  return options.cache_dir + "/" + kind + "/" + key;
}

// `node-gyp` on PATH for those who named another one: a script of node's, or any program.
constexpr const char* kChosenNodeGyp =
    "#!/bin/sh\n"
    "if [ -x \"$npm_config_node_gyp\" ]; then exec \"$npm_config_node_gyp\" \"$@\"; fi\n"
    "exec node \"$npm_config_node_gyp\" \"$@\"\n";

// Once for each gyre; what is there already is ours.
Status write_program(const std::string& path, const std::string& text) {
  if (is_program(path)) return ok();
  GYRE_TRY(make_directories(path.substr(0, path.rfind('/'))));
  GYRE_TRY(write_file_atomically(path, text, Durability::kNone));
  if (::chmod(path.c_str(), 0755) != 0) return Error::from_errno("chmod", path);
  return ok();
}

std::string quoted_for_js(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string global_prefix(const std::string& executable, const Options& options) {
  if (!options.global_prefix.empty()) return options.global_prefix;
  std::string prefix = executable;
  for (int i = 0; i < 2 && prefix.rfind('/') != std::string::npos; ++i) {
    prefix.resize(prefix.rfind('/'));
  }
  return prefix.empty() ? "/usr/local" : prefix;
}

Result<NodeGyp> find_node_gyp(const std::string& executable, const Options& options) {
  NodeGyp found;
  found.script = options.node_gyp;
  if (!found.script.empty()) {
    found.folder = own_folder("node-gyp-set", executable, options);
    GYRE_TRY(write_program(found.folder + "/node-gyp", kChosenNodeGyp));
    return found;
  }
  if (const std::string program = find_in_path("node-gyp"); !program.empty()) {
    char resolved[PATH_MAX];
    found.script = ::realpath(program.c_str(), resolved) != nullptr ? resolved : program;
    return found;
  }
  found.folder = own_folder("node-gyp", executable, options);
  found.script = found.folder + "/node-gyp";
  const std::string text =
      "#!/usr/bin/env node\n'use strict';\n"
      "const { spawnSync } = require('node:child_process');\n"
      "const args = ['x', '--yes', 'node-gyp@latest', ...process.argv.slice(2)];\n"
      "const run = spawnSync(" +
      quoted_for_js(executable) +
      ", args, { stdio: 'inherit' });\n"
      "if (run.signal) process.kill(process.pid, run.signal);\n"
      "process.exitCode = run.status ?? 1;\n";
  GYRE_TRY(write_program(found.script, text));
  return found;
}

std::vector<std::string> bin_folders(const std::string& folder) {
  std::vector<std::string> folders;
  std::string at = folder;
  while (true) {
    // Inside node_modules the folder itself holds no modules of its own.
    if (!at.ends_with("/node_modules")) folders.push_back(first_bin_name(at == "/" ? "" : at));
    const size_t slash = at.rfind('/');
    if (slash == std::string::npos || at == "/") return folders;
    at = slash == 0 ? "/" : at.substr(0, slash);
  }
}

Result<std::string> node_link_folder(const std::string& executable, const Options& options) {
  const std::string folder = own_folder("node", executable, options);
  const std::string link = folder + "/node";
  char target[PATH_MAX];
  const ssize_t size = ::readlink(link.c_str(), target, sizeof target);
  if (size > 0 && std::string_view(target, static_cast<size_t>(size)) == executable) return folder;
  GYRE_TRY(make_directories(folder));
  const std::string temporary = link + "." + std::to_string(::getpid());
  if (::symlink(executable.c_str(), temporary.c_str()) != 0) {
    return Error::from_errno("symlink", executable, temporary);
  }
  if (::rename(temporary.c_str(), link.c_str()) != 0) return Error::from_errno("rename", link);
  return folder;
}

std::vector<std::string> script_environment(const ScriptContext& context, const Options& options) {
  Variables variables = own_environment();
  add_package(context.package_folder, variables);
  if (!context.event.empty()) {
    variables["npm_lifecycle_event"] = context.event;
    variables["npm_lifecycle_script"] = context.command;
  }
  variables["npm_command"] = context.npm_command;
  variables["npm_execpath"] = context.executable;
  if (context.node != nullptr) add_node(*context.node, variables);
  add_settings(context, options, variables);
  variables["INIT_CWD"] = options.working_dir;
  variables["npm_node_execpath"] = context.executable;
  variables["NODE"] = context.executable;
  std::string search;
  if (auto folder = node_link_folder(context.executable, options)) {
    search = *folder + ":";
    variables["npm_node_execpath"] = variables["NODE"] = *folder + "/node";
  }
  for (const std::string& folder : context.extra_bin_folders) search += folder + ":";
  for (const std::string& folder : bin_folders(context.package_folder)) search += folder + ":";
  if (auto gyp = find_node_gyp(context.executable, options)) {
    variables["npm_config_node_gyp"] = gyp->script;
    if (!gyp->folder.empty()) search += gyp->folder + ":";
  }
  const auto path = variables.find("PATH");
  variables["PATH"] = search + (path != variables.end() ? path->second : "/usr/bin:/bin");
  for (const auto& [name, value] : context.variables) variables[name] = value;
  std::vector<std::string> lines;
  for (const auto& [name, value] : variables) lines.push_back(name + "=" + value);
  return lines;
}

}  // namespace gyre::pkg
