// What belongs to a package and how its archive is made.
#include <doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pkg/pack/glob.hpp"
#include "pkg/pack/pack.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::TempDir;
using Names = std::vector<std::string>;

namespace {

Names files_of(const TempDir& dir) {
  auto manifest = load_manifest(dir / "package.json");
  REQUIRE(manifest);
  auto list = files_to_pack({dir.path(), {}, {}}, *manifest);
  REQUIRE(list);
  Names files = list->files;
  std::sort(files.begin(), files.end());
  return files;
}

bool matches(const char* rule, const char* path) { return GlobRule(rule).matches(path); }

}  // namespace

TEST_CASE("braces expand, nested and counted") {
  CHECK(expand_braces("a{b,c{d,e}}f") == Names{"abf", "acdf", "acef"});
  CHECK(expand_braces("x{1..3}") == Names{"x1", "x2", "x3"});
  CHECK(expand_braces("{a}") == Names{"{a}"});
  CHECK(expand_braces("a{b") == Names{"a{b"});
  CHECK(expand_braces("readme{,.*}") == Names{"readme", "readme.*"});
}

TEST_CASE("a thousand braces end in bounded time") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "{a,b}";
  CHECK(expand_braces(text).size() <= 4096);
}

TEST_CASE("glob rules match as ignore files mean them") {
  CHECK(matches("*.js", "deep/down/a.js"));
  CHECK(matches("/*.js", "/a.js"));
  CHECK_FALSE(matches("/*.js", "/deep/a.js"));
  CHECK(matches("lib/**", "lib/a/b"));
  CHECK_FALSE(matches("lib/**", "lib"));
  CHECK(matches("**/test/*.ts", "test/a.ts"));
  CHECK(matches("**/test/*.ts", "a/b/test/a.ts"));
  CHECK(matches("[a-c]?.TXT", "b1.txt"));
  CHECK(matches("*.+(js|ts)", "a.ts"));
  CHECK_FALSE(matches("*.+(js|ts)", "a.css"));
  CHECK(matches(".*", ".hidden"));
  CHECK(GlobRule("!a").is_negated());
  CHECK_FALSE(GlobRule("!!a").is_negated());
  CHECK(GlobRule("a/b/c").matches("a", true));
  CHECK_FALSE(GlobRule("a/b/c").matches("a"));
}

TEST_CASE("a package without rules holds everything but what never belongs to one") {
  TempDir dir;
  dir.write("package.json", R"({"name":"a","version":"1.0.0"})");
  for (const char* file :
       {"index.js", "lib/a.js", ".git/config", "node_modules/x/index.js", ".npmrc", "sub/.npmrc",
        "package-lock.json", "sub/package-lock.json", "yarn.lock", "a.orig", ".a.swp", ".DS_Store",
        "npm-debug.log", "README.md", ".hidden", "sub/node_modules/y/index.js"}) {
    dir.write(file, "x");
  }
  CHECK(files_of(dir) == Names{".hidden", "README.md", "index.js", "lib/a.js", "package.json",
                               "sub/node_modules/y/index.js", "sub/package-lock.json"});
}

TEST_CASE("\"files\" chooses; main, bin, readme and license are always in") {
  TempDir dir;
  dir.write("package.json", R"({"name":"a","version":"1.0.0","main":"main.js","bin":"cli.js",
      "files":["lib","!lib/*.test.js","./one.txt","docs/*.md"]})");
  for (const char* file : {"main.js", "cli.js", "other.js", "lib/a.js", "lib/a.test.js",
                           "lib/deep/b.js", "one.txt", "two.txt", "docs/a.md", "docs/a.html",
                           "README", "LICENSE.txt", "copying", "license.md~", "CHANGELOG.md"}) {
    dir.write(file, "x");
  }
  CHECK(files_of(dir) == Names{"LICENSE.txt", "README", "cli.js", "copying", "docs/a.md",
                               "lib/a.js", "lib/deep/b.js", "main.js", "one.txt", "package.json"});
}

