#include "pkg/config/sources.hpp"

#include "pkg/files.hpp"

namespace gyre::pkg {
namespace {

std::string home_npmrc(const Environment& environment) {
  const auto home = environment.find("HOME");
  const bool has_home = home != environment.end() && !home->second.empty();
  return (has_home ? home->second : "/root") + "/.npmrc";
}

}  // namespace

void AllSettings::add_file(const char* name, const std::string& path,
                           const Environment& environment) {
  auto text = read_file(path);
  if (!text) return;
  SettingsSource source{name, path, {}};
  for (const IniEntry& entry : parse_ini(*text, environment)) {
    std::string& value = source.settings[entry.key];
    value = entry.is_array_item && !value.empty() ? value + "," + entry.value : entry.value;
  }
  sources_.push_back(std::move(source));
}

AllSettings AllSettings::load(const ConfigSources& sources, const Options& options) {
  AllSettings all;
  all.sources_.push_back({"cli", "command line options", sources.flags});
  all.sources_.push_back({"env", "environment", environment_settings(sources.environment)});
  const std::string project = options.project_dir + "/.npmrc";
  all.add_file("project", project, sources.environment);
  all.user_config_ = all.get("userconfig");
  if (all.user_config_.empty()) all.user_config_ = home_npmrc(sources.environment);
  if (all.user_config_ == project) {
    // npm reads it once, as the user's.
    if (all.sources_.back().name == "project") all.sources_.back().name = "user";
  } else {
    all.add_file("user", all.user_config_, sources.environment);
  }
  all.global_configs_ = global_config_paths(all.get("globalconfig"), all.get("prefix"));
  for (const std::string& path : all.global_configs_) {
    all.add_file("global", path, sources.environment);
  }
  return all;
}

const SettingsSource* AllSettings::winner(const std::string& name) const {
  for (const SettingsSource& source : sources_) {
    if (source.settings.contains(name)) return &source;
  }
  return nullptr;
}

std::string AllSettings::get(const std::string& name) const {
  const SettingsSource* source = winner(name);
  if (source == nullptr) return {};
  const std::string& value = source->settings.at(name);
  return value == "null" ? std::string() : value;
}

}  // namespace gyre::pkg
