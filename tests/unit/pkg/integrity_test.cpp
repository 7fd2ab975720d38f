#include <doctest.h>

#include "pkg/store/integrity.hpp"

using namespace gyre;
using namespace gyre::pkg;

TEST_CASE("the strongest hash of an integrity value decides") {
  const Digest weak = hash_of(HashAlgorithm::kSha1, as_bytes("abc"));
  const Digest strong = hash_of(HashAlgorithm::kSha512, as_bytes("abc"));
  auto integrity = Integrity::parse(weak.to_sri() + " " + strong.to_sri());
  REQUIRE(integrity);
  CHECK(integrity->strongest() == HashAlgorithm::kSha512);
  CHECK(integrity->matches(strong));
  CHECK(!integrity->matches(hash_of(HashAlgorithm::kSha512, as_bytes("abd"))));
  CHECK(integrity->to_string() == strong.to_sri());
}

TEST_CASE("several hashes of one algorithm are alternatives") {
  const Digest one = hash_of(HashAlgorithm::kSha256, as_bytes("1"));
  const Digest two = hash_of(HashAlgorithm::kSha256, as_bytes("2"));
  auto integrity = Integrity::parse(one.to_sri() + "?option " + two.to_sri());
  REQUIRE(integrity);
  CHECK(integrity->matches(one));
  CHECK(integrity->matches(two));
}

TEST_CASE("values without a usable hash are errors") {
  for (const char* text : {"", "sha512-", "sha512-!!!", "md5-AAAA", "sha1-AAAA", "-"}) {
    CHECK(!Integrity::parse(text));
  }
  CHECK(!Integrity::from_shasum("zz"));
  CHECK(Integrity::from_shasum("a9993e364706816aba3e25717850c26c9cd0d89d"));
}

TEST_CASE("base64 survives a round trip at every length") {
  std::string text;
  for (int i = 0; i < 10; ++i) {
    auto decoded = base64_decode(base64_encode(as_bytes(text)));
    REQUIRE(decoded);
    CHECK(std::string(decoded->begin(), decoded->end()) == text);
    text += static_cast<char>(250 + i);
  }
}
