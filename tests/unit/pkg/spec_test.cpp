#include <doctest.h>

#include "pkg/lockfile/collate.hpp"
#include "pkg/spec/spec.hpp"

using namespace gyre;
using namespace gyre::pkg;

namespace {
SpecKind kind_of(const char* spec) {
  auto parsed = parse_spec("x", spec);
  REQUIRE_MESSAGE(parsed.is_ok(), spec);
  return parsed->kind;
}
}  // namespace

TEST_CASE("a specifier is told apart by its form") {
  CHECK(kind_of("1.2.3") == SpecKind::kVersion);
  CHECK(kind_of("=1.2.3") == SpecKind::kVersion);
  CHECK(kind_of("^1.2") == SpecKind::kRange);
  CHECK(kind_of("") == SpecKind::kRange);
  CHECK(kind_of(">=1 <3 || 5") == SpecKind::kRange);
  CHECK(kind_of("latest") == SpecKind::kTag);
  CHECK(kind_of("file:../a") == SpecKind::kFolder);
  CHECK(kind_of("./a") == SpecKind::kFolder);
  CHECK(kind_of("file:a-1.0.0.tgz") == SpecKind::kFile);
  CHECK(kind_of("link:../a") == SpecKind::kFolder);
  CHECK(kind_of("https://example.com/a.tgz") == SpecKind::kRemote);
  CHECK(kind_of("git+ssh://git@example.com/a.git#v1") == SpecKind::kGit);
  CHECK(kind_of("user/repo") == SpecKind::kGit);
  CHECK(kind_of("github:user/repo#semver:^1.0") == SpecKind::kGit);
  CHECK(kind_of("workspace:*") == SpecKind::kWorkspace);
  CHECK(kind_of("catalog:") == SpecKind::kCatalog);
  CHECK(parse_spec("x", "foo://bar").error().is(Code::EUNSUPPORTEDPROTOCOL));
  CHECK(parse_spec("x", "a b c").error().is(Code::EINVALIDTAG));
}

TEST_CASE("an alias names another package") {
  auto spec = parse_spec("x", "npm:@s/y@^2");
  REQUIRE(spec.is_ok());
  CHECK(spec->kind == SpecKind::kAlias);
  CHECK(spec->target_name == "@s/y");
  CHECK(spec->fetch_spec == "^2");
  CHECK(spec->alias_kind == SpecKind::kRange);
  CHECK(parse_spec("x", "npm:../y@1").error().is(Code::EINVALIDNAME));
}

TEST_CASE("a git specifier keeps its range or committish") {
  auto ranged = parse_spec("x", "github:u/r#semver:^1.0");
  CHECK(ranged->git_range == "^1.0");
  CHECK(ranged->git_url == "https://github.com/u/r.git");
  CHECK(parse_spec("x", "u/r#abc")->git_committish == "abc");
}

TEST_CASE("hosted repositories are known in every spelling") {
  struct Row {
    const char* spec;
    const char* https;
    const char* saved;
  };
  const Row rows[] = {
      {"user/repo", "https://github.com/user/repo.git", "github:user/repo"},
      {"github:user/repo.git#v1", "https://github.com/user/repo.git", "github:user/repo#v1"},
      {"git@github.com:u/r.git", "https://github.com/u/r.git", "git+ssh://git@github.com/u/r.git"},
      {"git+ssh://git@github.com:u/r.git", "https://github.com/u/r.git",
       "git+ssh://git@github.com/u/r.git"},
      {"https://github.com/u/r/tree/next", "https://github.com/u/r.git",
       "git+https://github.com/u/r.git#next"},
      {"https://www.github.com/u/r", "https://github.com/u/r.git",
       "git+https://github.com/u/r.git"},
      {"git://github.com/u/r.git", "https://github.com/u/r.git", "git://github.com/u/r.git"},
      {"gitlab:g/sub/r", "https://gitlab.com/g/sub/r.git", "gitlab:g/sub/r"},
      {"bitbucket:u/r", "https://bitbucket.org/u/r.git", "bitbucket:u/r"},
      {"gist:u/abc", "https://gist.github.com/abc.git", "gist:abc"},
      {"git+https://tok:x@github.com/u/r.git", "https://tok:x@github.com/u/r.git",
       "git+https://tok:x@github.com/u/r.git"},
  };
  for (const Row& row : rows) {
    auto spec = parse_spec("x", row.spec);
    REQUIRE_MESSAGE(spec.is_ok(), row.spec);
    REQUIRE_MESSAGE(spec->hosted.has_value(), row.spec);
    CHECK(spec->git_url == row.https);
    CHECK(spec->save_spec == row.saved);
  }
  CHECK(parse_spec("x", "u/r")->hosted->resolved_text("abc") ==
        "git+ssh://git@github.com/u/r.git#abc");
  CHECK(parse_spec("x", "u/r")->hosted->archive_url("abc") ==
        "https://codeload.github.com/u/r/tar.gz/abc");
  // Pages of a host that are no repository are what they are: archives.
  for (const char* page :
       {"https://github.com/u/r/archive/v1.tar.gz", "https://gitlab.com/g/r/-/archive/x.tar.gz",
        "https://bitbucket.org/u/r/get/x.tar.gz"})
    CHECK_MESSAGE(kind_of(page) == SpecKind::kRemote, page);
}

