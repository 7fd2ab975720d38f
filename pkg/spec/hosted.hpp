// HostedRepository: a repository at a host npm knows by name (GitHub, GitLab, Bitbucket, gists,
// SourceHut), in any of its spellings, and the URLs it can be had from. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gyre::pkg {

struct HostedRepository {
  enum class Form : uint8_t { kShortcut, kSsh, kHttps, kGit };

  std::string host;  // "github", "gitlab", "bitbucket", "gist", "sourcehut"
  std::string user;  // groups included ("group/sub"); may be empty for gists
  std::string project;
  std::string auth;        // "user:password" of an https URL
  std::string committish;  // behind "#", as written
  Form form = Form::kShortcut;

  std::string https_url() const;  // "https://github.com/u/r.git"
  std::string ssh_url() const;    // "ssh://git@github.com/u/r.git"
  std::string archive_url(std::string_view committish) const;
  // How package.json has it: "github:u/r#v1", "git+ssh://git@github.com/u/r.git#v1".
  std::string save_text() const;
  // What a lockfile records.
  std::string resolved_text(std::string_view commit) const;
};

// "user/repo", "github:user/repo#v1", "git@github.com:u/r.git", "https://gitlab.com/g/s/p", …;
// nothing when it is none, or a page of the host that is no repository.
std::optional<HostedRepository> parse_hosted(std::string_view text);

// "%41" -> "A"; nothing for broken escapes.
std::optional<std::string> percent_decoded(std::string_view text);
std::string percent_encoded(std::string_view text);

}  // namespace gyre::pkg
