#include "pkg/store/fetch.hpp"

#include "pkg/files.hpp"
#include "pkg/registry/client.hpp"
#include "pkg/registry/url.hpp"

namespace gyre::pkg {
namespace {

constexpr size_t kOnTheWayLimit = 128;
constexpr size_t kHeldLimit = size_t{12} << 20;
constexpr size_t kArchiveLimit = size_t{512} << 20;

// Errors that a fresh download may cure: a cache or proxy on the way mangled the bytes.
bool may_be_transient(const Error& error) {
  return error.is(Code::EINTEGRITY) || error.is(Code::ETARTRUNC) || error.is(Code::ETARFORMAT);
}

std::string label(const PackageSource& source) {
  return source.version.empty() ? source.name : source.name + "@" + source.version;
}

// The same failure, saying which package it concerns and where it came from.
Error in_context(const Error& error, const PackageSource& source) {
  std::string message = label(source) + ": " + error.message();
  const std::string where = printable_url(source.url);
  if (message.find(where) == std::string::npos) message += " (" + where + ")";
  return Error::with_code_name(error.code(), std::move(message)).with_hint(error.hint());
}

}  // namespace

struct PackageFetcher::Job {
  PackageSource source;
  std::string key;  // in the once map
  Integrity integrity;
  int downloads = 0;
  bool is_on_the_way = false;
  size_t held_bytes = 0;
};

PackageFetcher::PackageFetcher(const Options& options, Store& store, LazyTransport& transport,
                               workers::ThreadPool& pool, std::shared_ptr<workers::Mailbox> mailbox)
    : options_(options),
      store_(store),
      transport_(transport),
      pool_(pool),
      gate_(pool),
      mailbox_(std::move(mailbox)) {}

void PackageFetcher::fetch(const PackageSource& source, Callback done) {
  auto job = std::make_shared<Job>();
  job->source = source;
  // Same bytes, same work, but only if the same package is expected in them.
  job->key = (source.integrity.empty() ? source.url : source.integrity) + "\n" + label(source);
  if (const auto known = fetched_.find(job->key); known != fetched_.end()) {
    return done(known->second);
  }
  if (!once_.join(job->key, std::move(done))) return;
  if (!source.integrity.empty()) {
    auto integrity = Integrity::parse(source.integrity);
    if (!integrity) return finish(job, in_context(integrity.error(), source));
    job->integrity = std::move(*integrity);
    if (store_.may_have(job->integrity.key())) return look_up(std::move(job));
  }
  download(std::move(job));
}

void PackageFetcher::look_up(JobPtr job) {
  pool_.submit(
      workers::JobClass::kBlocking, mailbox_,
      [job, store = &store_]() -> Result<std::optional<StoreEntry>> {
        auto entry = store->find(job->integrity.key());
        if (entry) {
          GYRE_TRY(Store::check_identity(*entry->package, {job->source.name, job->source.version}));
        }
        return entry;
      },
      [this, job](Result<std::optional<StoreEntry>> found) {
        if (!found) return finish(job, in_context(found.error(), job->source));
        if (!*found) return download(job);
        finish(job, FetchedPackage{std::move(**found), job->source.integrity, true});
      });
}

void PackageFetcher::download(JobPtr job) {
  if (job->source.url.starts_with('/')) return read_local(std::move(job));
  if (!is_http_url(job->source.url)) {
    return finish(job, in_context(Error(Code::EUNSUPPORTEDPROTOCOL, "not an http or https URL"),
                                  job->source));
  }
  if (options_.offline) {
    return finish(
        job, in_context(Error(Code::ENOTCACHED, {}, "run once without --offline"), job->source));
  }
  auto transport = transport_.get();
  if (!transport) return finish(job, in_context(transport.error(), job->source));
  {
    std::lock_guard lock(mutex_);
    sender_ = *transport;
    waiting_.push_back(std::move(job));
  }
  start_downloads();
}

// Any thread.
void PackageFetcher::start_downloads() {
  while (true) {
    JobPtr job;
    {
      std::lock_guard lock(mutex_);
      const bool has_room =
          on_the_way_ == 0 || (on_the_way_ < kOnTheWayLimit && held_bytes_ < kHeldLimit);
      if (waiting_.empty() || !has_room) return;
      job = std::move(waiting_.front());
      waiting_.pop_front();
      ++on_the_way_;
      ++downloads_;
    }
    send(std::move(job));
  }
}

void PackageFetcher::send(JobPtr job) {
  ++job->downloads;
  job->is_on_the_way = true;
  HttpRequest request;
  request.url = job->source.url;
  request.max_body = kArchiveLimit;
  request.digest = job->integrity.empty() ? HashAlgorithm::kSha512 : job->integrity.strongest();
  // A second download wants the origin's bytes, not a cache's.
  if (job->downloads > 1) request.headers.push_back("cache-control: no-cache");
  sender_->send(std::move(request),
                [this, job](Result<HttpResponse> response) { arrive(job, std::move(response)); });
}

// The transport's thread. What is as it should be goes on to be unpacked whatever the owner is busy
// with; the rest is for the owner.
void PackageFetcher::arrive(JobPtr job, Result<HttpResponse> response) {
  if (response && response->status == 200 && matches(*job, *response->digest)) {
    {
      std::lock_guard lock(mutex_);
      held_bytes_ += job->held_bytes = response->body.size();
    }
    return unpack(std::move(job), std::move(response->body), *response->digest);
  }
  auto shared = std::make_shared<Result<HttpResponse>>(std::move(response));
  mailbox_->post([this, job, shared] { refuse(job, std::move(*shared)); });
}

// Any thread: makes room for the next download.
void PackageFetcher::leave_network(const JobPtr& job) {
  if (!std::exchange(job->is_on_the_way, false)) return;
  {
    std::lock_guard lock(mutex_);
    --on_the_way_;
    held_bytes_ -= std::exchange(job->held_bytes, 0);
  }
  start_downloads();
}

bool PackageFetcher::matches(const Job& job, const Digest& digest) {
  return job.integrity.empty() || job.integrity.matches(digest);
}

Error PackageFetcher::mismatch(const Job& job, const Digest& digest) {
  return in_context(
      Error(Code::EINTEGRITY, "the archive does not match its hash: expected " +
                                  job.integrity.to_string() + ", got " + digest.to_sri()),
      job.source);
}

void PackageFetcher::refuse(JobPtr job, Result<HttpResponse> response) {
  if (!response) return finish(job, in_context(response.error(), job->source));
  if (response->status != 200) {
    return finish(job, registry_error(*response, "the archive of " + label(job->source), options_));
  }
  if (job->downloads > 1) return finish(job, mismatch(*job, *response->digest));
  leave_network(job);
  download(std::move(job));
}

void PackageFetcher::read_local(JobPtr job) {
  pool_.submit(
      workers::JobClass::kBlocking, mailbox_,
      [job]() -> Result<Buffer> {
        GYRE_ASSIGN(const std::string bytes, read_file(job->source.url));
        return Buffer::copy_of(bytes);
      },
      [this, job](Result<Buffer> archive) {
        if (!archive) return finish(job, in_context(archive.error(), job->source));
        const HashAlgorithm algorithm =
            job->integrity.empty() ? HashAlgorithm::kSha512 : job->integrity.strongest();
        const Digest digest = hash_of(algorithm, archive->view());
        if (!matches(*job, digest)) return finish(job, mismatch(*job, digest));
        job->downloads = 2;  // reading it again changes nothing
        unpack(job, std::move(*archive), digest);
      });
}

// Any thread.
void PackageFetcher::unpack(JobPtr job, Buffer archive, Digest digest) {
  gate_.post(workers::JobClass::kCpu, [this, store = &store_, mailbox = mailbox_,
                                       archive = std::move(archive), digest,
                                       job = std::move(job)]() mutable {
    const ExpectedPackage expected{job->source.name, job->source.version, !job->integrity.empty()};
    auto entry = store->add(digest, archive.view(), expected);
    archive = Buffer();
    leave_network(job);
    mailbox->post([this, digest, job = std::move(job), entry = std::move(entry)]() mutable {
      take_in(std::move(job), digest, std::move(entry));
    });
  });
}

void PackageFetcher::take_in(JobPtr job, const Digest& digest, Result<StoreEntry> entry) {
  if (!entry) {
    if (may_be_transient(entry.error()) && job->downloads < 2) return download(std::move(job));
    return finish(job, in_context(entry.error(), job->source));
  }
  const std::string integrity =
      job->source.integrity.empty() ? digest.to_sri() : job->source.integrity;
  finish(job, FetchedPackage{std::move(*entry), integrity, false});
}

void PackageFetcher::finish(JobPtr job, Outcome outcome) {
  leave_network(job);
  if (outcome) fetched_.emplace(job->key, *outcome);
  once_.settle(job->key, outcome);
}

}  // namespace gyre::pkg