TEST_CASE("the part behind # is a commit, a range, a folder, or a mistake") {
  auto spec = parse_spec("x", "git+https://example.com/r.git#v1::path:packages/a");
  REQUIRE(spec.is_ok());
  CHECK(spec->git_committish == "v1");
  CHECK(spec->git_subdir == "packages/a");
  CHECK(spec->git_url == "https://example.com/r.git");
  CHECK(parse_spec("x", "u/r#semver:%5E1.0")->git_range == "^1.0");
  CHECK(parse_spec("x", "git+ssh://git@example.com:u/r.git")->git_url == "git@example.com:u/r.git");
  CHECK(parse_spec("x", "git+ssh://git@example.com:22/u/r")->git_url ==
        "ssh://git@example.com:22/u/r");
  for (const char* wrong :
       {"u/r#a::b", "u/r#semver:1::v1", "u/r#path:a::path:b", "git+file:///r#semver:%zz"})
    CHECK_MESSAGE(parse_spec("x", wrong).error().is(Code::EUNSUPPORTEDSPEC), wrong);
}

TEST_CASE("file: URLs are decoded, aliases stand for registry packages only") {
  CHECK(parse_spec("x", "file:a%20b")->fetch_spec == "a b");
  CHECK(parse_spec("x", "file:///x/y")->fetch_spec == "/x/y");
  CHECK(parse_spec("x", "file:/../y")->fetch_spec == "../y");
  CHECK(kind_of("file:../A.TGZ") == SpecKind::kFile);
  CHECK(parse_spec("x", "file:a%zz").error().is(Code::EUNSUPPORTEDSPEC));
  CHECK(parse_spec("x", "file:a%00").error().is(Code::EUNSUPPORTEDSPEC));
  for (const char* wrong : {"npm:y@u/r", "npm:y@file:z", "npm:y@npm:z@1"})
    CHECK_MESSAGE(parse_spec("x", wrong).error().is(Code::EUNSUPPORTEDSPEC), wrong);
}

TEST_CASE("workspace: takes a range, an alias or a folder") {
  CHECK(parse_spec("x", "workspace:^1.0")->fetch_spec == "^1.0");
  CHECK(parse_spec("x", "workspace:y@*")->target_name == "y");
  auto folder = parse_spec("x", "workspace:../y");
  CHECK(folder->kind == SpecKind::kFolder);
  CHECK(folder->fetch_spec == "../y");
  CHECK(parse_spec("x", "workspace:what ever").error().is(Code::EINVALIDTAG));
}

TEST_CASE("an argument may have a name, a specifier or both") {
  CHECK(parse_argument("express")->name == "express");
  CHECK(parse_argument("@s/a@next")->name == "@s/a");
  CHECK(parse_argument("@s/a@next")->kind == SpecKind::kTag);
  CHECK(parse_argument("./folder")->name.empty());
  CHECK(parse_argument("y@npm:z@1")->target_name == "z");
  CHECK(!parse_argument("Not A Name").is_ok());
}

TEST_CASE("names that could leave node_modules are refused") {
  for (const char* name : {"", ".bin", "node_modules", "../x", "../../../canary", "@x/../../canary",
                           "@x", "@/x", "@../x", "a/b", "a b", "_x", "NODE_MODULES"})
    CHECK_MESSAGE(check_package_name(name).error().is(Code::EINVALIDNAME), name);
  CHECK(!is_valid_package_name(std::string(300, 'a')));
  for (const char* name : {"a", "@s/a", "JSONStream", "a.b", "x~y", "@types/node"})
    CHECK_MESSAGE(is_valid_package_name(name), name);
}

TEST_CASE("names sort as JavaScript's localeCompare has it") {
  const char* sorted[] = {"@a/b", "a", "a_b", "a-b", "a.b", "a/b", "ab", "aB", "Ab", "abc", "B"};
  for (size_t i = 0; i + 1 < std::size(sorted); ++i) {
    CHECK_MESSAGE(compare_locale(sorted[i], sorted[i + 1]) < 0, sorted[i]);
    CHECK(compare_locale(sorted[i + 1], sorted[i]) > 0);
  }
  CHECK(compare_locale("same", "same") == 0);
}

TEST_CASE("an argument's name comes before any protocol") {
  for (const char* argument : {"lib@file:/opt/lib", "lib@github:u/lib",
                               "lib@git+https://x.y/u/lib.git", "lib@https://x.y/lib.tgz"}) {
    CAPTURE(argument);
    auto spec = parse_argument(argument);
    REQUIRE(spec);
    CHECK(spec->name == "lib");
  }
  auto scp = parse_argument("git@github.com:u/lib.git");
  REQUIRE(scp);
  CHECK(scp->name.empty());
  CHECK(scp->kind == SpecKind::kGit);
}
