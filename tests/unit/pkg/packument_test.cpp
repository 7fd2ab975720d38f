#include "pkg/registry/packument.hpp"

#include <doctest.h>
#include <zlib.h>

#include "pkg/registry/packed_text.hpp"
#include "pkg/registry/packument_filter.hpp"

using namespace gyre;
using namespace gyre::pkg;

namespace {

constexpr const char* kSource = "https://registry.example/a";

std::string gzip(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, 0);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// What the filter keeps of a text; empty where it refuses.
std::string filtered(std::string text) {
  const size_t size = text.size();
  text.resize(size + PackumentFilter::kPadding, '"');
  PackumentFilter filter;
  if (filter.read(std::string_view(text).substr(0, size)) != PackumentFilter::Outcome::kWhole)
    return {};
  return filter.take_text();
}

// One version for each number, with a readme that makes the whole large.
std::string large_packument(int versions) {
  std::string text = R"({"name":"a","readme":")" + std::string(2000, 'r') + R"(","versions":{)";
  for (int i = 0; i < versions; ++i) {
    const std::string number = "1.0." + std::to_string(i);
    if (i > 0) text += ',';
    text += '"' + number + R"(":{"name":"a","version":")" + number + R"(","description":")" +
            std::string(200, 'd') + R"(","dependencies":{"b":"^)" + number +
            R"("},"dist":{"tarball":"https://r/a-)" + number +
            R"(.tgz","signatures":[{"sig":"x"}]}})";
  }
  return text + R"(},"dist-tags":{"latest":"1.0.0"}})";
}

}  // namespace

TEST_CASE("a packument's filter keeps what installing reads") {
  const std::string text = R"( {"_id":"a","name":"a", "readme":"say \"{[\\\" }",
    "maintainers":[{"name":"m"},["]"]], "dist-tags":{"latest":"1.0.0"},
    "versions":{"1.0.0":{"name":"a","version":"1.0.0","scripts":{"test":"t","postinstall":"p"},
      "dependencies":{"b":"^1 || \"2\""},"devDependencies":{"c":"1"},"engines": {"node":">=1"} ,
      "dist":{"tarball":"https://r/a.tgz","signatures":[{"keyid":"k"}],"fileCount":3 },
      "_npmUser":{"name":"u"},"license":"MIT"},
    "2.0.0":null},"time":{"1.0.0":"2020-01-01T00:00:00.000Z"},"x":1.5e3}
  )";
  const std::string kept =
      R"({"name":"a","dist-tags":{"latest":"1.0.0"},
    "versions":{"1.0.0":{"name":"a","version":"1.0.0","dependencies":{"b":"^1 || \"2\""},)"
      R"("engines": {"node":">=1"} ,
      "dist":{"tarball":"https://r/a.tgz","fileCount":3 },)"
      R"("license":"MIT","hasInstallScript":true},
    "2.0.0":null},"time":{"1.0.0":"2020-01-01T00:00:00.000Z"}})";
  CHECK(filtered(text) == kept);
  CHECK(filtered(kept) == kept);
}

TEST_CASE("a packument's filter leaves out members wherever they stand") {
  auto version = [](const std::string& members) { return R"({"versions":{"1":)" + members + "}}"; };
  for (const auto& [given, kept] :
       {std::pair<const char*, const char*>{R"({})", R"({})"},
        {R"({"a":1})", R"({})"},
        {R"({"a":1,"name":"n"})", R"({"name":"n"})"},
        {R"({"name":"n","a":1})", R"({"name":"n"})"},
        {R"({"name":"n","a":1,"b":[1,{"c":2}],"os":["x"]})", R"({"name":"n","os":["x"]})"},
        {R"({ "a" : 1 , "name" : "n" , "b" : 2 })", R"({"name" : "n"})"},
        {R"({"dist":{"a":1},"name":"n"})", R"({"dist":{},"name":"n"})"},
        {R"({"dist":{"a":{},"shasum":"s"}})", R"({"dist":{"shasum":"s"}})"},
        {R"({"dist":7,"scripts":[],"bin":{}})", R"({"dist":7,"bin":{}})"},
        {R"({"scripts":{"install":"x"}})", R"({"hasInstallScript":true})"},
        {R"({"name":"n","scripts":{"preinstall":"x"}})", R"({"name":"n","hasInstallScript":true})"},
        {R"({"scripts":{"install":"x"},"hasInstallScript":false})",
         R"({"hasInstallScript":false})"},
        {R"({"na\"me":1,"name":"n"})", R"({"name":"n"})"}}) {
    CHECK(filtered(version(given)) == version(kept));
  }
}

