#include <doctest.h>

#include <string>
#include <vector>

#include "pkg/semver/algorithms.hpp"
#include "pkg/semver/json_lines.hpp"

using namespace gyre::semver;

namespace {

std::string canonical(std::string_view range, RangeOptions options = {}) {
  auto parsed = Range::parse(range, options);
  return parsed ? parsed->text() : "invalid";
}
bool satisfies(std::string_view version, std::string_view range, RangeOptions options = {}) {
  auto parsed = Range::parse(range, options);
  return parsed && parsed->test(version);
}
constexpr RangeOptions kLoose{Mode::kLoose, Prereleases::kOnlySameTuple};
constexpr RangeOptions kInclude{Mode::kStrict, Prereleases::kInclude};

}  // namespace

TEST_CASE("a version is three numbers, a prerelease and a build") {
  auto version = parse(" v4.17.21-rc.1.x+meta.7 ");
  REQUIRE(version);
  CHECK(version->major == 4);
  CHECK(version->patch == 21);
  CHECK(version->prerelease.size() == 3);
  CHECK(version->prerelease[1].is_number);
  CHECK(version->text() == "4.17.21-rc.1.x");
  CHECK(version->build == std::vector<std::string>{"meta", "7"});
}

TEST_CASE("what is not a version is refused") {
  for (const char* text : {"", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-01", "=1.2.3", "1.2.3-",
                           "1.2.3-a..b", "1.2.3+", "a.b.c", "9007199254740992.0.0"})
    CHECK_MESSAGE(!parse(text), text);
  CHECK(!parse(std::string(300, '1') + ".0.0"));
  CHECK(parse("9007199254740991.0.0"));
}

TEST_CASE("loose parsing accepts what people wrote before the rules") {
  CHECK(parse("=v 1.02.3beta", Mode::kLoose)->text() == "1.2.3-beta");
  CHECK(parse("1.2.34.5", Mode::kLoose)->text() == "1.2.3-4.5");
  CHECK(!parse("hello", Mode::kLoose));
}

TEST_CASE("versions are ordered by number, prereleases before releases, numbers before words") {
  std::vector<std::string> sorted = {"0.9.9",     "1.0.0-0",   "1.0.0-2", "1.0.0-10", "1.0.0-a",
                                     "1.0.0-a.1", "1.0.0-a.b", "1.0.0-b", "1.0.0",    "1.0.1-rc.1",
                                     "1.0.1",     "1.10.0",    "2.0.0",   "10.0.0"};
  for (size_t i = 0; i + 1 < sorted.size(); ++i) {
    CHECK_MESSAGE(compare(*parse(sorted[i]), *parse(sorted[i + 1])) < 0, sorted[i]);
    CHECK(compare(*parse(sorted[i + 1]), *parse(sorted[i])) > 0);
    CHECK(compare(*parse(sorted[i]), *parse(sorted[i])) == 0);
  }
  CHECK(compare(*parse("1.0.0+a"), *parse("1.0.0+b")) == 0);
  CHECK(compare_build(*parse("1.0.0+a"), *parse("1.0.0+b")) < 0);
}

TEST_CASE("every range form has one canonical text") {
  const char* table[][2] = {{"^1.2.3", ">=1.2.3 <2.0.0-0"},
                            {"^0.2.3", ">=0.2.3 <0.3.0-0"},
                            {"^0.0.3", ">=0.0.3 <0.0.4-0"},
                            {"^0.0", "<0.1.0-0"},
                            {"^0", "<1.0.0-0"},
                            {"^ 1", ">=1.0.0 <2.0.0-0"},
                            {"~1.2.3", ">=1.2.3 <1.3.0-0"},
                            {"~> 1", ">=1.0.0 <2.0.0-0"},
                            {"~1.2.3-b", ">=1.2.3-b <1.3.0-0"},
                            {"1.2.x", ">=1.2.0 <1.3.0-0"},
                            {"1", ">=1.0.0 <2.0.0-0"},
                            {"*", ""},
                            {"", ""},
                            {"x || 2", ""},
                            {">1.2", ">=1.3.0"},
                            {"<=1.2", "<1.3.0-0"},
                            {"<1", "<1.0.0-0"},
                            {"> 1.2.3", ">1.2.3"},
                            {"1.2 - 3.4", ">=1.2.0 <3.5.0-0"},
                            {"1.2.3 - 2", ">=1.2.3 <3.0.0-0"},
                            {"* - 2.0.0", "<=2.0.0"},
                            {">=1 <3 || 5.0.0", ">=1.0.0 <3.0.0-0||5.0.0"},
                            {">*", "<0.0.0-0"},
                            {"1.0.0+build", "1.0.0"},
                            {">01.2.3", "invalid"},
                            {"blerg", "invalid"},
                            {"^9007199254740991.0.0", "invalid"}};
  for (auto& row : table) CHECK_MESSAGE(canonical(row[0]) == row[1], row[0]);
  CHECK(canonical("^1.2", kInclude) == ">=1.2.0-0 <2.0.0-0");
  CHECK(canonical("1.0.0 - 2.0.0", kInclude) == ">=1.0.0-0 <2.0.1-0");
  CHECK(canonical(">01.2.3 foo", kLoose) == ">1.2.3");
}

