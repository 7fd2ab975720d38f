// pnpm-workspace.yaml: its catalogs ("catalog:", "catalog:name") beside those of package.json, and
// its workspaces where package.json lists none. The rest of the file is pnpm's business. Blocking.
#pragma once

#include <string>

#include "pkg/manifest/manifest.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// Adds both to `manifest`; what package.json says already stays. No such file: nothing. EPKGJSON
// for a wrong shape or no YAML, with file and line.
Status read_pnpm_workspace(const std::string& project_dir, Manifest& manifest);

// The package.json of a project's root, with what pnpm-workspace.yaml adds to it.
Result<Manifest> load_root_manifest(const std::string& project_dir);

}  // namespace gyre::pkg
