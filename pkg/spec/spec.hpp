// Spec: a parsed dependency specifier ("^1.2", "npm:x@1", "file:../a", "github:u/r#semver:^1", …)
// and package name rules. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pkg/spec/hosted.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

enum class SpecKind : uint8_t {
  kVersion,    // exact version
  kRange,      // semver range ("" and "*" included)
  kTag,        // dist-tag
  kAlias,      // npm:name@spec; name/fetch_spec describe the target
  kFolder,     // file: or link: of a folder
  kFile,       // local tarball
  kRemote,     // http(s) tarball
  kGit,        // any git form
  kWorkspace,  // workspace:spec
  kCatalog,    // catalog:[name]
};

struct Spec {
  SpecKind kind = SpecKind::kRange;
  SpecKind alias_kind = SpecKind::kRange;  // kAlias: kind of the target's spec
  std::string raw;                         // as written, without the name
  std::string name;         // name under which it is asked for; may be empty for "./x.tgz"
  std::string target_name;  // package name in the registry (differs for aliases)
  std::string fetch_spec;   // version, range, tag, absolute-or-relative path, or URL
  std::string save_spec;    // kGit, kRemote: how package.json writes it
  std::string git_url;      // what git is given: "ssh://…", "git@host:path"
  std::string git_committish;
  std::string git_range;   // #semver:
  std::string git_subdir;  // #path:, below the repository
  std::optional<HostedRepository> hosted;
  bool is_link = false;  // link: protocol

  // Answered by a registry: version, range, tag or alias.
  bool is_registry() const {
    return kind == SpecKind::kVersion || kind == SpecKind::kRange || kind == SpecKind::kTag ||
           kind == SpecKind::kAlias;
  }
};

// A command-line argument: "name", "name@spec", "./folder", "git+https://…", "name@npm:other@1".
Result<Spec> parse_argument(std::string_view argument);
// A dependency entry. `name` has been validated.
Result<Spec> parse_spec(std::string_view name, std::string_view spec);

// EINVALIDNAME for names that no installed package may have (F22).
Status check_package_name(std::string_view name);
bool is_valid_package_name(std::string_view name);

}  // namespace gyre::pkg