TEST_CASE("a packument's filter tells where members are, and which systems versions are for") {
  std::string text = R"({ "_id":1,"name": "a","versions":{"1":{"x":1,"cpu":["y"]}, "2" : 7 } })";
  const size_t size = text.size();
  text.resize(size + PackumentFilter::kPadding);
  PackumentFilter filter;
  REQUIRE(filter.read(std::string_view(text).substr(0, size)) == PackumentFilter::Outcome::kWhole);
  const std::string kept = filter.take_text();
  auto said = [&kept](const PackumentFilter::Member& member) {
    return kept.substr(member.key, member.key_size) + "=" +
           kept.substr(member.value, member.value_size);
  };
  REQUIRE(filter.members().size() == 2);
  CHECK(said(filter.members()[0]) == "name=\"a\"");
  CHECK(said(filter.members()[1]) == R"(versions={"1":{"cpu":["y"]}, "2" : 7 })");
  REQUIRE(filter.versions().size() == 2);
  CHECK(said(filter.versions()[0]) == R"(1={"cpu":["y"]})");
  CHECK(said(filter.versions()[1]) == "2=7");
  CHECK(filter.names_system());
  CHECK_FALSE(filter.names_libc());
}

TEST_CASE("a packument's filter refuses what is no whole object") {
  const std::string whole = R"({"versions":{"1.0.0":{"dist":{"tarball":"t"}}}})";
  CHECK_FALSE(filtered(whole).empty());
  for (size_t size = 0; size < whole.size(); ++size) {
    CHECK(filtered(whole.substr(0, size)).empty());
  }
  for (const char* text : {"[]", "null", "<html>", "{} x", "{1:2}", R"({"a" "b"})", R"({"a":1]})",
                           R"({"a":1 "b":2})", R"({"versions":{"1.0.0":{}])"}) {
    CHECK_MESSAGE(filtered(text).empty(), text);
  }
}

TEST_CASE("what is not UTF-8 in a packument is replaced, as when a text is decoded") {
  CHECK(filtered("{\"name\":\"\xC3\xA9\xFF\xE2\x82\",\"readme\":\"\xC0\xAF\"}") ==
        "{\"name\":\"\xC3\xA9\xEF\xBF\xBD\xEF\xBF\xBD\"}");
  CHECK(filtered("{\"name\":\"\xED\xA0\x80\xF4\x90\"}") ==
        "{\"name\":\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"}");
}

TEST_CASE("a packument reads gzipped replies and can be put away and asked again") {
  const std::string text = large_packument(3000);
  const std::string reply = gzip(text);
  auto packument = Packument::parse(as_bytes(reply), "a", kSource);
  REQUIRE(packument);
  const Packument& a = **packument;
  CHECK(a.versions().size() == 3000);
  CHECK(a.open_bytes() < text.size() * 2 / 3);
  const std::string kept = *a.text();
  a.put_away();
  CHECK(a.open_bytes() == 0);
  CHECK(a.versions()[2999].text == "1.0.2999");
  CHECK(a.dist_tag("latest") == "1.0.0");
  const VersionManifest* manifest = a.find("1.0.2998").value();
  REQUIRE(manifest != nullptr);
  a.put_away();
  REQUIRE(manifest->dependencies.size() == 1);
  CHECK(manifest->dependencies[0].spec == "^1.0.2998");
  CHECK(manifest->tarball == "https://r/a-1.0.2998.tgz");
  CHECK(*a.text() == kept);
  CHECK(Packument::parse(as_bytes(kept), "a", kSource).value()->versions().size() == 3000);
}

