#include <doctest.h>
#include <sys/stat.h>

#include "pkg/extract/guard.hpp"
#include "pkg/files.hpp"
#include "pkg/store/store.hpp"
#include "tests/support/tar_builder.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::TarBuilder;
using gyre::test::TempDir;

namespace {

const ExpectedPackage kExpected{"ok", "1.0.0"};

TarBuilder good() { return TarBuilder().manifest("ok", "1.0.0").file("package/index.js", "1"); }

Result<StoreEntry> add(Store& store, const std::string& archive) {
  return store.add(hash_of(HashAlgorithm::kSha512, as_bytes(archive)), as_bytes(archive),
                   kExpected);
}

// What unpacking left behind in this process's folder of a store.
size_t leftovers(const std::string& store) {
  size_t count = 0;
  const auto names = list_directory(store + "/v1/tmp").value();
  for (const std::string& name : names) {
    count += list_directory(store + "/v1/tmp/" + name).value().size();
  }
  return count;
}

// The code of the refusal; whatever happens, nothing may lie outside the store.
std::string refusal(const std::string& archive) {
  TempDir dir;
  Store store(dir / "a/b/c/store");
  dir.write("canary", "untouched");
  const auto entry = add(store, archive);
  CHECK(dir.read("canary") == "untouched");
  CHECK(list_directory(dir.path()).value() == std::vector<std::string>{"a", "canary"});
  CHECK(leftovers(dir / "a/b/c/store") == 0);
  CHECK(list_directory(dir / "a/b/c/store/v1/sha512").value().empty() == !entry);
  return entry ? "installed" : entry.error().code();
}

}  // namespace

TEST_CASE("a good archive is unpacked and indexed") {
  TempDir dir;
  Store store(dir / "store");
  const std::string archive = good().file("package/lib/a.js", "22").tgz();
  auto entry = add(store, archive);
  REQUIRE(entry);
  CHECK(read_file(entry->folder + "/lib/a.js").value() == "22");
  CHECK(entry->package->files.size() == 3);
  CHECK(entry->package->files.back().path == "package.json");
  const auto found = store.find(hash_of(HashAlgorithm::kSha512, as_bytes(archive)));
  REQUIRE(found);
  CHECK(found->package->name == "ok");
  CHECK(found->package->files.size() == 3);
}

TEST_CASE("entries that climb out of the package are refused") {
  std::string up;
  for (int levels = 1; levels <= 8; ++levels) {
    up += "../";
    CHECK(refusal(good().file("package/" + up + "canary", "bad").tgz()) == "ETARPATH");
  }
  CHECK(refusal(good().file("../canary", "bad").tgz()) == "ETARPATH");
  CHECK(refusal(good().file("package/x/..", "bad").tgz()) == "ETARPATH");
}

TEST_CASE("a path that an index of the store names is one an archive could have had") {
  for (const char* path : {"a", "a/b", "lib/..x", ".a/b.", "a b"}) CHECK(is_entry_path(path));
  for (const char* path : {"", "/a", "a/", "a//b", ".", "a/./b", "..", "a/../b", "../a"})
    CHECK_FALSE(is_entry_path(path));
  CHECK_FALSE(is_entry_path(std::string_view("a\0b", 3)));
  CHECK_FALSE(is_entry_path(std::string(256, 'x')));
  CHECK_FALSE(is_entry_path(std::string(600, 'x').insert(200, "/").insert(400, "/") + "/" +
                            std::string(500, 'y').insert(250, "/")));
}

TEST_CASE("absolute entries are refused") {
  CHECK(refusal(good().file("/tmp/canary", "bad").tgz()) == "ETARPATH");
}

TEST_CASE("links are refused, whatever follows them") {
  CHECK(refusal(
            good().add({"package/l", "", '2', "../../.."}).file("package/l/canary", "bad").tgz()) ==
        "ETARLINK");
  CHECK(
      refusal(good().add({"package/h", "", '1', "/etc/hostname"}).file("package/h", "bad").tgz()) ==
      "ETARLINK");
}

