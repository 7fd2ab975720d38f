#include "runtime/modules/compile_cache.hpp"

#include <doctest.h>

#include <fstream>

#include "tests/unit/resolution/project.hpp"

using namespace gyre;
using namespace gyre::modules;

namespace {

CacheKey key_of(std::string_view name, std::string_view text) {
  return cache_key(CodeKind::kFunction, name, as_bytes(text));
}

std::string only_entry(const CompileCache& cache) {
  for (const auto& entry : std::filesystem::directory_iterator(cache.folder())) {
    return entry.path().string();
  }
  return {};
}

}  // namespace

TEST_CASE("what was written is read back, by its own key only") {
  Project project;
  CompileCache cache(project.at("cache"), 7);
  CHECK_FALSE(cache.read(key_of("/a.js", "text")).has_value());
  REQUIRE(cache.write(key_of("/a.js", "text"), as_bytes("code")).is_ok());
  CHECK(cache.read(key_of("/a.js", "text"))->text() == "code");
  CHECK_FALSE(cache.read(key_of("/b.js", "text")).has_value());
  CHECK_FALSE(cache.read(key_of("/a.js", "texT")).has_value());
  CHECK_FALSE(cache.read(cache_key(CodeKind::kModule, "/a.js", as_bytes("text"))).has_value());
}

TEST_CASE("another version tag sees nothing") {
  Project project;
  REQUIRE(CompileCache(project.at("c"), 1).write(key_of("a", "b"), as_bytes("code")).is_ok());
  CHECK_FALSE(CompileCache(project.at("c"), 2).read(key_of("a", "b")).has_value());
}

TEST_CASE("a damaged, cut off or foreign entry is a miss") {
  Project project;
  CompileCache cache(project.at("c"), 1);
  CacheKey key = key_of("a", "b");
  REQUIRE(cache.write(key, as_bytes("the code itself")).is_ok());
  std::string file = only_entry(cache);
  SUBCASE("damaged") {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(-1, std::ios::end);
    stream.put('!');
  }
  SUBCASE("cut off") { std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1); }
  SUBCASE("empty") { std::filesystem::resize_file(file, 0); }
  SUBCASE("others may write it") {
    std::filesystem::permissions(file, std::filesystem::perms::others_write,
                                 std::filesystem::perm_options::add);
  }
  CHECK_FALSE(cache.read(key).has_value());
}

TEST_CASE("trimming keeps what was used last") {
  Project project;
  CompileCache cache(project.at("c"), 1);
  std::string large(1000, 'x');
  for (int i = 0; i < 10; ++i) {
    CacheKey key = key_of(std::to_string(i), "text");
    REQUIRE(cache.write(key, as_bytes(large)).is_ok());
  }
  auto old = std::filesystem::file_time_type::clock::now() - std::chrono::hours(48);
  for (const auto& entry : std::filesystem::directory_iterator(cache.folder())) {
    std::filesystem::last_write_time(entry.path(), old);
  }
  REQUIRE(cache.write(key_of("new", "text"), as_bytes(large)).is_ok());
  cache.trim(4000);
  CHECK(cache.read(key_of("new", "text")).has_value());
  auto left = std::distance(std::filesystem::directory_iterator(cache.folder()), {});
  CHECK(left <= 3);
  CHECK(left >= 1);
}
