// Metadata of many packages at once, for commands that only ask. Blocking: one thread drives the
// requests until all are answered.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pkg/interrupt.hpp"
#include "pkg/options.hpp"
#include "pkg/registry/client.hpp"

namespace gyre::pkg {

using PackumentResult = Result<std::shared_ptr<const Packument>>;

// By name; each name once. ECANCELED when `interrupts` (may be null) tells of a signal.
Result<std::map<std::string, PackumentResult>> fetch_packuments(
    const std::vector<std::string>& names, Metadata metadata, const Options& options,
    Interrupts* interrupts);

}  // namespace gyre::pkg
