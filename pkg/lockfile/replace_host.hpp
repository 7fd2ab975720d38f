// Where to fetch what a lockfile says comes from somewhere else (the setting
// replace-registry-host). Pure.
#pragma once

#include <string>

#include "pkg/options.hpp"

namespace gyre::pkg {

// `resolved` with the configured registry in place of the host that is to be replaced.
std::string archive_url(const std::string& resolved, const Options& options);

}  // namespace gyre::pkg
