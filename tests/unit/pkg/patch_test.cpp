#include <doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pkg/files.hpp"
#include "pkg/patch/patch_set.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::TempDir;

namespace {

constexpr const char* kChange =
    "diff --git a/index.js b/index.js\n"
    "index 1111111..2222222 100644\n"
    "--- a/index.js\n"
    "+++ b/index.js\n"
    "@@ -1,3 +1,3 @@\n"
    " one\n"
    "-two\n"
    "+TWO\n"
    " three\n";

std::string applied(const char* patch, const std::string& old_text) {
  auto diffs = parse_diff(patch);
  REQUIRE(diffs);
  auto text = apply_hunks(diffs->front(), old_text);
  return text ? *text : text.error().code();
}

std::string refused(const std::string& patch) {
  auto diffs = parse_diff(patch);
  return diffs ? "accepted" : diffs.error().message();
}

}  // namespace

TEST_CASE("a hunk changes what it names, also where lines have moved") {
  CHECK(applied(kChange, "one\ntwo\nthree\n") == "one\nTWO\nthree\n");
  CHECK(applied(kChange, "zero\none\ntwo\nthree\nfour\n") == "zero\none\nTWO\nthree\nfour\n");
  CHECK(applied(kChange, "one\n2\nthree\n") == "EPATCH");
  // Places far behind the end of the file.
  const std::string beyond = "@@ -18446744073709551615,0 +1 @@\n+a\n";
  CHECK(applied(("--- a/x\n+++ b/x\n" + beyond).c_str(), "") == "a\n");
  CHECK(applied("--- a/x\n+++ b/x\n@@ -5,0 +1 @@\n+a\n", "b\n") == "b\na\n");
}

TEST_CASE("a missing newline at the end is part of the text") {
  const char* patch =
      "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n"
      "\\ No newline at end of file\n";
  CHECK(applied(patch, "a") == "b");
  CHECK(applied(patch, "a\n") == "EPATCH");
}

TEST_CASE("patches that lead elsewhere or cannot be applied are refused") {
  CHECK(refused("--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n").find("leaves the package") !=
        std::string::npos);
  CHECK(refused("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\n+b\n").find("cut off") !=
        std::string::npos);
  CHECK(refused("diff --git a/x b/x\nGIT binary patch\n").find("binary") != std::string::npos);
  CHECK(refused("diff --git a/x b/y\nrename from x\n").find("--no-renames") != std::string::npos);
  CHECK(refused("diff --git a/x b/x\nnew file mode 120000\n").find("symbolic") !=
        std::string::npos);
  CHECK(refused("").find("nothing") != std::string::npos);
  CHECK(refused("@@ -1 +1 @@\n-a\n+b\n").find("header") != std::string::npos);
}

TEST_CASE("applying cuts hard links: what else shares the file keeps it") {
  TempDir dir;
  dir.write("store/index.js", "one\ntwo\nthree\n");
  dir.write("project/old.js", "gone\n");
  REQUIRE(::link((dir / "store/index.js").c_str(), (dir / "project/index.js").c_str()) == 0);
  REQUIRE(::chmod((dir / "store/index.js").c_str(), 0755) == 0);
  auto diffs = parse_diff(std::string(kChange) +
                          "diff --git a/old.js b/old.js\ndeleted file mode 100644\n--- a/old.js\n"
                          "+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n"
                          "diff --git a/lib/new.js b/lib/new.js\nnew file mode 100755\n"
                          "--- /dev/null\n+++ b/lib/new.js\n@@ -0,0 +1 @@\n+new\n");
  REQUIRE(diffs);
  REQUIRE(apply_diff(dir / "project", *diffs));
  CHECK(dir.read("store/index.js") == "one\ntwo\nthree\n");
  CHECK(dir.read("project/index.js") == "one\nTWO\nthree\n");
  CHECK(!path_exists(dir / "project/old.js"));
  CHECK(dir.read("project/lib/new.js") == "new\n");
  struct stat info {};
  REQUIRE(::stat((dir / "project/index.js").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0755);
  CHECK(!apply_diff(dir / "project", *diffs));
}

TEST_CASE("patchedDependencies name files of the project") {
  TempDir dir;
  dir.write("patches/a@1.0.0.patch", kChange);
  auto load = [&dir](const char* text) {
    return PatchSet::load(dir.path(), OrderedJson::parse(text));
  };
  auto set = load(R"({"patchedDependencies":{"a@1.0.0":"patches/a@1.0.0.patch"}})");
  REQUIRE(set);
  CHECK(set->find("a", "1.0.0") != nullptr);
  CHECK(set->find("a", "1.0.1") == nullptr);
  CHECK(load("{}")->empty());
  CHECK(!load(R"({"patchedDependencies":{"a@1.0.0":"patches/none.patch"}})"));
  CHECK(!load(R"({"patchedDependencies":{"a@1.0.0":"../a.patch"}})"));
  CHECK(!load(R"({"patchedDependencies":{"a":"patches/a@1.0.0.patch"}})"));
  CHECK(!load(R"({"patchedDependencies":[]})"));
  CHECK(patch_file_name("@s/a", "1.0.0") == "patches/@s__a@1.0.0.patch");
}
