// Tarballs: packed from a folder (the same bytes for the same files, whenever and wherever), made
// from a recipe (also archives no honest tool writes), and read for their package.json. Pure
// functions of bytes and files; any thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/json.hpp"
#include "runtime/base/result.hpp"

namespace gyre::registry_mock {

// Every regular file below `folder` under "package/", in bytewise order, mode 0644 or 0755, with
// npm's fixed time. Links are left out, as npm does.
Result<std::string> pack_folder(const std::string& folder);

// A recipe: {"entries": [{"name", "content", "type", "link", "mode", "size", "repeat"}], "end",
// "gzip", "cut", "text", "random", "packageJson"}; see the README. `manifest` becomes
// package/package.json unless the recipe has that entry or says "packageJson": false.
Result<std::string> pack_recipe(const json::Value& recipe, const json::Object& manifest);

// The package.json of an archive: the shallowest one. EPKGJSON when there is none.
Result<json::Value> manifest_in(std::string_view archive);

}  // namespace gyre::registry_mock
