// PackageFetcher: gets packages into the store: looks there first, else downloads, checks the hash,
// unpacks. Each archive is fetched once however many ask; what has been downloaded and not yet
// unpacked is bounded. Owner's thread only; callbacks come from the owner's mailbox.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "pkg/options.hpp"
#include "pkg/registry/once_map.hpp"
#include "pkg/registry/transport.hpp"
#include "pkg/store/store.hpp"
#include "workers/channel/mailbox.hpp"
#include "workers/pool/gate.hpp"
#include "workers/pool/thread_pool.hpp"

namespace gyre::pkg {

struct PackageSource {
  std::string name, version;  // checked against the package's own; empty: not checked
  std::string url;            // http(s) URL or absolute path of an archive
  std::string integrity;      // SRI, empty when unknown
};

struct FetchedPackage {
  StoreEntry entry;
  std::string integrity;    // as given, or computed where there was none
  bool was_stored = false;  // nothing had to be downloaded
};

class PackageFetcher {
 public:
  using Outcome = Result<FetchedPackage>;
  using Callback = std::function<void(const Outcome&)>;

  // All outlive the fetcher.
  PackageFetcher(const Options& options, Store& store, LazyTransport& transport,
                 workers::ThreadPool& pool, std::shared_ptr<workers::Mailbox> mailbox);

  void fetch(const PackageSource& source, Callback done);
  size_t pending() const { return once_.pending(); }
  size_t downloads() const {
    std::lock_guard lock(mutex_);
    return downloads_;
  }
  // Before the pool goes: what arrives from now on is let go.
  void close() { gate_.close(); }

 private:
  struct Job;
  using JobPtr = std::shared_ptr<Job>;
  void look_up(JobPtr job);
  void read_local(JobPtr job);
  void download(JobPtr job);
  void start_downloads();
  void send(JobPtr job);
  void arrive(JobPtr job, Result<HttpResponse> response);
  void refuse(JobPtr job, Result<HttpResponse> response);
  void unpack(JobPtr job, Buffer archive, Digest digest);
  void take_in(JobPtr job, const Digest& digest, Result<StoreEntry> entry);
  static bool matches(const Job& job, const Digest& digest);
  static Error mismatch(const Job& job, const Digest& digest);
  void finish(JobPtr job, Outcome outcome);
  void leave_network(const JobPtr& job);

  const Options& options_;
  Store& store_;
  LazyTransport& transport_;
  workers::ThreadPool& pool_;
  workers::PoolGate gate_;
  std::shared_ptr<workers::Mailbox> mailbox_;
  OnceMap<Outcome> once_;
  std::unordered_map<std::string, FetchedPackage> fetched_;

  // What goes on without the owner: the transport's thread hands archives to the pool, and the
  // pool's threads begin the next downloads.
  mutable std::mutex mutex_;
  Transport* sender_ = nullptr;
  std::deque<JobPtr> waiting_;
  size_t downloads_ = 0;
  size_t on_the_way_ = 0;  // downloading or waiting to be unpacked
  size_t held_bytes_ = 0;  // in memory, waiting to be unpacked
};

}  // namespace gyre::pkg
