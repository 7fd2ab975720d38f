// The catalogs of pnpm-workspace.yaml: what "catalog:" and "catalog:name" stand for, beside those
// of package.json. Blocking.
#pragma once

#include <string>

#include "pkg/manifest/manifest.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// Adds them to manifest.catalogs; what package.json says already stays. No such file: nothing.
// EPKGJSON for a wrong shape or no YAML, with file and line.
Status read_pnpm_catalogs(const std::string& project_dir, Manifest& manifest);

}  // namespace gyre::pkg
