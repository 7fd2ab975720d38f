// References of a remote repository, as `git ls-remote` lists them, and which commit a specifier
// means. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "pkg/options.hpp"
#include "pkg/spec/spec.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg::git {

// By short name ("v1.0.0", "main", "pull/3") and by full name; annotated tags are peeled.
using References = std::map<std::string, std::string, std::less<>>;
References read_references(std::string_view listing);

bool is_commit(std::string_view text);  // 40 or 64 hexadecimal digits

// The commit `spec` means. Nothing when its committish is not listed (an abbreviated hash, HEAD~2):
// then only the repository itself can tell. ETARGET when no tag satisfies its range.
Result<std::optional<std::string>> choose_commit(const References& references, const Spec& spec);

}  // namespace gyre::pkg::git
