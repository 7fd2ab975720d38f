// GitFetcher: gets packages out of repositories into the store: finds the commit, gets its files
// (an archive of the host where it offers one, else git), runs `prepare` where that is allowed,
// packs them as `npm pack` would, and stores that. Each commit once. Owner's thread only;
// callbacks come from the owner's mailbox, git runs on the pool.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "pkg/git/command.hpp"
#include "pkg/options.hpp"
#include "pkg/registry/once_map.hpp"
#include "pkg/registry/transport.hpp"
#include "pkg/spec/spec.hpp"
#include "pkg/store/fetch.hpp"
#include "pkg/store/store.hpp"
#include "workers/channel/mailbox.hpp"
#include "workers/pool/thread_pool.hpp"

namespace gyre::pkg {

struct GitPackage {
  StoreEntry entry;
  std::string resolved;    // for the lockfile
  std::string unprepared;  // the prepare script that was not allowed to run, if any
};

// Runs a package's prepare script, after its development dependencies are installed, in `folder`.
// Called on pool threads.
struct GitPreparation {
  std::function<bool(const std::string& package_name, const std::string& resolved)> is_allowed;
  std::function<Status(const std::string& folder, const std::string& resolved,
                       const std::atomic<bool>& stop)>
      run;
};

class GitFetcher {
 public:
  using Outcome = Result<GitPackage>;
  using Callback = std::function<void(const Outcome&)>;

  // All outlive the fetcher.
  GitFetcher(const Options& options, Store& store, LazyTransport& transport,
             workers::ThreadPool& pool, std::shared_ptr<workers::Mailbox> mailbox,
             GitPreparation preparation);

  // `spec` is of kind kGit: as a manifest has it, or a lockfile's `resolved`.
  void fetch(const Spec& spec, Callback done);
  // Ends the git processes that run; what still waits fails with ECANCELED.
  void cancel() { stop_->store(true, std::memory_order_relaxed); }
  size_t pending() const { return once_.pending(); }

 private:
  struct Job;
  using JobPtr = std::shared_ptr<Job>;
  void resolve(JobPtr job);
  void look_up(JobPtr job);
  void download(JobPtr job);
  void check_out(JobPtr job);
  void finish(JobPtr job, Outcome outcome);

  const Options& options_;
  Store& store_;
  LazyTransport& transport_;
  workers::ThreadPool& pool_;
  std::shared_ptr<workers::Mailbox> mailbox_;
  std::shared_ptr<const GitPreparation> preparation_;
  std::shared_ptr<std::atomic<bool>> stop_;
  OnceMap<Outcome> once_;
};

// Whether a lockfile's `resolved` names a repository.
bool is_git_resolved(std::string_view resolved);

}  // namespace gyre::pkg
