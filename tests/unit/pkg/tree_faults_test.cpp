// F22 and F23: names and bins that lead out of their folders. F24 to F26 are in resolve_test.cpp.
#include <doctest.h>

#include "tests/support/fake_registry.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::FakeRegistry;
using gyre::test::resolve;
using gyre::test::Run;

TEST_CASE("F22: names that leave node_modules are refused, and who lists them is named") {
  FakeRegistry registry;
  registry.add("ok", "1.0.0");
  for (const std::string& name :
       {std::string("../../../canary"), std::string("@x/../../canary"), std::string(".bin"),
        std::string("node_modules"), std::string(), std::string(300, 'a')}) {
    const std::string entry = R"({"dependencies":{")" + name + R"(":"npm:ok@1"}})";
    auto own = parse_manifest(entry, "package.json");
    REQUIRE(!own.is_ok());
    CHECK(own.error().is(Code::EINVALIDNAME));
    CHECK(own.error().message().find("package.json") != std::string::npos);
    registry.add("bad", "1.0.0", entry);
    auto tree = Run(R"({"dependencies":{"bad":"1"}})").resolve(registry);
    REQUIRE(!tree.is_ok());
    CHECK(tree.error().is(Code::EINVALIDNAME));
    CHECK(tree.error().message().find("bad@1.0.0") != std::string::npos);
    auto optional = Run(R"({"optionalDependencies":{"bad":"1"}})").resolve(registry);
    CHECK(optional.error().is(Code::EINVALIDNAME));
  }
}

TEST_CASE("F23: bins that leave their folders are refused") {
  for (const char* bin : {R"({"../../canary":"x"})", R"({"@s/../../canary":"x"})",
                          R"({"x":"../../../../canary"})", R"({"x":"/etc/hostname"})"}) {
    FakeRegistry registry;
    registry.add("bad", "1.0.0", std::string(R"({"bin":)") + bin + "}");
    CHECK_MESSAGE(resolve(R"({"dependencies":{"bad":"1"}})", registry).starts_with("EINVALIDBIN"),
                  bin);
  }
}