TEST_CASE("special files are refused") {
  for (const char type : {'3', '4', '6'}) {
    CHECK(refusal(good().add({"package/special", "", type}).tgz()) == "ETARTYPE");
  }
}

TEST_CASE("set-uid, set-gid and sticky bits are dropped") {
  TempDir dir;
  Store store(dir / "store");
  auto entry = add(store, good().file("package/tool", "#!/bin/sh\n", 06777).tgz());
  REQUIRE(entry);
  struct stat info {};
  REQUIRE(::stat((entry->folder + "/tool").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0755);
}

TEST_CASE("a gzip stream that is cut off is told apart from one that is none") {
  const std::string archive = good().file("package/big", std::string(100'000, 'x')).tgz();
  CHECK(refusal(archive.substr(0, archive.size() / 2)) == "ETARTRUNC");
  CHECK(refusal(archive.substr(0, archive.size() - 4)) == "ETARTRUNC");
  CHECK(refusal("certainly not an archive, however long it may be") == "ETARFORMAT");
  CHECK(refusal("") == "ETARFORMAT");
}

TEST_CASE("a wrong checksum in the gzip trailer is noticed") {
  std::string archive = good().tgz();
  archive[archive.size() - 8] ^= 1;
  CHECK(refusal(archive) == "ETARFORMAT");
}

TEST_CASE("a plain tar is accepted") { CHECK(refusal(good().tar()) == "installed"); }

TEST_CASE("an entry longer than the archive is ETARTRUNC, missing end blocks are fine") {
  TarBuilder builder = good();
  builder.add({"package/long", "abc", '0', {}, 0644, 999'999});
  CHECK(refusal(TarBuilder::gzip(builder.unfinished_tar())) == "ETARTRUNC");
  CHECK(refusal(TarBuilder::gzip(good().unfinished_tar())) == "installed");
}

TEST_CASE("package.json must be there, be JSON and name what was asked for") {
  CHECK(refusal(TarBuilder().file("package/index.js", "1").tgz()) == "EPKGJSON");
  CHECK(refusal(TarBuilder().file("package/package.json", "{").tgz()) == "EPKGJSON");
  CHECK(refusal(TarBuilder().file("package/package.json", "[]").tgz()) == "EPKGJSON");
  CHECK(refusal(TarBuilder().manifest("other", "1.0.0").tgz()) == "EMANIFEST");
  CHECK(refusal(TarBuilder().manifest("ok", "2.0.0").tgz()) == "EMANIFEST");
}

TEST_CASE("an archive bomb stops at the limit") {
  TempDir dir;
  Store store(dir / "store");
  const std::string archive = good().file("package/zeros", std::string(4 << 20, '\0')).tgz();
  TarballLimits limits;
  limits.unpacked_bytes = 1 << 20;
  const auto entry = store.add(hash_of(HashAlgorithm::kSha512, as_bytes(archive)),
                               as_bytes(archive), kExpected, limits);
  REQUIRE(!entry);
  CHECK(entry.error().code() == "ETARFORMAT");
  CHECK(leftovers(dir / "store") == 0);
}

TEST_CASE("an archive larger than memory allows is streamed") {
  const std::string archive = good().file("package/zeros", std::string(70 << 20, '\0')).tgz();
  CHECK(refusal(archive) == "installed");
}

TEST_CASE("of two entries with one name the last counts") {
  TempDir dir;
  Store store(dir / "store");
  auto entry = add(store, good().file("package/index.js", "second").tgz());
  REQUIRE(entry);
  CHECK(read_file(entry->folder + "/index.js").value() == "second");
  CHECK(entry->package->files.size() == 2);
}

TEST_CASE("commands of the package are made executable") {
  TempDir dir;
  Store store(dir / "store");
  auto entry = add(store, TarBuilder()
                              .file("package/package.json",
                                    R"({"name":"ok","version":"1.0.0","bin":{"ok":"./cli.js"}})")
                              .file("package/cli.js", "#!/usr/bin/env node\n")
                              .tgz());
  REQUIRE(entry);
  struct stat info {};
  REQUIRE(::stat((entry->folder + "/cli.js").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0755);
}

TEST_CASE("install scripts are found in the archive, binding.gyp included") {
  TempDir dir;
  Store store(dir / "store");
  auto entry =
      add(store, TarBuilder()
                     .file("package/package.json",
                           R"({"name":"ok","version":"1.0.0","scripts":{"postinstall":"x"}})")
                     .file("package/binding.gyp", "{}")
                     .tgz());
  REQUIRE(entry);
  CHECK(entry->package->install_scripts.size() == 1);
  CHECK(entry->package->has_binding_gyp);
}

TEST_CASE("a damaged package in the store is noticed and replaced") {
  TempDir dir;
  Store store(dir / "store");
  const std::string archive = good().tgz();
  auto entry = add(store, archive);
  REQUIRE(entry);
  const std::string folder = entry->folder.substr(0, entry->folder.rfind('/'));
  REQUIRE(write_file_atomically(folder + "/index", "rubbish"));
  CHECK(!store.find(hash_of(HashAlgorithm::kSha512, as_bytes(archive))));
  CHECK(add(store, archive));
  CHECK(store.find(hash_of(HashAlgorithm::kSha512, as_bytes(archive))));
  REQUIRE(write_file_atomically(entry->folder + "/index.js", "changed"));
  auto report = store.verify();
  REQUIRE(report);
  CHECK(report->damaged.size() == 1);
  CHECK(!store.find(hash_of(HashAlgorithm::kSha512, as_bytes(archive))));
}

TEST_CASE("what a dead process was unpacking goes, what a living one is stays") {
  TempDir dir;
  {
    Store store(dir / "store");
    REQUIRE(add(store, good().tgz()));
    dir.write("store/v1/tmp/999999-0/1/package/half.js", "half");
    const auto before = list_directory(dir / "store/v1/tmp").value();
    CHECK(before.size() == 2);
    Store(dir / "store").remove_abandoned();
    const auto after = list_directory(dir / "store/v1/tmp").value();
    REQUIRE(after.size() == 1);
    CHECK(after[0] != "999999-0");
  }
  CHECK(list_directory(dir / "store/v1/tmp").value().empty());
}

TEST_CASE("a package that lacks files can be discarded and stored again") {
  TempDir dir;
  Store store(dir / "store");
  const std::string archive = good().tgz();
  const Digest key = hash_of(HashAlgorithm::kSha512, as_bytes(archive));
  REQUIRE(add(store, archive));
  REQUIRE(store.find(key));
  store.discard(key);
  CHECK(!store.find(key));
  CHECK(leftovers(dir / "store") == 0);
  CHECK(add(store, archive));
}

TEST_CASE("an index says again what was put into it, copied or in place") {
  StoredPackage package;
  package.name = "a";
  package.version = "1.0.0";
  package.files = {{"lib/x.js", 3, 7, false}, {"cli.js", 5, 4294967295u, true}};
  package.install_scripts = {{"postinstall", "make"}};
  std::vector<std::string> bins;
  REQUIRE(read_package_facts(R"({"name":"a","version":"1.0.0","license": {"type": "MIT"},
      "funding": ["http://f/"],"workspaces": null})",
                             package, bins));
  const std::string text = package.serialize();
  const auto copy = StoredPackage::parse(text);
  REQUIRE(copy);
  CHECK(copy->license_json == R"({"type":"MIT"})");
  CHECK(copy->funding_json == R"(["http://f/"])");
  CHECK(copy->workspaces_json == "null");
  CHECK(copy->files[1].crc == 4294967295u);
  CHECK(copy->unpacked_size == 8);
  auto view = IndexView::open(text);
  REQUIRE(view);
  CHECK(view->version() == "1.0.0");
  IndexView::File file;
  REQUIRE(view->next_path(file));
  CHECK(file.path == "lib/x.js");
  CHECK(!view->is_whole());
  REQUIRE(view->next(file));
  CHECK(file.size == 5);
  CHECK(file.is_executable);
  CHECK(!view->next(file));
  CHECK(view->is_whole());
  for (size_t size = 0; size < text.size(); ++size) {
    CHECK(!StoredPackage::parse(std::string_view(text).substr(0, size)));
  }
}
