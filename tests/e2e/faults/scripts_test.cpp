// Scripts of dependencies (rows F27 and F28).
#include <doctest.h>

#include <filesystem>

#include "tests/e2e/faults/harness.hpp"

using namespace gyre::test;

namespace {

using Clock = std::chrono::steady_clock;

// bad@1.0.0 with one postinstall script.
void postinstall(Bench& bench, const std::string& command) {
  bench.recipe(R"("entries":[{"name":"package/package.json","content":)"
               R"("{\"name\":\"bad\",\"version\":\"1.0.0\",\"scripts\":{\"postinstall\":\")" +
               command + R"(\"}}"}])");
}

void trust(Bench& bench) {
  bench.manifest(
      "{\n  \"name\": \"app\",\n  \"version\": \"1.0.0\",\n  \"dependencies\": {\n"
      "    \"top\": \"^1.0.0\"\n  },\n  \"trustedDependencies\": [\n    \"bad\"\n  ]\n}\n");
}

// A child nobody reaps counts as gone.
bool is_running(const std::string& process) {
  std::ifstream stat("/proc/" + process + "/stat");
  std::string number, name, state;
  return static_cast<bool>(stat >> number >> name >> state) && state != "Z";
}

// What has been killed takes a moment to be gone.
bool is_gone_soon(const std::string& process) {
  for (int i = 0; i < 200 && is_running(process); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return !is_running(process);
}

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
}

// One package for each way in which a script may be there.
void three_packages(Bench& bench) {
  const std::string mark = "touch ran";
  bench.package("told/1.0.0/package.json",
                R"({"name":"told","version":"1.0.0","scripts":{"postinstall":")" + mark + "\"}}");
  bench.package("hidden/1.0.0.json",
                R"({"manifest":{"name":"hidden","version":"1.0.0"},"entries":[)"
                R"({"name":"package/package.json","content":"{\"name\":\"hidden\",)"
                R"(\"version\":\"1.0.0\",\"scripts\":{\"postinstall\":\")" +
                    mark + R"(\"}}"}]})");
  bench.package("gyp/1.0.0/package.json", R"({"name":"gyp","version":"1.0.0"})");
  bench.package("gyp/1.0.0/binding.gyp", "{}");
  bench.manifest(R"({"name":"app","version":"1.0.0",)"
                 R"("dependencies":{"told":"1","hidden":"1","gyp":"1"}})");
}

}  // namespace

TEST_CASE("F27: scripts of packages that are not trusted do not run, and are told of once") {
  Bench bench;
  three_packages(bench);
  const Run run = bench.gyre();
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(count(run.err, "3 packages have scripts that were not run") == 1);
  for (const char* name : {"told@1.0.0", "hidden@1.0.0", "gyp@1.0.0", "gyre approve"})
    CHECK_MESSAGE(run.err.find(name) != std::string::npos, name);
  for (const char* name : {"told", "hidden", "gyp"})
    CHECK(!bench.has("node_modules/" + std::string(name) + "/ran"));
  CHECK(!bench.has("node_modules/gyp/build"));
  // The lockfile says so for whoever installs from it.
  CHECK(bench.read("package-lock.json").find("hasInstallScript") != std::string::npos);

  bench.forget_installation();
  const Run json = bench.gyre({"install", "--json"});
  CHECK(json.exit == 0);
  CHECK(json.out.find("\"blockedScripts\"") != std::string::npos);
  CHECK(count(json.out, "\"postinstall\"") == 2);
}

TEST_CASE("F27: a script only the registry's metadata tells of is told of, and nothing runs") {
  Bench bench;
  bench.package("bad/1.0.0.json",
                R"({"manifest":{"name":"bad","version":"1.0.0","scripts":{"postinstall":)"
                R"("touch ran"}},"entries":[{"name":"package/package.json",)"
                R"("content":"{\"name\":\"bad\",\"version\":\"1.0.0\"}"}]})");
  const Run run = bench.gyre();
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(run.err.find("1 package has scripts that were not run: bad@1.0.0") != std::string::npos);
  bench.forget_installation();
  trust(bench);
  CHECK(bench.gyre().exit == 0);
  CHECK(!bench.has("node_modules/bad/ran"));
}

