#include "runtime/base/path.hpp"

#include <doctest.h>

using namespace gyre;

TEST_CASE("normalize resolves dots, merges slashes and keeps a trailing slash") {
  CHECK(path::normalize("") == ".");
  CHECK(path::normalize("/") == "/");
  CHECK(path::normalize("//a//b/./c/../d/") == "/a/b/d/");
  CHECK(path::normalize("../../a/../b") == "../../b");
  CHECK(path::normalize("a/..") == ".");
  CHECK(path::normalize("./") == "./");
  CHECK(path::normalize("/../..") == "/");
  CHECK(path::normalize("a/../..") == "..");
}

TEST_CASE("resolve gives absolute paths without trailing slash") {
  CHECK(path::resolve("/a/b", "c") == "/a/b/c");
  CHECK(path::resolve("/a/b", "../c/") == "/a/c");
  CHECK(path::resolve("/a/b", "/x") == "/x");
  CHECK(path::resolve("/a", "../../..") == "/");
  CHECK(path::resolve("/", "") == "/");
}

TEST_CASE("dirname, basename and extension follow node:path") {
  CHECK(path::dirname("/a/b/") == "/a");
  CHECK(path::dirname("/a") == "/");
  CHECK(path::dirname("a") == ".");
  CHECK(path::dirname("/a//b") == "/a");
  CHECK(path::basename("/a/b.js/") == "b.js");
  CHECK(path::extension("a/b.test.js") == ".js");
  CHECK(path::extension(".bashrc") == "");
  CHECK(path::extension("a.d/name") == "");
  CHECK(path::extension("name.") == ".");
}

TEST_CASE("relative climbs to the common directory, not to a common prefix") {
  CHECK(path::relative("/a/b", "/a/b/c") == "c");
  CHECK(path::relative("/a/b/c", "/a/d") == "../../d");
  CHECK(path::relative("/foo/bar", "/foo/barn") == "../barn");
  CHECK(path::relative("/a", "/a") == "");
  CHECK(path::relative("/", "/a/b") == "a/b");
  CHECK(path::relative("/a/b", "/") == "../..");
}

TEST_CASE("join leaves empty parts out") {
  CHECK(path::join("a", "../b") == "b");
  CHECK(path::join("", "b") == "b");
  CHECK(path::join("/a/", "") == "/a/");
  CHECK(path::is_inside("/a", "/a/b"));
  CHECK_FALSE(path::is_inside("/a", "/ab"));
}
