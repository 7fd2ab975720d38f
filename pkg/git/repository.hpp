// Repository: what installing needs of a remote repository: the commit a specifier means, and that
// commit's files in a folder. Blocking; any thread.
#pragma once

#include <string>

#include "pkg/git/command.hpp"
#include "pkg/git/refs.hpp"
#include "pkg/spec/spec.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg::git {

// The commit. Hosted repositories are tried over https, then ssh. `scratch` is a folder that may be
// filled.
Result<std::string> resolve(const Spec& spec, const std::string& scratch, const Limits& limits);

// The files of `commit` in `folder`, which must exist and be empty: as few objects as the server
// allows are fetched; no submodules, no hooks, no repository configuration.
Status check_out(const Spec& spec, const std::string& commit, const std::string& folder,
                 const Limits& limits);

// What a lockfile records for `spec` at `commit`: "git+ssh://git@github.com/u/r.git#<commit>".
std::string resolved_text(const Spec& spec, const std::string& commit);

}  // namespace gyre::pkg::git