TEST_CASE("F27: --strict-scripts makes it an error, and installs nothing") {
  Bench bench;
  three_packages(bench);
  const Listing around = bench.surroundings();
  const Run run = bench.gyre({"install", "--strict-scripts"});
  CAPTURE(run.err);
  CHECK(run.exit == 1);
  CHECK(run.err.starts_with("error ELIFECYCLE: 3 packages have scripts that were not run"));
  CHECK(run.err.find("hint: ") != std::string::npos);
  CHECK(!bench.has("node_modules"));
  CHECK(!bench.has("package-lock.json"));
  CHECK(differences(around, bench.surroundings()) == "");
  bench.configure("strict-scripts=true");
  CHECK(bench.gyre().exit == 1);
  const Run told = bench.gyre({"install", "--json"});
  CHECK(told.out.find("\"code\": \"ELIFECYCLE\"") != std::string::npos);
}

TEST_CASE("F28: a script's status is told, with its last forty lines; nothing is left installed") {
  Bench bench;
  trust(bench);
  postinstall(bench, "for i in $(seq 100); do echo line-$i-; done; exit 7");
  const Run run = bench.gyre();
  check_failure(bench, run,
                {"ELIFECYCLE", {"bad@1.0.0", "postinstall", "status 7", "line-61-", "line-100-"}});
  CHECK(run.err.find("line-60-") == std::string::npos);
  check_contract(bench, {"ELIFECYCLE", {}, "bad@1.0.0", true, ""}, [&] { bench.good(); });
}

TEST_CASE("F28: the signal that ended a script is told") {
  Bench bench;
  trust(bench);
  postinstall(bench, "echo before; kill -9 $$");
  check_contract(
      bench,
      {"ELIFECYCLE", {"bad@1.0.0", "postinstall", "SIGKILL", "before"}, "bad@1.0.0", true, ""},
      [&] { bench.good(); });
}

TEST_CASE("F28: output without bounds takes no memory, whether it has lines or not") {
  Bench quiet;
  trust(quiet);
  postinstall(quiet, "exit 3");
  const long usual = quiet.gyre().peak_kib;
  for (const char* command : {"yes 0123456789 | head -c 50000000; exit 3",
                              "head -c 50000000 /dev/zero | tr '\\\\\\\\0' x; exit 3"}) {
    CAPTURE(command);
    Bench bench;
    trust(bench);
    postinstall(bench, command);
    const Run run = bench.gyre();
    check_failure(bench, run, {"ELIFECYCLE", {"bad@1.0.0", "status 3"}});
    CHECK(run.err.size() > 40 * 10);
    CHECK(run.err.size() < 100'000);
    CHECK(run.peak_kib < usual + 16 * 1024);
  }
}

TEST_CASE("F28: Ctrl-C ends a script that never does, its whole process group, and the install") {
  for (const char* before : {"", "trap '' INT TERM; ", "yes & "}) {
    CAPTURE(before);
    Bench bench;
    trust(bench);
    postinstall(bench, std::string(before) + "sleep 987 & echo $! > $INIT_CWD/../../../pid; wait");
    Program program = bench.start({"install"});
    const std::string pid = bench.root() + "/one/pid";
    while (read_file(pid).find('\n') == std::string::npos)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const std::string sleeper = read_file(pid).substr(0, read_file(pid).find('\n'));
    CHECK(is_running(sleeper));
    const auto begin = Clock::now();
    program.signal(SIGINT);
    CHECK(program.wait().exit == 130);
    CHECK(Clock::now() - begin < time_limit(std::chrono::seconds(1)));
    CHECK(is_gone_soon(sleeper));
    CHECK(!bench.has("node_modules"));
    CHECK(!bench.has("package-lock.json"));
    std::filesystem::remove(pid);
    postinstall(bench, "true");
    CHECK(bench.gyre().exit == 0);
  }
}

TEST_CASE("F28: the project's own script that does not end on a signal is ended") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Bench bench;
    bench.manifest(R"({"name":"app","version":"1.0.0","scripts":{"postinstall":)"
                   R"("trap '' INT TERM HUP; sleep 987 & echo $! > pid; wait; wait"}})");
    Program program = bench.start({"install"});
    const std::string pid = bench.project() + "/pid";
    while (read_file(pid).find('\n') == std::string::npos)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const std::string sleeper = read_file(pid).substr(0, read_file(pid).find('\n'));
    const auto begin = Clock::now();
    program.signal(signal);
    CHECK(program.wait().exit == 128 + signal);
    CHECK(Clock::now() - begin < time_limit(std::chrono::seconds(1)));
    CHECK(is_gone_soon(sleeper));
  }
}
