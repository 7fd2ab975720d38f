#include "pkg/registry/transport.hpp"

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <deque>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <sstream>
#include <thread>

#include "pkg/registry/curl_loop.hpp"
#include "pkg/registry/retry.hpp"
#include "pkg/registry/transfer.hpp"
#include "pkg/registry/url.hpp"

namespace gyre::pkg {
namespace {

// Streams in flight; more only adds memory. Bulk leaves room for the metadata a tree waits for.
constexpr size_t kInFlightLimit = 96;
constexpr size_t kBulkLimit = 64;
// Begun in one go: what has arrived meanwhile is not to wait for all of them.
constexpr int kStartsAtOnce = 8;
constexpr int kTickMs = 500;
// How often all transfers are looked at, however much comes.
constexpr uint64_t kWatchMs = 20;

using TransferPtr = std::unique_ptr<Transfer>;

std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// One PEM text when several sources must be trusted together; empty when libcurl's default or a
// single file does.
std::string collect_ca(const Options& options) {
  std::string bundle;
  for (const std::string& pem : options.ca) bundle += pem + "\n";
  if (!bundle.empty() && !options.ca_file.empty()) bundle += read_whole(options.ca_file);
  const char* extra = std::getenv("NODE_EXTRA_CA_CERTS");
  if (bundle.empty() && options.ca_file.empty() && extra != nullptr && *extra != 0) {
    const std::string system = read_whole("/etc/ssl/certs/ca-certificates.crt");
    const std::string added = read_whole(extra);
    if (!added.empty() && added != system) bundle = system + "\n" + added;
  }
  return bundle;
}

// Whether anything is heard from a host that owes answers.
struct HostWatch {
  size_t active = 0;
  uint64_t heard_ms = 0;
  uint64_t notified_ms = 0;
};

struct Delayed {
  uint64_t due_ms;
  TransferPtr transfer;
};

}  // namespace

struct Transport::Impl {
  const CurlApi& api;
  const Options& options;
  TransportEvents& events;
  TransportTiming timing;
  std::unique_ptr<CurlLoop> loop;
  std::string ca_bundle;
  std::thread thread;

  std::mutex mutex;  // guards submitted
  std::vector<TransferPtr> submitted;
  std::atomic<bool> cancelled{false};
  std::atomic<bool> stopping{false};

  // The transport's thread only.
  std::deque<TransferPtr> metadata, bulk;
  std::vector<TransferPtr> active;
  size_t active_bulk = 0;
  std::vector<Delayed> delayed;
  std::vector<CURL*> idle;
  std::map<std::string, HostWatch> hosts;
  uint64_t watched_ms = 0;
  std::minstd_rand random{std::random_device{}()};

  Impl(const CurlApi& curl, const Options& o, TransportEvents& e, TransportTiming t)
      : api(curl), options(o), events(e), timing(t), ca_bundle(collect_ca(o)) {}

  static uint64_t now() { return Clock::system().monotonic_ms(); }

  void run();
  void accept_submitted();
  void start_due();
  bool start_next();
  bool start_some();
  void start(TransferPtr transfer);
  void reap();
  void finish(TransferPtr transfer, Transfer::Outcome outcome);
  void repeat_later(TransferPtr transfer);
  TransferPtr take_active(CURL* handle);
  void watch();
  void abandon_all();
  void give_back();
  static void refuse(Transfer& transfer) {
    transfer.complete(Error::with_code_name("ECANCELED", "the request was abandoned"));
  }
};

Result<std::unique_ptr<Transport>> Transport::create(const Options& options,
                                                     TransportEvents& events,
                                                     TransportTiming timing) {
  GYRE_ASSIGN(const CurlApi* api, load_curl());
  auto impl = std::make_unique<Impl>(*api, options, events, timing);
  GYRE_ASSIGN(impl->loop, CurlLoop::create(*api));
  CURLM* multi = impl->loop->multi();
  api->multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
  api->multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                    static_cast<long>(std::max<uint32_t>(1, options.max_sockets)));
  api->multi_setopt(multi, CURLMOPT_MAXCONNECTS, 64L);
  Impl* raw = impl.get();
  impl->thread = std::thread([raw] {
    // libcurl is told to leave signals alone: a peer that goes away must not end the process.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    raw->run();
  });
  return std::unique_ptr<Transport>(new Transport(std::move(impl)));
}

