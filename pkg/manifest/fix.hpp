// What `gyre pkg fix` corrects in a package.json: what registries and installers would otherwise
// correct each time they read it. Pure.
#pragma once

#include <string>
#include <vector>

#include "pkg/manifest/manifest.hpp"

namespace gyre::pkg {

// Changes `document` in place; says what was changed, one sentence each.
std::vector<std::string> fix_manifest(OrderedJson& document);

}  // namespace gyre::pkg
