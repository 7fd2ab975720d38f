#include <doctest.h>

#include "pkg/registry/http_cache.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre::pkg;
using gyre::test::TempDir;

TEST_CASE("the metadata cache keeps one reply for each URL and accepted type") {
  const TempDir dir;
  const HttpCache cache(dir / "metadata");
  const std::string url = "https://registry.example/a";
  CHECK_FALSE(cache.has(url, "full"));
  CHECK_FALSE(cache.find(url, "full"));
  CachedReply reply;
  reply.etag = "\"1\"\nforged";
  reply.fresh_until = 77;
  cache.store(url, "full", reply, "{}");
  CHECK(cache.has(url, "full"));
  CHECK_FALSE(cache.has(url, "short"));
  CHECK_FALSE(cache.has(url + "b", "full"));
  const auto found = cache.find(url, "full");
  REQUIRE(found);
  CHECK(found->etag == "\"1\" forged");
  CHECK(found->fresh_until == 77);
  CHECK(found->body == "{}");
}