TEST_CASE("a packument that keeps its reply is made from it again") {
  const std::string text = large_packument(3000);
  const std::string reply = gzip(text);
  auto packument = Packument::parse(as_bytes(reply), "a", kSource);
  REQUIRE(packument);
  Packument& a = **packument;
  const std::string kept = *a.text();
  a.keep_reply(Buffer::copy_of(reply));
  for (int i = 0; i < 2; ++i) {
    a.put_away();
    CHECK(a.open_bytes() == 0);
    const std::string number = "1.0." + std::to_string(2000 + i);
    CHECK(a.find(number).value()->tarball == "https://r/a-" + number + ".tgz");
    CHECK(*a.text() == kept);
  }
  // What is no smaller than the text is not worth keeping: that is compressed instead.
  auto plain = Packument::parse(as_bytes(text), "a", kSource).value();
  plain->keep_reply(Buffer::copy_of(text));
  plain->put_away();
  CHECK(plain->open_bytes() == 0);
  CHECK(*plain->text() == kept);
}

TEST_CASE("a packument names what is wrong with a reply") {
  auto message = [](const std::string& reply) {
    auto packument = Packument::parse(as_bytes(reply), "a", kSource);
    REQUIRE_FALSE(packument);
    CHECK(packument.error().is(Code::EREGISTRYREPLY));
    return packument.error().message();
  };
  const std::string whole = gzip(large_packument(10));
  CHECK(message(whole.substr(0, whole.size() / 2)).find("ends in the middle") != std::string::npos);
  std::string corrupt = whole;
  corrupt[corrupt.size() / 2] ^= 0x55;
  CHECK_FALSE(message(corrupt).empty());
  CHECK(message(large_packument(10).substr(0, 3000)).find("\"versions\" is cut off") !=
        std::string::npos);
  CHECK(message("[]").find("not a JSON object") != std::string::npos);
  CHECK(message(R"({"versions":5})").find("\"versions\" is not an object") != std::string::npos);
  CHECK(message(R"({"name":"a"})").find("\"versions\" is missing") != std::string::npos);
  CHECK(message(R"({"name":"b","versions":{}})").find("is b instead of a") != std::string::npos);
  CHECK(message(R"({"dist-tags":[],"versions":{}})").find("\"dist-tags\"") != std::string::npos);
  // A bomb: far more than the bytes that came.
  CHECK(message(gzip(R"({"readme":")" + std::string(size_t{140} << 20, 'r') + "\"}"))
            .find("more than is allowed") != std::string::npos);
}

TEST_CASE("a packument's last change is the registry's word, or else its last release") {
  auto modified = [](const std::string& members) {
    const std::string text = R"({"versions":{"1.0.0":{}},)" + members + "}";
    return std::string(Packument::parse(as_bytes(text), "a", kSource).value()->modified());
  };
  const std::string times = R"("1.0.0":"2021-01-01T00:00:00Z","0.1.0":"2020-01-01T00:00:00Z")";
  CHECK(modified(R"("modified":"2022","time":{)" + times + "}") == "2022");
  CHECK(modified(R"("time":{"modified":"2023",)" + times + "}") == "2023");
  CHECK(modified(R"("time":{)" + times + "}") == "2021-01-01T00:00:00Z");
  CHECK(modified(R"("time":{})").empty());
  const std::string text = R"({"versions":{"1.0.0":{}},"time":{)" + times + "}}";
  const auto packument = Packument::parse(as_bytes(text), "a", kSource).value();
  CHECK(packument->has_times());
  CHECK(packument->time("0.1.0") == "2020-01-01T00:00:00Z");
  CHECK(packument->time("9.9.9").empty());
}

TEST_CASE(
    "replies read one after the other share memory, and nothing of it is taken for the next") {
  const std::string large = gzip(large_packument(50)), small = gzip(large_packument(2));
  for (const std::string* reply : {&large, &small, &large}) {
    auto packument = Packument::parse(as_bytes(*reply), "a", kSource);
    REQUIRE(packument);
    CHECK((*packument)->versions().size() == (reply == &large ? 50 : 2));
  }
}

TEST_CASE("a packed text comes back as it was, and small ones are not packed") {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += std::to_string(i) + " ";
  PackedText packed(text);
  packed.pack();
  CHECK(packed.open_bytes() == 0);
  CHECK(packed.get() == text);
  packed.pack();
  CHECK(packed.get() == text);
  const auto shared = packed.share();
  packed.pack();
  CHECK(packed.open_bytes() == 0);
  CHECK(*shared == text);  // whoever reads it still has it
  PackedText small("abc");
  small.pack();
  CHECK(small.open_bytes() == 3);
  CHECK(PackedText().get().empty());
}
