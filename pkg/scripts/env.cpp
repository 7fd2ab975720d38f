#include "pkg/scripts/env.hpp"

#include <unistd.h>

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

}  // namespace

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
  const std::string key =
      hash_of(HashAlgorithm::kSha256, as_bytes(executable)).to_hex().substr(0, 16);
  const std::string folder = options.cache_dir + "/node/" + key;
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
  variables["npm_config_user_agent"] = options.user_agent;
  variables["npm_config_local_prefix"] = options.project_dir;
  variables["npm_config_registry"] = options.registry;
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
  const auto path = variables.find("PATH");
  variables["PATH"] = search + (path != variables.end() ? path->second : "/usr/bin:/bin");
  std::vector<std::string> lines;
  for (const auto& [name, value] : variables) lines.push_back(name + "=" + value);
  return lines;
}

}  // namespace gyre::pkg
