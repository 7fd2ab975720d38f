// Lockfiles that are broken, stale or hostile (rows F29 to F32).
#include <doctest.h>

#include <filesystem>
#include <functional>

#include "tests/e2e/faults/harness.hpp"

using namespace gyre::test;

namespace {

void write_lock(const Bench& bench, const std::string& text) {
  std::ofstream(bench.project() + "/package-lock.json") << text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

// Fails with every command that reads the lockfile; everything is as it was, nothing was asked.
void check_refused(Bench& bench, const std::string& lock, const std::string& code,
                   const std::vector<std::string>& says) {
  write_lock(bench, lock);
  bench.registry().clear_journal();
  const Listing around = bench.surroundings();
  const Listing project = list_files(bench.project(), Detail::kIdentity);
  const std::vector<std::vector<std::string>> commands = {
      {"install"}, {"install", "--frozen"}, {"ci"}, {"add", "steady"}, {"update"}};
  for (const auto& command : commands) {
    const Run run = bench.gyre(command);
    CAPTURE(run.err);
    CHECK(run.exit == 1);
    CHECK(run.err.starts_with("error " + code + ": "));
    CHECK(run.err.find("\nhint: ") != std::string::npos);
    for (const std::string& text : says)
      CHECK_MESSAGE(run.err.find(text) != std::string::npos, text);
    CHECK(differences(project, list_files(bench.project(), Detail::kIdentity)) == "");
    CHECK(differences(around, bench.surroundings()) == "");
  }
  const Run json = bench.gyre({"install", "--json"});
  CHECK(json.out.find("\"code\": \"" + code + "\"") != std::string::npos);
  CHECK(bench.registry().requests().empty());
}

// Both commands that install what the lockfile says or nothing: refused, and `check` sees how.
void for_each_frozen_refusal(Bench& bench, const std::function<void(const Run&)>& check) {
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"install", "--frozen"}, std::vector<std::string>{"ci"}}) {
    const Run run = bench.gyre(command);
    CAPTURE(run.err);
    CHECK(run.exit == 1);
    CHECK(run.err.starts_with("error ELOCKSTALE: "));
    check(run);
  }
}

}  // namespace

TEST_CASE("F29: a lockfile that cannot be read is left as it is, never taken as absent") {
  for (const bool is_installed : {false, true}) {
    CAPTURE(is_installed);
    Bench bench;
    REQUIRE(bench.gyre().exit == 0);
    const std::string good = bench.read("package-lock.json");
    if (!is_installed) std::filesystem::remove_all(bench.project() + "/node_modules");
    check_refused(bench, "", "ELOCKPARSE", {"package-lock.json", "line 1"});
    check_refused(bench, " \n", "ELOCKPARSE", {"package-lock.json", "line 1"});
    check_refused(bench, good.substr(0, good.size() / 2), "ELOCKPARSE",
                  {"package-lock.json", "line "});
    check_refused(bench, replaced(good, "  \"packages\"", "<<<<<<< ours\n  \"packages\""),
                  "ELOCKPARSE", {"merge conflict", "line 6"});
    check_refused(bench, replaced(good, "\"lockfileVersion\": 3", "\"lockfileVersion\": 9"),
                  "ELOCKVERSION", {"9"});
    write_lock(bench, good);
    CHECK(bench.gyre().exit == 0);
    CHECK(bench.has("node_modules/bad/index.js"));
  }
}

TEST_CASE("F30: a frozen install lists every difference, downloads and writes nothing") {
  Bench bench;
  REQUIRE(bench.gyre().exit == 0);
  bench.manifest(R"({"name":"app","version":"1.0.0","dependencies":{"top":"^2.0.0","steady":"1"},)"
                 R"("devDependencies":{"bad":"1"}})");
  for (const bool is_installed : {true, false}) {
    if (!is_installed) std::filesystem::remove_all(bench.project() + "/node_modules");
    bench.registry().clear_journal();
    const Listing project = list_files(bench.project(), Detail::kIdentity);
    for_each_frozen_refusal(bench, [](const Run& run) {
      for (const char* text : {"top", "\"^2.0.0\"", "\"^1.0.0\"", "steady@1", "bad@1"})
        CHECK_MESSAGE(run.err.find(text) != std::string::npos, text);
      CHECK(run.err.find("\nhint: ") != std::string::npos);
    });
    CHECK(bench.registry().requests().empty());
    CHECK(differences(project, list_files(bench.project(), Detail::kIdentity)) == "");
  }
}

TEST_CASE("F31: locations that lead out of the project") {
  Bench bench;
  REQUIRE(bench.gyre().exit == 0);
  const std::string good = bench.read("package-lock.json");
  for (const char* location : {"node_modules/../../canary", "/abs", "../x",
                               "node_modules/bad/node_modules/../../../../canary"}) {
    CAPTURE(location);
    check_refused(bench, replaced(good, "\"node_modules/bad\"", '"' + std::string(location) + '"'),
                  "ELOCKPATH", {location});
  }
  check_refused(bench, replaced(good, "\"\": {\n", "\"\": {\n      \"link\": true,\n"), "ELOCKPATH",
                {"the project itself"});
}

TEST_CASE("F32: an entry without a hash must be on a configured registry, and gets its hash") {
  Bench bench;
  REQUIRE(bench.gyre().exit == 0);
  const std::string good = bench.read("package-lock.json");
  const size_t entry = good.find("\"node_modules/bad\"");
  const size_t at = good.find("      \"integrity\"", entry);
  std::string without = good;
  without.erase(at, good.find('\n', at) + 1 - at);
  // The line before it may end the object now.
  if (without.compare(at, 5, "    }") == 0) without.erase(without.rfind(',', at), 1);
  const std::string foreign = replaced(without, bench.url() + "bad/", "http://127.0.0.1:1/bad/");
  check_refused(bench, foreign, "ELOCKHOST", {"node_modules/bad", "http://127.0.0.1:1/bad/"});

  write_lock(bench, without);
  std::filesystem::remove_all(bench.project() + "/node_modules");
  const Listing project = list_files(bench.project(), Detail::kIdentity);
  for_each_frozen_refusal(bench, [&](const Run& run) {
    CHECK(run.err.find("bad@1.0.0") != std::string::npos);
    CHECK(differences(project, list_files(bench.project(), Detail::kIdentity)) == "");
  });
  const Run run = bench.gyre();
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(run.err.find("warning EINTEGRITY: ") != std::string::npos);
  CHECK(run.err.find("bad@1.0.0") != std::string::npos);
  CHECK(bench.read("package-lock.json") == good);
}
