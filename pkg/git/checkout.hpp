// One commit's package as a folder, for commands that look at a repository without installing it
// (pack, publish). Blocking; any thread.
#pragma once

#include <memory>
#include <string>

#include "pkg/git/packing.hpp"
#include "pkg/git/scratch.hpp"
#include "pkg/interrupt.hpp"

namespace gyre::pkg::git {

struct Checkout {
  std::unique_ptr<ScratchFolder> scratch;  // the files go with it
  PreparedFolder prepared;
  std::string resolved;  // what a lockfile would record
};

// `spec` is of kind kGit. `interrupts` may be null; a signal is ECANCELED. Errors as git's,
// ENOTCACHED when the network is not to be used.
Result<Checkout> check_out_package(const Spec& spec, const Options& options,
                                   const GitPreparation& preparation, Interrupts* interrupts);

}  // namespace gyre::pkg::git
