// What only a project's own package.json may say about its whole tree: overrides, yarn's
// resolutions, catalogs, the minimum release age. Internal to parse_manifest. Pure.
#pragma once

#include <string>
#include <string_view>

#include "pkg/manifest/manifest.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// EPKGJSON for a wrong shape.
Status read_project_rules(const OrderedJson& json, const std::string& path, Manifest& manifest);

// "90" (minutes), "24h", "3d", "2w"; nothing for anything else.
std::optional<std::chrono::minutes> parse_age(std::string_view text);

}  // namespace gyre::pkg
