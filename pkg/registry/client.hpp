// RegistryClient: asks registries for packuments, through the metadata cache. Disk and parsing run
// on the thread pool, the network on the transport's thread; callbacks come to the owner's mailbox.
// Owner's thread only, unless a function says otherwise.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "pkg/options.hpp"
#include "pkg/registry/http_cache.hpp"
#include "pkg/registry/packument.hpp"
#include "pkg/registry/transport.hpp"
#include "workers/channel/mailbox.hpp"
#include "workers/pool/gate.hpp"
#include "workers/pool/thread_pool.hpp"

namespace gyre::pkg {

// Abbreviated metadata is a tenth of the size but lacks publication times and some fields.
enum class Metadata : uint8_t { kAbbreviated, kFull };

class RegistryClient {
 public:
  using PackumentCallback = std::function<void(Result<std::shared_ptr<const Packument>>)>;

  // All outlive the client.
  RegistryClient(const Options& options, LazyTransport& transport, workers::ThreadPool& pool,
                 std::shared_ptr<workers::Mailbox> mailbox);

  // E401, E403, E404, E429, E5xx, EOTP, EREGISTRYREPLY, ENOTCACHED, or a network error.
  void packument(const std::string& name, Metadata metadata, PackumentCallback done);
  // Before the pool goes: what arrives from now on is let go.
  void close() { gate_.close(); }

 private:
  using Answer = std::shared_ptr<const Packument>;
  struct Lookup;
  struct Found;
  struct FreshReply;
  void ask(std::shared_ptr<Lookup> lookup);
  void refuse(std::shared_ptr<Lookup> lookup, HttpResponse response);
  void read(std::shared_ptr<Lookup> lookup, std::shared_ptr<FreshReply> fresh);
  void take_in(std::shared_ptr<Lookup> lookup, const FreshReply& fresh, Error error);

  const Options& options_;
  LazyTransport& transport_;
  workers::ThreadPool& pool_;
  workers::PoolGate gate_;
  std::shared_ptr<workers::Mailbox> mailbox_;
  std::shared_ptr<const HttpCache> cache_;
};

// What an HTTP status other than success means, in npm's codes. `subject` names what was asked for
// ("left-pad", "the archive of left-pad@1.0.0").
Error registry_error(const HttpResponse& response, const std::string& subject,
                     const Options& options);

}  // namespace gyre::pkg
