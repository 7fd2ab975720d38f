// Settings from .npmrc files (project, user, global), npm_config_* variables and defaults, in npm's
// precedence: flags (the caller's), environment, project, user, global. Any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pkg/options.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

using Environment = std::map<std::string, std::string>;
Environment process_environment();

// npm_config_* variables as settings.
std::map<std::string, std::string> environment_settings(const Environment& environment);
// Where global settings are looked for, by the settings globalconfig and prefix (empty: not set).
std::vector<std::string> global_config_paths(const std::string& global, const std::string& prefix);

struct IniEntry {
  std::string key;
  std::string value;
  bool is_array_item = false;  // key[]=value
};

// ini text as npm reads it: comments, quotes, `key[]`, ${VAR} expansion (an unset one stays as is).
std::vector<IniEntry> parse_ini(std::string_view text, const Environment& environment);

struct ConfigSources {
  std::string working_dir;  // project folder is looked up from here
  Environment environment;
  std::map<std::string, std::string> flags;  // npm option name -> value, strongest
};

// Everything resolved. Finds the project folder as npm does (nearest package.json or node_modules,
// or the workspace root above it).
Result<Options> load_options(const ConfigSources& sources);
// Nearest ancestor with a package.json or node_modules, else `working_dir`.
std::string find_project_dir(const std::string& working_dir);

}  // namespace gyre::pkg
