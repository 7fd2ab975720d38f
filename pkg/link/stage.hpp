// Puts one package's files from the store into a folder that nobody uses yet; package.json comes
// last, as the mark of completeness. Any thread.
#pragma once

#include <string>

#include "pkg/link/mode.hpp"
#include "pkg/store/store.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// `target` is made with its parents; packages nested in it may be there already.
Status stage_package(const StoreEntry& entry, const std::string& target, LinkModes& modes);

}  // namespace gyre::pkg
