// Reading members of JSON that somebody else wrote: whatever is missing or of another kind reads as
// empty. Pure; the references live as long as the document, or for ever.
#pragma once

#include <string>

#include "pkg/manifest/manifest.hpp"

namespace gyre::pkg {

// The string at `key`, or "".
std::string text_at(const OrderedJson& json, const std::string& key);
// The value at `key`, or null.
const OrderedJson& member(const OrderedJson& json, const std::string& key);
// On one line; bytes that are no UTF-8 are replaced, so that it never throws.
std::string dumped(const OrderedJson& json);

}  // namespace gyre::pkg
