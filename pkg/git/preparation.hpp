// How repositories are made ready to be packed: who may run scripts for it, and the install that
// runs them. Blocking; pool threads.
#pragma once

#include <string>

#include "pkg/git/fetcher.hpp"
#include "pkg/interrupt.hpp"
#include "pkg/manifest/manifest.hpp"

namespace gyre::pkg::git {

// `manifest`: the document of the project whose trustedDependencies count. It, the options and
// `interrupts` (may be null) outlive the preparation. No executable: nothing may run.
GitPreparation preparation(const OrderedJson& manifest, const Options& options,
                           const std::string& executable, Interrupts* interrupts);

}  // namespace gyre::pkg::git