TEST_CASE(".npmignore replaces .gitignore in its folder, and folders have their own") {
  TempDir dir;
  dir.write("package.json", R"({"name":"a","version":"1.0.0"})");
  dir.write(".gitignore", "built\nsecret\n");
  dir.write(".npmignore", "# comment\nsecret\ntest/\n");
  dir.write("sub/.gitignore", "*.tmp\n!ok.tmp\n");
  for (const char* file :
       {"built/a.js", "secret", "test/a.js", "sub/a.tmp", "sub/ok.tmp", "sub/a.js"}) {
    dir.write(file, "x");
  }
  CHECK(files_of(dir) == Names{"built/a.js", "package.json", "sub/a.js", "sub/ok.tmp"});
}

TEST_CASE("symlinks are left out, and a link in \"files\" too") {
  TempDir dir;
  dir.write("package.json", R"({"name":"a","version":"1.0.0"})");
  dir.write("real.js", "x");
  REQUIRE(::symlink("real.js", (dir / "link.js").c_str()) == 0);
  REQUIRE(::symlink("/etc", (dir / "etc").c_str()) == 0);
  CHECK(files_of(dir) == Names{"package.json", "real.js"});
}

TEST_CASE("bundled dependencies come with what they depend on") {
  TempDir dir;
  dir.write("package.json", R"({"name":"a","version":"1.0.0","dependencies":{"b":"1","z":"1"},
      "devDependencies":{"d":"1"},"bundleDependencies":["b","d"]})");
  dir.write("node_modules/b/package.json",
            R"({"name":"b","version":"1.0.0","dependencies":{"c":"1"},"files":["b.js"]})");
  dir.write("node_modules/b/b.js", "x");
  dir.write("node_modules/b/not.js", "x");
  dir.write("node_modules/c/package.json", R"({"name":"c","version":"1.0.0"})");
  dir.write("node_modules/c/c.js", "x");
  dir.write("node_modules/d/package.json", R"({"name":"d","version":"1.0.0"})");
  dir.write("node_modules/z/package.json", R"({"name":"z","version":"1.0.0"})");
  CHECK(files_of(dir) == Names{"node_modules/b/b.js", "node_modules/b/package.json",
                               "node_modules/c/c.js", "node_modules/c/package.json",
                               "package.json"});
}

TEST_CASE("an archive is the same each time, with npm's modes, and reads back") {
  TempDir dir;
  dir.write("package.json", R"({"name":"@s/a","version":"1.0.0","bin":"cli.js"})");
  dir.write("cli.js", "#!/usr/bin/env node\n");
  const std::string long_name = std::string(120, 'n') + "/" + std::string(120, 'm') + "é.js";
  dir.write(long_name, "x");
  ::chmod((dir / "package.json").c_str(), 0664);
  auto manifest = load_manifest(dir / "package.json");
  REQUIRE(manifest);
  auto first = pack_folder({dir.path(), {}, {}}, *manifest);
  auto second = pack_folder({dir.path(), {}, {}}, *manifest);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->bytes == second->bytes);
  CHECK(first->filename() == "s-a-1.0.0.tgz");
  REQUIRE(first->files.size() == 3);
  CHECK(first->files[0].path == "cli.js");
  CHECK(first->files[0].mode == 0755);
  CHECK(first->files[2].mode == 0644);
  auto read = read_packed(first->bytes, "a.tgz");
  REQUIRE(read);
  CHECK(read->package.id() == "@s/a@1.0.0");
  CHECK(read->package.files.size() == 3);
  CHECK(read->package.files[1].path == long_name);
  CHECK(read->package.unpacked_size == first->unpacked_size);
}

TEST_CASE("a package needs a name and a version") {
  TempDir dir;
  dir.write("package.json", R"({"name":"a"})");
  auto manifest = load_manifest(dir / "package.json");
  REQUIRE(manifest);
  auto packed = pack_folder({dir.path(), {}, {}}, *manifest);
  REQUIRE_FALSE(packed);
  CHECK(packed.error().is(Code::EPKGJSON));
}

TEST_CASE("sizes round as npm's") {
  CHECK(packed_size_text(999) == "999 B");
  CHECK(packed_size_text(1234, "") == "1.2kB");
  CHECK(packed_size_text(1'500'000) == "1.5 MB");
}
