#include "pkg/git/fetcher.hpp"

#include <optional>

#include "pkg/files.hpp"
#include "pkg/git/packing.hpp"
#include "pkg/git/repository.hpp"
#include "pkg/git/scratch.hpp"
#include "pkg/registry/url.hpp"

namespace gyre::pkg {
namespace {

constexpr size_t kArchiveLimit = size_t{512} << 20;
constexpr int kFetchPatience = 5;  // a fetch may take as many times the time of a request

std::string label(const Spec& spec) {
  return (spec.name.empty() ? "" : spec.name + "@") + printable_url(spec.raw);
}

Error in_context(const Error& error, const Spec& spec) {
  if (error.is(Code::EINVALIDNAME) || error.code() == "ECANCELED") return error;
  return Error::with_code_name(error.code(), label(spec) + ": " + error.message())
      .with_hint(error.hint());
}

}  // namespace

bool is_git_resolved(std::string_view resolved) {
  if (resolved.empty() || resolved.starts_with("http:") || resolved.starts_with("https:"))
    return false;
  Result<Spec> spec = parse_spec("", resolved);
  return spec && spec->kind == SpecKind::kGit;
}

struct GitFetcher::Job {
  Spec spec;
  std::string key;  // in the once map
  std::string commit, resolved;
};

GitFetcher::GitFetcher(const Options& options, Store& store, LazyTransport& transport,
                       workers::ThreadPool& pool, std::shared_ptr<workers::Mailbox> mailbox,
                       GitPreparation preparation)
    : options_(options),
      store_(store),
      transport_(transport),
      pool_(pool),
      mailbox_(std::move(mailbox)),
      preparation_(std::make_shared<const GitPreparation>(std::move(preparation))),
      stop_(std::make_shared<std::atomic<bool>>(false)) {}

void GitFetcher::fetch(const Spec& spec, Callback done) {
  auto job = std::make_shared<Job>();
  job->spec = spec;
  job->key = spec.git_url + '#' + spec.git_committish + "::" + spec.git_range +
             "::" + spec.git_subdir + "::" + spec.name;
  if (!once_.join(job->key, std::move(done))) return;
  resolve(std::move(job));
}

void GitFetcher::resolve(JobPtr job) {
  if (git::is_commit(job->spec.git_committish)) {
    job->commit = job->spec.git_committish;
    job->resolved = git::resolved_text(job->spec, job->commit);
    return look_up(std::move(job));
  }
  if (options_.offline) {
    return finish(job,
                  in_context(Error(Code::ENOTCACHED, {}, "run once without --offline"), job->spec));
  }
  pool_.submit(
      workers::JobClass::kBlocking, mailbox_,
      [job, stop = stop_, timeout = options_.fetch_timeout,
       scratch = git::scratch_path(options_, "refs")]() -> Result<std::string> {
        const git::ScratchFolder folder(scratch);
        GYRE_TRY(folder.create());
        return git::resolve(job->spec, folder.path(), {timeout, stop.get()});
      },
      [this, job](Result<std::string> commit) {
        if (!commit) return finish(job, in_context(commit.error(), job->spec));
        job->commit = std::move(*commit);
        job->resolved = git::resolved_text(job->spec, job->commit);
        look_up(job);
      });
}

void GitFetcher::look_up(JobPtr job) {
  pool_.submit(
      workers::JobClass::kBlocking, mailbox_,
      [job, store = &store_, preparation = preparation_,
       folder = options_.cache_dir + "/git"]() -> Result<std::optional<GitPackage>> {
        return git::find_packed(folder, job->resolved, *store, *preparation);
      },
      [this, job](Result<std::optional<GitPackage>> found) {
        if (found && *found) return finish(job, std::move(**found));
        if (options_.offline) {
          return finish(job, in_context(Error(Code::ENOTCACHED, {}, "run once without --offline"),
                                        job->spec));
        }
        download(job);
      });
}

// A known host gives away a commit's files as one archive. Where it does not (a private
// repository), git has the user's keys.
void GitFetcher::download(JobPtr job) {
  if (!job->spec.hosted || !job->spec.hosted->auth.empty()) return check_out(std::move(job));
  auto transport = transport_.get();
  if (!transport) return check_out(std::move(job));
  HttpRequest request;
  request.url = job->spec.hosted->archive_url(job->commit);
  request.max_body = kArchiveLimit;
  (*transport)->send(std::move(request), [this, job](Result<HttpResponse> response) {
    auto shared = std::make_shared<Result<HttpResponse>>(std::move(response));
    mailbox_->post([this, job, shared] {
      if (!*shared || (*shared)->status != 200) return check_out(job);
      auto body = std::make_shared<Buffer>(std::move((*shared)->body));
      pool_.submit(
          workers::JobClass::kBlocking, mailbox_,
          [job, body, store = &store_, preparation = preparation_, stop = stop_,
           cache = options_.cache_dir + "/git",
           scratch = git::scratch_path(options_, "archive")]() -> Result<GitPackage> {
            const git::ScratchFolder folder(scratch);
            GYRE_TRY(folder.create());
            GYRE_TRY(git::unpack_archive(body->view(), folder.path()));
            return git::pack({folder.path(), job->spec, job->resolved, cache}, *store, *preparation,
                             *stop);
          },
          [this, job](Result<GitPackage> packed) {
            // A repository may hold links; only git can leave them out.
            const bool has_links = !packed && packed.error().is(Code::ETARLINK);
            return has_links ? check_out(job) : finish(job, std::move(packed));
          });
    });
  });
}

void GitFetcher::check_out(JobPtr job) {
  pool_.submit(
      workers::JobClass::kBlocking, mailbox_,
      [job, store = &store_, preparation = preparation_, stop = stop_,
       timeout = options_.fetch_timeout * kFetchPatience, cache = options_.cache_dir + "/git",
       scratch = git::scratch_path(options_, "files")]() -> Result<GitPackage> {
        const git::ScratchFolder folder(scratch);
        GYRE_TRY(folder.create());
        GYRE_TRY(git::check_out(job->spec, job->commit, folder.path(), {timeout, stop.get()}));
        return git::pack({folder.path(), job->spec, job->resolved, cache}, *store, *preparation,
                         *stop);
      },
      [this, job](Result<GitPackage> packed) { finish(job, std::move(packed)); });
}

void GitFetcher::finish(JobPtr job, Outcome outcome) {
  if (!outcome) outcome = in_context(outcome.error(), job->spec);
  once_.settle(job->key, outcome);
}

}  // namespace gyre::pkg