Result<Transport*> LazyTransport::get() {
  if (!transport_) {
    GYRE_ASSIGN(transport_, Transport::create(options_, events_));
  }
  return transport_.get();
}

void LazyTransport::retire() {
  if (!transport_) return;
  transport_->stop();
  retired_.push_back(std::move(transport_));
}

void LazyTransport::close() {
  retire();
  retired_.clear();
}

Transport::Transport(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Transport::~Transport() {
  stop();
  impl_->thread.join();
}

void Transport::stop() {
  impl_->stopping = true;
  cancel();
}

void Transport::send(HttpRequest request, HttpCallback done) {
  auto transfer =
      std::make_unique<Transfer>(impl_->api, std::move(request), std::move(done), Impl::now());
  {
    std::lock_guard lock(impl_->mutex);
    impl_->submitted.push_back(std::move(transfer));
    if (impl_->submitted.size() > 1) return;  // the thread has been woken already
  }
  impl_->loop->wake();
}

void Transport::cancel() {
  impl_->cancelled = true;
  impl_->loop->wake();
}

void Transport::Impl::run() {
  while (true) {
    accept_submitted();
    if (cancelled) {
      abandon_all();
      if (stopping) return give_back();
    }
    start_due();
    int timeout = start_some() ? 0 : kTickMs;
    for (const Delayed& entry : delayed) {
      const uint64_t time = now();
      timeout = std::min<int>(timeout, entry.due_ms > time ? int(entry.due_ms - time) : 0);
    }
    if (active.empty() && delayed.empty()) timeout = 60'000;
    loop->turn(timeout);
    reap();
    watch();
  }
}

void Transport::Impl::accept_submitted() {
  std::vector<TransferPtr> fresh;
  {
    std::lock_guard lock(mutex);
    fresh.swap(submitted);
  }
  for (TransferPtr& transfer : fresh) {
    (transfer->is_bulk() ? bulk : metadata).push_back(std::move(transfer));
  }
}

void Transport::Impl::start_due() {
  const uint64_t time = now();
  for (size_t i = 0; i < delayed.size();) {
    if (delayed[i].due_ms > time) {
      ++i;
      continue;
    }
    TransferPtr transfer = std::move(delayed[i].transfer);
    delayed.erase(delayed.begin() + static_cast<ptrdiff_t>(i));
    start(std::move(transfer));
  }
}

bool Transport::Impl::start_next() {
  if (active.size() >= kInFlightLimit) return false;
  if (!metadata.empty()) {
    TransferPtr transfer = std::move(metadata.front());
    metadata.pop_front();
    start(std::move(transfer));
    return true;
  }
  if (bulk.empty() || active_bulk >= kBulkLimit) return false;
  TransferPtr transfer = std::move(bulk.front());
  bulk.pop_front();
  start(std::move(transfer));
  return true;
}

// True: more can be started at once.
bool Transport::Impl::start_some() {
  for (int i = 0; i < kStartsAtOnce; ++i) {
    if (!start_next()) return false;
  }
  return true;
}

void Transport::Impl::start(TransferPtr transfer) {
  CURL* handle = nullptr;
  if (!idle.empty()) {
    handle = idle.back();
    idle.pop_back();
  } else {
    handle = api.easy_init();
  }
  GYRE_CHECK(handle != nullptr);
  const uint64_t time = now();
  transfer->prepare(handle, options, ca_bundle, time);
  HostWatch& watch = hosts[transfer->host()];
  if (watch.active++ == 0) watch.heard_ms = watch.notified_ms = time;
  active_bulk += transfer->is_bulk() ? 1 : 0;
  active.push_back(std::move(transfer));
  api.multi_add_handle(loop->multi(), handle);
}

TransferPtr Transport::Impl::take_active(CURL* handle) {
  auto found = std::find_if(active.begin(), active.end(), [handle](const TransferPtr& transfer) {
    return transfer->handle() == handle;
  });
  GYRE_CHECK(found != active.end());
  TransferPtr transfer = std::move(*found);
  *found = std::move(active.back());
  active.pop_back();
  --hosts[transfer->host()].active;
  active_bulk -= transfer->is_bulk() ? 1 : 0;
  return transfer;
}

void Transport::Impl::reap() {
  int left = 0;
  while (CURLMsg* message = api.multi_info_read(loop->multi(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* handle = message->easy_handle;
    const CURLcode code = message->data.result;
    TransferPtr transfer = take_active(handle);
    if (const size_t bytes = transfer->take_received()) {
      hosts[transfer->host()].heard_ms = now();
      events.on_bytes(bytes);
    }
    const Transfer::Outcome outcome = transfer->finish_try(code, now());
    api.multi_remove_handle(loop->multi(), handle);
    transfer->detach();
    api.easy_reset(handle);
    idle.push_back(handle);
    finish(std::move(transfer), outcome);
  }
}

void Transport::Impl::finish(TransferPtr transfer, Transfer::Outcome outcome) {
  switch (outcome) {
    case Transfer::Outcome::kRedirect:
      start(std::move(transfer));
      return;
    case Transfer::Outcome::kRetry:
      repeat_later(std::move(transfer));
      return;
    case Transfer::Outcome::kDone:
      transfer->complete(transfer->take_response(now()));
      return;
    case Transfer::Outcome::kFailed:
      transfer->complete(transfer->take_error(now()));
      return;
  }
}

void Transport::Impl::repeat_later(TransferPtr transfer) {
  const auto wanted = transfer->retry_after();
  const bool too_long = wanted && *wanted > timing.longest_retry_after;
  if (too_long || !transfer->may_repeat() ||
      transfer->tries() > static_cast<int>(options.fetch_retries)) {
    if (transfer->has_error())
      transfer->complete(transfer->take_error(now()));
    else
      transfer->complete(transfer->take_response(now()));
    return;
  }
  const int next_try = transfer->tries() + 1;
  Milliseconds delay = retry_delay(options, next_try, static_cast<uint32_t>(random()));
  if (wanted) delay = std::max(*wanted, Milliseconds{100});
  events.on_retry(printable_url(transfer->url()), transfer->reason(), next_try, delay);
  delayed.push_back({now() + static_cast<uint64_t>(delay.count()), std::move(transfer)});
}

void Transport::Impl::watch() {
  const uint64_t time = now();
  if (time - watched_ms < kWatchMs) return;
  watched_ms = time;
  size_t bytes = 0;
  for (const TransferPtr& transfer : active) {
    if (const size_t received = transfer->take_received()) {
      bytes += received;
      hosts[transfer->host()].heard_ms = time;
    }
    transfer->note_progress(timing, time);
  }
  if (bytes > 0) events.on_bytes(bytes);
  const uint64_t limit = static_cast<uint64_t>(options.fetch_timeout.count());
  for (size_t i = 0; i < active.size(); ++i) {
    Transfer& transfer = *active[i];
    if (!transfer.is_stalled(options, time)) continue;
    // Waiting for a connection behind others that do move is not this transfer's fault.
    if (!transfer.has_started() && time - hosts[transfer.host()].heard_ms < limit) {
      transfer.extend_limit(time);
      continue;
    }
    CURL* handle = transfer.handle();
    TransferPtr stalled = take_active(handle);
    stalled->fail_stalled(options);
    api.multi_remove_handle(loop->multi(), handle);
    stalled->detach();
    api.easy_reset(handle);
    idle.push_back(handle);
    finish(std::move(stalled), Transfer::Outcome::kFailed);
    --i;
  }
  const uint64_t notice = static_cast<uint64_t>(timing.waiting_notice.count());
  for (auto& [host, watch] : hosts) {
    if (watch.active == 0 || time - std::max(watch.heard_ms, watch.notified_ms) < notice) continue;
    watch.notified_ms = time;
    events.on_waiting(host, Milliseconds{time - watch.heard_ms});
  }
}

void Transport::Impl::abandon_all() {
  std::vector<TransferPtr> doomed;
  for (TransferPtr& transfer : active) {
    api.multi_remove_handle(loop->multi(), transfer->handle());
    api.easy_cleanup(transfer->handle());
    transfer->detach();
    doomed.push_back(std::move(transfer));
  }
  active.clear();
  active_bulk = 0;
  hosts.clear();
  for (Delayed& entry : delayed) doomed.push_back(std::move(entry.transfer));
  delayed.clear();
  for (auto* queue : {&metadata, &bulk}) {
    for (TransferPtr& transfer : *queue) doomed.push_back(std::move(transfer));
    queue->clear();
  }
  for (TransferPtr& transfer : doomed) refuse(*transfer);
}

// On the transport's thread: closing connections takes a while, and its owner may have other things
// to do meanwhile.
void Transport::Impl::give_back() {
  for (CURL* handle : idle) api.easy_cleanup(handle);
  idle.clear();
  loop->close();
}

}  // namespace gyre::pkg
