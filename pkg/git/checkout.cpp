#include "pkg/git/checkout.hpp"

#include "pkg/git/repository.hpp"
#include "pkg/registry/url.hpp"
#include "runtime/base/defer.hpp"

namespace gyre::pkg::git {
namespace {

// A checkout may take as many times the time of a request.
constexpr int kPatience = 5;

}  // namespace

Result<Checkout> check_out_package(const Spec& spec, const Options& options,
                                   const GitPreparation& preparation, Interrupts* interrupts) {
  if (options.offline) {
    return Error(Code::ENOTCACHED,
                 printable_url(spec.raw) +
                     ": the network is not to be used, and repositories are "
                     "not kept",
                 "run without --offline");
  }
  std::atomic<bool> stop{false};
  if (interrupts != nullptr) interrupts->set_handler([&stop](int, bool) { stop = true; });
  const Defer quiet([interrupts] {
    if (interrupts != nullptr) interrupts->set_handler(nullptr);
  });
  Checkout checkout;
  checkout.scratch = std::make_unique<ScratchFolder>(scratch_path(options, "pack"));
  GYRE_TRY(checkout.scratch->create());
  const std::string refs = checkout.scratch->path() + "/refs";
  const std::string files = checkout.scratch->path() + "/files";
  GYRE_TRY(make_directories(refs));
  GYRE_TRY(make_directories(files));
  std::string commit = spec.git_committish;
  if (!is_commit(commit)) {
    GYRE_ASSIGN(commit, resolve(spec, refs, {options.fetch_timeout, &stop}));
  }
  GYRE_TRY(check_out(spec, commit, files, {options.fetch_timeout * kPatience, &stop}));
  checkout.resolved = resolved_text(spec, commit);
  GYRE_ASSIGN(checkout.prepared, prepare({files, spec, checkout.resolved, {}}, preparation, stop));
  return checkout;
}

}  // namespace gyre::pkg::git
