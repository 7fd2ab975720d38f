// Where settings come from: the command line, the environment, the project's, the user's and the
// global npmrc, each as it was written. For `gyre config` and for settings that one command alone
// understands; load_options() reads those that installing needs. Values; any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "pkg/config/npmrc.hpp"

namespace gyre::pkg {

struct SettingsSource {
  std::string name;                             // "cli", "env", "project", "user", "global"
  std::string path;                             // of the file; for the others what npm calls them
  std::map<std::string, std::string> settings;  // arrays joined by commas
};

class AllSettings {
 public:
  static AllSettings load(const ConfigSources& sources, const Options& options);

  // Strongest first.
  const std::vector<SettingsSource>& sources() const { return sources_; }
  // The strongest value; empty when there is none or it is null. May be a secret.
  std::string get(const std::string& name) const;
  // The source whose value counts; null: nobody sets it.
  const SettingsSource* winner(const std::string& name) const;
  // Path of the user's npmrc, whether it exists or not.
  const std::string& user_config() const { return user_config_; }
  // Paths of global npmrc files, first the one to write to.
  const std::vector<std::string>& global_configs() const { return global_configs_; }

 private:
  void add_file(const char* name, const std::string& path, const Environment& environment);

  std::vector<SettingsSource> sources_;
  std::string user_config_;
  std::vector<std::string> global_configs_;
};

}  // namespace gyre::pkg