TEST_CASE("a prerelease satisfies only ranges that name a prerelease of its x.y.z") {
  CHECK(satisfies("1.2.3-beta", "^1.2.3-alpha"));
  CHECK(satisfies("1.9.0", "^1.2.3-alpha"));
  CHECK(!satisfies("1.2.4-beta", "^1.2.3-alpha"));
  CHECK(satisfies("1.2.4-beta", "^1.2.3-alpha", kInclude));
  CHECK(!satisfies("2.0.0-rc.1", "^1.0.0", kInclude));
  CHECK(!satisfies("junk", "*"));
}

TEST_CASE("incrementing follows the release type") {
  auto next = [](const char* from, const char* type, const char* id = "",
                 IdentifierBase base = IdentifierBase::kZero) {
    auto version = increment(*parse(from), type, id, base);
    return version ? version->text() : "null";
  };
  CHECK(next("1.2.3", "major") == "2.0.0");
  CHECK(next("2.0.0-1", "major") == "2.0.0");
  CHECK(next("1.2.3-x", "patch") == "1.2.3");
  CHECK(next("1.2.3", "prerelease", "beta") == "1.2.4-beta.0");
  CHECK(next("1.2.4-beta.0", "prerelease", "beta") == "1.2.4-beta.1");
  CHECK(next("1.2.4-beta.0", "prerelease", "rc", IdentifierBase::kOne) == "1.2.4-rc.1");
  CHECK(next("1.2.3", "premajor", "a", IdentifierBase::kNone) == "2.0.0-a");
  CHECK(next("1.2.3", "prepatch", "", IdentifierBase::kNone) == "null");
  CHECK(next("1.2.3", "preminor", "no/slash") == "null");
  CHECK(next("1.2.3-rc.1", "release") == "1.2.3");
  CHECK(next("1.2.3", "release") == "null");
  CHECK(next("1.2.3", "sideways") == "null");
}

TEST_CASE("coercion finds a version in any text, from either end") {
  CHECK(coerce("release 3.4 of x")->text() == "3.4.0");
  CHECK(coerce("v1.2.3.4")->text() == "1.2.3");
  CHECK(coerce("v1.2.3.4", Direction::kRightToLeft)->text() == "2.3.4");
  CHECK(coerce("a1.2.3-rc.1", Direction::kLeftToRight, kInclude)->text() == "1.2.3-rc.1");
  CHECK(!coerce("none"));
  CHECK(!coerce(std::string(17, '1')));
}

TEST_CASE("ranges compare as sets") {
  auto range = [](const char* text) { return *Range::parse(text); };
  CHECK(intersects(range("^1.2"), range("<1.3")));
  CHECK(!intersects(range("<1"), range(">=2 || 1.5.0")));
  CHECK(is_subset(range("^1.2.3"), range("1.x || 3")));
  CHECK(!is_subset(range(">=1"), range("^1")));
  CHECK(is_subset(range("1.0.0 2.0.0"), range("9")));  // nothing is part of everything
  CHECK(min_version(range(">1.2.3 || >=5"))->text() == "1.2.4");
  CHECK(is_outside(*parse("3.0.0"), range("^2"), Side::kAbove));
  CHECK(is_outside(*parse("1.0.0"), range("^2"), Side::kBelow));
  CHECK(!is_outside(*parse("2.5.0"), range("1 || 3"), Side::kAbove));
  CHECK(difference(*parse("1.0.0"), *parse("1.1.0-a")) == "preminor");
}

TEST_CASE("a JSON line is answered with a JSON line, whatever it holds") {
  CHECK(answer_json_line(R"({"op":"satisfies","args":["1.2.3","^1.0.0"]})") == R"({"ok":true})");
  CHECK(answer_json_line(R"({"op":"valid","args":["nope"]})") == R"({"ok":null})");
  CHECK(answer_json_line(R"({"op":"valid","args":["1.2.3beta"],"opts":{"loose":true}})") ==
        R"({"ok":"1.2.3-beta"})");
  CHECK(answer_json_line(R"({"op":"compare","args":["x","1.0.0"]})").starts_with("{\"error\""));
  for (const char* junk : {"", "[]", "{}", R"({"op":5,"args":[]})", R"({"op":"zzz","args":[]})",
                           R"({"op":"sort","args":[]})", R"({"op":"inc","args":["1.0.0"]})"})
    CHECK_MESSAGE(answer_json_line(junk).starts_with("{\"error\""), junk);
}

TEST_CASE("relations are answered for versions as they are written") {
  auto answer = [](const char* op, const char* args) {
    return answer_json_line(std::string(R"({"op":")") + op + R"(","args":)" + args + "}");
  };
  CHECK(answer("eq", R"(["1.2.3","v1.2.3"])") == R"({"ok":true})");
  CHECK(answer("lt", R"(["1.2.3-a","1.2.3"])") == R"({"ok":true})");
  CHECK(answer("cmp", R"(["1.2.3","===","v1.2.3"])") == R"({"ok":false})");
  CHECK(answer("cmp", R"(["1.2.3","<=","1.2.3"])") == R"({"ok":true})");
  CHECK(answer("cmp", R"(["1.2.3","~","1.2.3"])").starts_with(R"({"error")"));
  CHECK(answer("major", R"(["4.5.6"])") == R"({"ok":4})");
  CHECK(answer("outside", R"(["2.0.0","^1",">"])") == R"({"ok":true})");
  CHECK(answer("outside", R"(["2.0.0","^1","?"])").starts_with(R"({"error")"));
  // Nothing satisfies it, and yet it contains itself.
  CHECK(answer("subset", R"(["<1.0.0 >2.0.0","<1.0.0 >2.0.0"])") == R"({"ok":true})");
}
