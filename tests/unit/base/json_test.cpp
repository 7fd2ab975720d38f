#include "runtime/base/json.hpp"

#include <doctest.h>

using namespace gyre;

namespace {
std::string error_of(std::string_view text) {
  auto result = json::parse(text);
  return result ? "" : result.error().message();
}
std::string round_trip(std::string_view text) {
  auto result = json::parse(text);
  return result ? json::write(result.value()) : result.error().message();
}
}  // namespace

TEST_CASE("members keep the order of the document and the last duplicate wins in place") {
  CHECK(round_trip(R"({"z":1,"a":[true,false,null],"z":"x"})") ==
        R"({"z":"x","a":[true,false,null]})");
  std::string many = "{";
  for (int i = 0; i < 100; ++i)
    many += "\"k" + std::to_string(i % 50) + "\":" + std::to_string(i) + ",";
  many += "\"end\":0}";
  auto document = json::parse(many);
  REQUIRE(document.is_ok());
  CHECK(document->as_object()->size() == 51);
  CHECK(*document->get("k3")->as_number() == 53);
}

TEST_CASE("strings decode escapes, surrogate pairs and lone surrogates") {
  CHECK(*json::parse(R"("a\n\u00e9\ud83d\ude00\/")")->as_string() == "a\né😀/");
  CHECK(*json::parse(R"("\ud800x")")->as_string() == "\xED\xA0\x80x");
  CHECK(round_trip("\"\\u0001\\\"\"") == "\"\\u0001\\\"\"");
}

TEST_CASE("numbers follow the grammar") {
  CHECK(round_trip("[0,-0.5,1e3,123456789012,1.5e-7]") == "[0,-0.5,1000,123456789012,1.5e-07]");
  for (const char* bad : {"01", "1.", ".5", "-", "+1", "1e", "0x1", "NaN"}) {
    CAPTURE(bad);
    CHECK_FALSE(json::parse(bad).is_ok());
  }
}

TEST_CASE("errors name what was expected, the line and the column") {
  CHECK(error_of("{\n  \"a\": 1,\n}") ==
        "unexpected '}', expected a key in double quotes (line 3, column 1)");
  CHECK(error_of("[1 2]") == "unexpected '2', expected ',' or ']' (line 1, column 4)");
  CHECK(error_of("") == "unexpected end of JSON, expected a JSON value (line 1, column 1)");
  CHECK(error_of("{} x") == "unexpected 'x', expected the end of the text (line 1, column 4)");
  CHECK(error_of("\"a\nb\"").starts_with("unexpected byte 10"));
  CHECK(error_of("\"abc").starts_with("unexpected end of JSON"));
}

TEST_CASE("depth is bounded") {
  std::string deep(100000, '[');
  CHECK(error_of(deep).starts_with("nested too deeply"));
  CHECK(json::parse(std::string(500, '[') + std::string(500, ']')).is_ok());
}

TEST_CASE("the writer indents as package.json files are written") {
  auto value = json::parse(R"({"a":[1,{}],"b":{"c":[]}})");
  CHECK(json::write(value.value(), 2) ==
        "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": []\n  }\n}");
}
