#include "pkg/registry/lookup.hpp"

#include <chrono>
#include <optional>

namespace gyre::pkg {
namespace {

constexpr std::chrono::milliseconds kLookForSignals{50};

// The threads behind a client, ended in the order in which they use each other.
class Session {
 public:
  explicit Session(const Options& options)
      : mailbox_(workers::Mailbox::create_blocking()), transport_(options, events_) {
    pool_.emplace();
    client_.emplace(options, transport_, *pool_, mailbox_);
  }
  ~Session() {
    if (Transport* transport = transport_.if_started()) transport->cancel();
    client_->close();
    pool_.reset();
    transport_.close();  // its callbacks go through the client
    mailbox_->close();
  }
  RegistryClient& client() { return *client_; }
  void wait() { mailbox_->wait(std::chrono::steady_clock::now() + kLookForSignals); }

 private:
  TransportEvents events_;
  std::shared_ptr<workers::Mailbox> mailbox_;
  LazyTransport transport_;
  std::optional<workers::ThreadPool> pool_;
  std::optional<RegistryClient> client_;
};

}  // namespace

Result<std::map<std::string, PackumentResult>> fetch_packuments(
    const std::vector<std::string>& names, Metadata metadata, const Options& options,
    Interrupts* interrupts) {
  std::map<std::string, PackumentResult> found;
  size_t awaited = 0;
  Session session(options);
  for (const std::string& name : names) {
    const bool is_new = found.emplace(name, Error(Code::ENOTCACHED)).second;
    if (!is_new) continue;
    ++awaited;
    session.client().packument(name, metadata, [&found, &awaited, name](PackumentResult result) {
      found.insert_or_assign(name, std::move(result));
      --awaited;
    });
  }
  while (awaited > 0) {
    if (interrupts && interrupts->signal() != 0)
      return Error::with_code_name("ECANCELED", "interrupted");
    session.wait();
  }
  return found;
}

}  // namespace gyre::pkg
