// The trust root of Sigstore's public instance (the JSON of sigstore_trusted_root.json beside this
// file, compiled in). Pure.
#pragma once

#include <string_view>

namespace gyre::pkg {

std::string_view sigstore_root();

}  // namespace gyre::pkg
