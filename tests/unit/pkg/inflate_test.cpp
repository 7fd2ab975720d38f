#include "pkg/extract/inflate.hpp"

#include <doctest.h>

#include <random>

#include "tests/support/tar_builder.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::TarBuilder;

namespace {

// Text that compresses to about a quarter, of more than is unpacked at once where it is large.
std::string text_of(size_t size) {
  std::minstd_rand random(7);
  std::string text;
  while (text.size() < size) text += "line " + std::to_string(random() % 100'000) + " of many\n";
  return text;
}

struct Unpacked {
  std::string text;
  std::string code;  // of the error that ended it; empty: none did
};

Unpacked unpack(const std::string& gzip, GzipChecksum checksum) {
  Unpacked out;
  auto source = open_archive(as_bytes(gzip), checksum);
  if (!source) return {{}, source.error().code()};
  while (true) {
    auto piece = (*source)->next();
    if (!piece) {
      out.code = piece.error().code();
      return out;
    }
    if (piece->empty()) return out;
    out.text += as_text(*piece);
  }
}

constexpr GzipChecksum kBoth[] = {GzipChecksum::kVerify, GzipChecksum::kSkip};
constexpr size_t kSizes[] = {100'000, size_t{14} << 20};

}  // namespace

TEST_CASE("gzip streams of any size come out as they went in, with or without a checksum") {
  for (const size_t size : kSizes) {
    const std::string text = text_of(size);
    const std::string gzip = TarBuilder::gzip(text);
    for (const GzipChecksum checksum : kBoth) {
      const Unpacked out = unpack(gzip, checksum);
      CHECK(out.code.empty());
      CHECK((out.text == text));
    }
  }
}

TEST_CASE("further members of a gzip stream count, padding behind the last one does not") {
  for (const size_t size : kSizes) {
    const std::string first = text_of(size), second = text_of(300'000);
    const std::string gzip = TarBuilder::gzip(first) + TarBuilder::gzip(second);
    for (const GzipChecksum checksum : kBoth) {
      const Unpacked out = unpack(gzip, checksum);
      CHECK(out.code.empty());
      CHECK((out.text == first + second));
      const Unpacked padded = unpack(gzip + std::string(700, '\0'), checksum);
      CHECK(padded.code.empty());
      CHECK((padded.text == first + second));
    }
  }
}

TEST_CASE("a damaged gzip stream gives what precedes the damage, and then an error") {
  for (const size_t size : kSizes) {
    const std::string text = text_of(size);
    const std::string gzip = TarBuilder::gzip(text);
    for (const GzipChecksum checksum : kBoth) {
      for (const size_t left : {gzip.size() / 2, gzip.size() - 9, gzip.size() - 5}) {
        const Unpacked out = unpack(gzip.substr(0, left), checksum);
        CHECK(out.code == "ETARTRUNC");
        CHECK(text.starts_with(out.text));
      }
      std::string corrupt = gzip;
      for (size_t i = 0; i < 64; ++i) corrupt[corrupt.size() / 2 + i] ^= 0x55;
      const Unpacked out = unpack(corrupt, checksum);
      CHECK_FALSE((out.code.empty() && out.text == text));
    }
  }
}

TEST_CASE("a gzip checksum is compared unless that has been waived") {
  for (const size_t size : kSizes) {
    const std::string text = text_of(size);
    std::string gzip = TarBuilder::gzip(text);
    gzip[gzip.size() - 8] ^= 1;
    CHECK(unpack(gzip, GzipChecksum::kVerify).code == "ETARFORMAT");
    const Unpacked waived = unpack(gzip, GzipChecksum::kSkip);
    CHECK(waived.code.empty());
    CHECK((waived.text == text));
  }
}

TEST_CASE("gzip headers with names, comments, extra fields and checksums are passed over") {
  const std::string text = text_of(100'000);
  const std::string plain = TarBuilder::gzip(text);
  const std::string body = plain.substr(10);
  auto with = [&](char flags, const std::string& fields) {
    std::string head = plain.substr(0, 10);
    head[3] = flags;
    return head + fields + body;
  };
  for (const GzipChecksum checksum : kBoth) {
    CHECK((unpack(with(8, std::string("name\0", 5)), checksum).text == text));
    CHECK((unpack(with(16, std::string("comment\0", 8)), checksum).text == text));
    CHECK((unpack(with(4, std::string("\x03\0abc", 5)), checksum).text == text));
    CHECK((unpack(with(28, std::string("\x01\0xn\0c\0", 7)), checksum).text == text));
  }
  CHECK_FALSE(
      unpack(with(8, std::string(40, 'n')).substr(0, 40), GzipChecksum::kSkip).code.empty());
  CHECK_FALSE(unpack(plain.substr(0, 12), GzipChecksum::kSkip).code.empty());
}

TEST_CASE("a reply is unpacked whole, with room behind it, and within its limit") {
  const std::string text = text_of(300'000);
  const std::string gzip = TarBuilder::gzip(text);
  Buffer buffer;
  for (const std::string& reply :
       {text, gzip, TarBuilder::gzip(text.substr(0, 1000)) + TarBuilder::gzip(text.substr(1000))}) {
    auto whole = unpack_reply(as_bytes(reply), size_t{1} << 20, 64, buffer);
    REQUIRE(whole);
    CHECK((as_text(*whole) == text));
    CHECK(buffer.size() >= text.size() + 64);
  }
  CHECK_FALSE(unpack_reply(as_bytes(gzip), 200'000, 64, buffer));
  CHECK_FALSE(unpack_reply(as_bytes(gzip.substr(0, 5000)), size_t{1} << 20, 64, buffer));
}
