#include <doctest.h>

#include <ctime>

#include "pkg/registry/release_age.hpp"
#include "tests/support/fake_registry.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::FakeRegistry;
using gyre::test::layout;
using gyre::test::Run;

namespace {

std::string hours_ago(int hours) {
  const std::time_t then = std::time(nullptr) - hours * 3600;
  std::tm parts{};
  ::gmtime_r(&then, &parts);
  char text[64];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
  return text;
}

FakeRegistry registry_with_fresh_release() {
  FakeRegistry registry;
  registry.add("a", "1.0.0");
  registry.add("a", "1.1.0");
  registry.time("a", "1.0.0", hours_ago(100));
  registry.time("a", "1.1.0", hours_ago(5));
  return registry;
}

Run run_of(const std::string& manifest) {
  Run run(manifest);
  run.options.min_release_age = std::chrono::hours(24);
  return run;
}

}  // namespace

TEST_CASE("release times are read with zones, without, and refused when they are none") {
  const auto noon = parse_release_time("2024-05-01T12:00:00.000Z");
  REQUIRE(noon);
  CHECK(parse_release_time("2024-05-01T14:00:00+02:00") == noon);
  CHECK(parse_release_time("2024-05-01T12:00") == noon);
  CHECK(parse_release_time("2024-05-01 06:30:00-05:30") == noon);
  CHECK(*parse_release_time("2024-05-01T12:00:00.250Z") - *noon == std::chrono::milliseconds(250));
  CHECK(*parse_release_time("2024-05-02") - *noon == std::chrono::hours(12));
  for (const char* text :
       {"", "yesterday", "2024-13-01", "2024-05-01X", "05/01/2024", "2024-05-01T",
        "2024-05-01T12:00:", "2024-05-01T12:00:00.", "2024-05-01T12:00+2", "2024-05--1",
        "2024-05-01T12:00Zulu", "5940-01-01"})
    CHECK_MESSAGE(!parse_release_time(text), text);
}

TEST_CASE("a release younger than the minimum age is passed over, and that is said") {
  const FakeRegistry registry = registry_with_fresh_release();
  Run run = run_of(R"({"dependencies":{"a":"^1.0.0"}})");
  CHECK(layout(run.resolve(registry)) == "node_modules/a=1.0.0");
  REQUIRE(run.held_back.size() == 1);
  CHECK(run.held_back[0].newer == "1.1.0");
  CHECK(run.held_back[0].age == "5 hours");
  Run tagged = run_of(R"({"dependencies":{"a":"latest"}})");
  CHECK(layout(tagged.resolve(registry)) == "node_modules/a=1.0.0");
  Run off = run_of(R"({"dependencies":{"a":"^1.0.0"}})");
  off.options.min_release_age = std::chrono::minutes(0);
  CHECK(layout(off.resolve(registry)) == "node_modules/a=1.1.0");
  CHECK(off.held_back.empty());
}

TEST_CASE("exact versions of the project and excluded names may be young") {
  const FakeRegistry registry = registry_with_fresh_release();
  CHECK(layout(run_of(R"({"dependencies":{"a":"1.1.0"}})").resolve(registry)) ==
        "node_modules/a=1.1.0");
  for (const char* entry : {"a", "*", "a@1.1.0", "a@0.9.0 || 1.1.0"}) {
    Run run = run_of(R"({"dependencies":{"a":"^1.0.0"}})");
    run.options.min_release_age_exclude = {entry};
    CHECK_MESSAGE(layout(run.resolve(registry)) == "node_modules/a=1.1.0", entry);
  }
  for (const char* entry : {"b", "@a/*", "a@1.0.0"}) {
    Run run = run_of(R"({"dependencies":{"a":"^1.0.0"}})");
    run.options.min_release_age_exclude = {entry};
    CHECK_MESSAGE(layout(run.resolve(registry)) == "node_modules/a=1.0.0", entry);
  }
}

TEST_CASE("when everything that matches is too young, the error says how to go on") {
  FakeRegistry registry = registry_with_fresh_release();
  registry.add("b", "1.0.0", R"({"dependencies":{"a":"^1.1.0"}})");
  Run run = run_of(R"({"dependencies":{"b":"1"}})");
  const auto tree = run.resolve(registry);
  REQUIRE(!tree.is_ok());
  CHECK(tree.error().is(Code::ETARGET));
  CHECK(tree.error().message().find("1.1.0 was published 5 hours ago") != std::string::npos);
  CHECK(tree.error().message().find("b@1.0.0 > a@^1.1.0") != std::string::npos);
  CHECK(tree.error().hint().find("minimumReleaseAgeExclude") != std::string::npos);
}

TEST_CASE("package.json sets the age where nobody else did") {
  const FakeRegistry registry = registry_with_fresh_release();
  const char* manifest = R"({"dependencies":{"a":"^1.0.0"},"minimumReleaseAge":"2h"})";
  CHECK(layout(run_of(manifest).resolve(registry)) == "node_modules/a=1.1.0");
  Run given = run_of(manifest);
  given.options.min_release_age_is_default = false;
  CHECK(layout(given.resolve(registry)) == "node_modules/a=1.0.0");
  CHECK(layout(run_of(R"({"dependencies":{"a":"^1"},"minimumReleaseAgeExclude":["a"]})")
                   .resolve(registry)) == "node_modules/a=1.1.0");
}

TEST_CASE(
    "metadata that has not changed lately needs no times, other metadata is asked for again") {
  FakeRegistry registry;
  registry.add("a", "1.0.0");
  registry.field("a", "modified", hours_ago(100));
  Run old = run_of(R"({"dependencies":{"a":"^1.0.0"}})");
  CHECK(layout(old.resolve(registry)) == "node_modules/a=1.0.0");
  CHECK(old.requests == 1);
  registry.field("a", "modified", hours_ago(1));
  Run recent = run_of(R"({"dependencies":{"a":"^1.0.0"}})");
  CHECK(layout(recent.resolve(registry)) == "node_modules/a=1.0.0");
  CHECK(recent.requests == 2);
}

TEST_CASE("a locked version stays, however young it is") {
  const FakeRegistry registry = registry_with_fresh_release();
  Run first = run_of(R"({"dependencies":{"a":"^1.0.0"}})");
  first.options.min_release_age = std::chrono::minutes(0);
  auto tree = first.resolve(registry);
  REQUIRE(tree.is_ok());
  Run second = run_of(R"({"dependencies":{"a":"^1.0.0"}})");
  second.request.locked = *tree;
  second.request.locked.from_disk = true;
  CHECK(layout(second.resolve(registry)) == "node_modules/a=1.1.0");
}

TEST_CASE("releases after --before do not exist, exact ones neither") {
  const FakeRegistry registry = registry_with_fresh_release();
  Run run(R"({"dependencies":{"a":"^1.0.0"}})");
  run.options.before = std::chrono::system_clock::now() - std::chrono::hours(50);
  CHECK(layout(run.resolve(registry)) == "node_modules/a=1.0.0");
  Run exact(R"({"dependencies":{"a":"1.1.0"}})");
  exact.options.before = run.options.before;
  CHECK(layout(exact.resolve(registry)).starts_with("ETARGET"));
}
