// Locations: paths relative to the project folder, with "/" and without "." parts. Pure.
#pragma once

#include <string>
#include <string_view>

#include "pkg/resolve/graph.hpp"

namespace gyre::pkg::resolve {

// "packages/a" + "../b" -> "packages/b". An absolute path stays absolute.
std::string join_location(std::string_view base, std::string_view path);
std::string absolute_location(std::string_view project_dir, std::string_view location);
// The location of the project, workspace or linked folder that `node` is or lies in.
std::string base_location(const GraphNode& node);

}  // namespace gyre::pkg::resolve
