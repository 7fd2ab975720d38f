// Reading of one entry of a lockfile's "packages" (or of a package.json) with simdjson. Internal.
#pragma once

#include <cstdint>
#include <string_view>

#include "pkg/registry/json_text.hpp"
#include "pkg/tree/node.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// kManifest: a package.json. What only a lockfile can say (flags, where it came from) is not read
// from it.
enum class EntryKind : uint8_t { kLockfile, kManifest };

// Fills what the entry has; values of an unexpected type count as absent. Errors: EINVALIDBIN.
// `whole` becomes false when the JSON is broken.
Status read_entry(od::value value, TextArena& arena, EntryKind kind, Node& node, bool& whole);

}  // namespace gyre::pkg
