// What became of a foreign lockfile: its versions as the resolver takes them, and afterwards what
// could not be kept. Pure.
#pragma once

#include <string>
#include <vector>

#include "pkg/import/foreign_lock.hpp"
#include "pkg/resolve/ideal.hpp"

namespace gyre::pkg {

PreferredVersions preferred_versions(const ForeignLock& lock);

// One sentence each: versions that changed, packages that are gone, entries without a registry.
// EINTEGRITY: the registry's hash of a package is not the one that was locked.
Result<std::vector<std::string>> import_differences(const ForeignLock& lock, const Tree& tree);

}  // namespace gyre::pkg
