// The "dependencies" of lockfile versions 1 and 2: packages nested as they lie in node_modules,
// without their manifests. Pure; any thread.
#pragma once

#include "pkg/manifest/manifest.hpp"
#include "pkg/options.hpp"
#include "pkg/tree/node.hpp"

namespace gyre::pkg {

// Members in no order. Null when the project has no packages at all.
OrderedJson legacy_dependencies(const Tree& tree, const Options& options);

}  // namespace gyre::pkg
