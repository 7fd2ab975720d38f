#include "pkg/git/repository.hpp"

#include <optional>
#include <vector>

#include "pkg/files.hpp"
#include "pkg/registry/url.hpp"

namespace gyre::pkg::git {
namespace {

std::vector<std::string> urls_of(const Spec& spec) {
  if (!spec.hosted) return {spec.git_url};
  // With a password in the URL there is nothing ssh could do better.
  if (!spec.hosted->auth.empty()) return {spec.hosted->https_url()};
  return {spec.hosted->https_url(), spec.hosted->ssh_url()};
}

Error about(const Error& error, const std::string& url) {
  return Error::with_code_name(error.code(), error.message() + " (" + printable_url(url) + ")")
      .with_hint(error.hint());
}

// The first answer; of several failures the first, which is about the plainest URL.
template <typename F>
auto with_each_url(const Spec& spec, F&& ask) -> decltype(ask(std::string())) {
  std::optional<Error> first;
  for (const std::string& url : urls_of(spec)) {
    auto answer = ask(url);
    if (answer) return answer;
    const bool is_final = !answer.error().is(Code::EGIT);
    if (!first) first = about(answer.error(), url);
    if (is_final) break;
  }
  return std::move(*first);
}

std::vector<std::string> inside(const std::string& folder, std::vector<std::string> arguments) {
  std::vector<std::string> out{"-C", folder,
                               "-c", "core.hooksPath=/dev/null",
                               "-c", "core.fsmonitor=false",
                               "-c", "advice.detachedHead=false",
                               "-c", "submodule.recurse=false"};
  out.insert(out.end(), arguments.begin(), arguments.end());
  return out;
}

Status begin(const std::string& folder, const Limits& limits) {
  GYRE_TRY(run({"init", "--quiet", "--template=", folder}, limits));
  return ok();
}

Status fetch_everything(const std::string& folder, const std::string& url, const Limits& limits) {
  GYRE_TRY(run(inside(folder, {"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--",
                               url, "+refs/*:refs/remote/*", "+HEAD:refs/remote/HEAD"}),
               limits));
  return ok();
}

// For "abc1234" and the like: only with all of the repository at hand.
Result<std::string> resolve_inside(const Spec& spec, const std::string& url,
                                   const std::string& scratch, const Limits& limits) {
  GYRE_TRY(begin(scratch, limits));
  GYRE_TRY(fetch_everything(scratch, url, limits));
  for (const char* prefix : {"", "refs/remote/"}) {
    auto found = run(inside(scratch, {"rev-parse", "--verify", "--quiet", "--end-of-options",
                                      prefix + spec.git_committish + "^{commit}"}),
                     limits);
    if (!found) continue;
    std::string commit = found->substr(0, found->find('\n'));
    if (is_commit(commit)) return commit;
  }
  return Error(Code::EGIT, "there is no commit, branch or tag \"" + spec.git_committish + "\"",
               "Check the part behind # in the dependency.");
}

}  // namespace

Result<std::string> resolve(const Spec& spec, const std::string& scratch, const Limits& limits) {
  if (is_commit(spec.git_committish)) return spec.git_committish;
  return with_each_url(spec, [&](const std::string& url) -> Result<std::string> {
    GYRE_ASSIGN(const std::string listing, run({"ls-remote", "--", url}, limits));
    GYRE_ASSIGN(auto commit, choose_commit(read_references(listing), spec));
    if (commit) return *commit;
    return resolve_inside(spec, url, scratch, limits);
  });
}

Status check_out(const Spec& spec, const std::string& commit, const std::string& folder,
                 const Limits& limits) {
  GYRE_TRY(begin(folder, limits));
  GYRE_TRY(with_each_url(spec, [&](const std::string& url) -> Status {
    auto shallow = run(inside(folder, {"fetch", "--quiet", "--depth=1", "--no-tags",
                                       "--no-recurse-submodules", "--", url, commit}),
                       limits);
    if (shallow) return ok();
    if (!shallow.error().is(Code::EGIT)) return std::move(shallow).error();
    // Servers may refuse to give away a commit no branch points at.
    if (fetch_everything(folder, url, limits)) return ok();
    return std::move(shallow).error();
  }));
  GYRE_TRY(run(inside(folder, {"checkout", "--quiet", "--detach", "--force", commit}), limits));
  return remove_tree(folder + "/.git");
}

std::string resolved_text(const Spec& spec, const std::string& commit) {
  std::string text = spec.hosted
                         ? spec.hosted->resolved_text(commit)
                         : spec.save_spec.substr(0, spec.save_spec.find('#')) + '#' + commit;
  if (!spec.git_subdir.empty()) text += "::path:" + spec.git_subdir;
  return text;
}

}  // namespace gyre::pkg::git
