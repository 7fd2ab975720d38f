#include "pkg/git/refs.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "pkg/semver/algorithms.hpp"

namespace gyre::pkg::git {
namespace {

// "refs/tags/v1" -> "v1", "refs/pull/3/head" -> "pull/3".
std::string short_name(std::string_view full) {
  for (const std::string_view prefix : {"refs/tags/", "refs/heads/"}) {
    if (full.starts_with(prefix)) return std::string(full.substr(prefix.size()));
  }
  if (!full.starts_with("refs/pull/")) return std::string(full);
  full.remove_prefix(5);
  if (full.ends_with("/head")) full.remove_suffix(5);
  return std::string(full);
}

// The version a tag ends with: "v1.2.3", "release-1.2.3".
std::optional<semver::Version> version_of_tag(std::string_view full) {
  if (!full.starts_with("refs/tags/")) return std::nullopt;
  std::string_view tag = full.substr(10);
  for (size_t at = 0; at < tag.size(); ++at) {
    const bool begins = std::isdigit(static_cast<unsigned char>(tag[at])) &&
                        (at == 0 || !std::isdigit(static_cast<unsigned char>(tag[at - 1])));
    if (!begins) continue;
    if (auto version = semver::parse(tag.substr(at))) return version;
  }
  return std::nullopt;
}

}  // namespace

bool is_commit(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

References read_references(std::string_view listing) {
  References out;
  std::vector<std::pair<std::string, std::string>> peeled;
  while (!listing.empty()) {
    const size_t end = std::min(listing.find('\n'), listing.size());
    const std::string_view line = listing.substr(0, end);
    listing.remove_prefix(std::min(end + 1, listing.size()));
    const size_t tab = line.find('\t');
    if (tab == std::string_view::npos || !is_commit(line.substr(0, tab))) continue;
    const std::string commit(line.substr(0, tab));
    std::string_view name = line.substr(tab + 1);
    if (name.ends_with("^{}")) {
      peeled.emplace_back(name.substr(0, name.size() - 3), commit);
      continue;
    }
    out[short_name(name)] = commit;
    out[std::string(name)] = commit;
  }
  for (const auto& [name, commit] : peeled) {
    // A branch of the same name may hold the short one.
    auto full = out.find(name);
    if (full == out.end()) continue;
    if (auto brief = out.find(short_name(name));
        brief != out.end() && brief->second == full->second)
      brief->second = commit;
    full->second = commit;
  }
  return out;
}

Result<std::optional<std::string>> choose_commit(const References& references, const Spec& spec) {
  if (!spec.git_range.empty()) {
    const auto range = semver::Range::parse(spec.git_range, {semver::Mode::kLoose, {}});
    std::optional<semver::Version> best;
    const std::string* commit = nullptr;
    for (const auto& [name, target] : references) {
      auto version = version_of_tag(name);
      if (!range || !version || !range->test(*version)) continue;
      if (best && semver::compare(*version, *best) <= 0) continue;
      best = std::move(version);
      commit = &target;
    }
    if (commit != nullptr) return std::optional(*commit);
    return Error(Code::ETARGET,
                 "no tag of " + spec.git_url + " satisfies \"" + spec.git_range + "\"",
                 "Ask for a range that a tag satisfies, or for a branch or commit.");
  }
  if (is_commit(spec.git_committish)) return std::optional(spec.git_committish);
  const auto found = references.find(spec.git_committish.empty() ? "HEAD" : spec.git_committish);
  if (found != references.end()) return std::optional(found->second);
  if (spec.git_committish.empty()) {
    return Error(Code::EGIT, spec.git_url + " is an empty repository: it has no default branch");
  }
  return std::optional<std::string>();
}

}  // namespace gyre::pkg::git
