// Logins in the browser, and accounts that want a one-time password.
#include <doctest.h>

#include <filesystem>

#include "tests/e2e/faults/harness.hpp"
#include "tests/unit/registry_mock/client.hpp"

using namespace gyre::test;
using gyre::registry_mock::JournalEntry;

namespace {

constexpr const char* kTwoFactor = R"("password":"pw","otp":"123456",)";
constexpr const char* kDone = "/-/v1/done";

void forget_token(const Bench& bench) {
  std::ofstream(bench.project() + "/.npmrc") << "registry=" << bench.url() << "\n";
}

std::string user_config(const Bench& bench) { return read_file(bench.root() + "/home/.npmrc"); }

size_t polls(Bench& bench) {
  const auto requests = bench.registry().requests();
  return static_cast<size_t>(
      std::count_if(requests.begin(), requests.end(),
                    [](const JournalEntry& entry) { return entry.url.starts_with(kDone); }));
}

template <typename Condition>
bool wait_for(Condition holds) {
  for (int i = 0; i < 3000 && !holds(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return holds();
}

// The path of the page a person is told to open.
std::string page_in(const std::string& text, const std::string& url) {
  const size_t at = text.find(url + "-/v1/signin/");
  if (at == std::string::npos) return {};
  const size_t begin = at + url.size() - 1;
  return text.substr(begin, text.find_first_of("\r\n", begin) - begin);
}

// The npm-otp header of each PUT.
std::vector<std::string> codes_sent(Bench& bench) {
  std::vector<std::string> codes;
  for (const JournalEntry& entry : bench.registry().requests()) {
    if (entry.method == "PUT") codes.push_back(entry.header("npm-otp"));
  }
  return codes;
}

}  // namespace

TEST_CASE("a web login shows the page, asks as often as it may, and keeps the token") {
  Bench bench;
  forget_token(bench);
  const auto begin = std::chrono::steady_clock::now();
  Program login = bench.start({"login", "--auth-type=web"});
  REQUIRE(wait_for([&] { return !page_in(bench.printed_errors(), bench.url()).empty(); }));
  REQUIRE(wait_for([&] { return polls(bench) == 2; }));
  // The registry says retry-after: 1.
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(950));
  CHECK(user_config(bench).empty());
  const std::string page = page_in(bench.printed_errors(), bench.url());
  CHECK(ask(bench.url(), "GET", page + "?user=me").status() == 200);
  const Run run = login.wait();
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(run.out == "Logged in on " + bench.url() + ".\n");
  CHECK(user_config(bench).find(":_authToken=") != std::string::npos);
  const Run who = bench.gyre({"whoami"});
  CHECK(who.out == "me\n");
  CHECK(bench.gyre({"logout"}).exit == 0);
  CHECK(user_config(bench).find("_authToken") == std::string::npos);
  for (const JournalEntry& entry : bench.registry().requests()) {
    if (entry.url.starts_with("/-/v1/")) CHECK(entry.header("authorization").empty());
  }
}

TEST_CASE("a web login that is refused, or that nobody confirms, leaves no token") {
  for (const char* answer :
       {R"("status":403,"body":"{}")", R"("status":200,"body":"{}")", R"("answer":"html")"}) {
    CAPTURE(answer);
    Bench bench;
    forget_token(bench);
    bench.fault(std::string(R"({"url":"/-/v1/done*",)") + answer + "}");
    const Run run = bench.gyre({"login"});
    CAPTURE(run.err);
    CHECK(run.exit == 1);
    CHECK(run.err.find("\nerror E") != std::string::npos);
    CHECK(user_config(bench).empty());
  }
  Bench bench;
  forget_token(bench);
  Program login = bench.start({"login"});
  REQUIRE(wait_for([&] { return polls(bench) > 0; }));
  login.signal(SIGINT);
  CHECK(login.wait().exit == 130);
  CHECK(user_config(bench).empty());
}

TEST_CASE("a registry without web logins is asked the old way") {
  Bench bench(R"("password":"pw",)");
  forget_token(bench);
  bench.fault(R"({"url":"/-/v1/login","status":404,"body":"{}"})");
  const Run run = bench.shell("printf 'me\\npw\\n' | gyre login --auth-type=web");
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(bench.gyre({"whoami"}).out == "me\n");
}

TEST_CASE("what changes something needs the one-time password, and says so without one") {
  Bench bench(kTwoFactor);
  const std::vector<std::vector<std::string>> commands = {{"publish"},
                                                          {"dist-tag", "add", "app@1.0.0", "next"},
                                                          {"dist-tag", "rm", "app", "next"},
                                                          {"deprecate", "app@1.0.0", "old"},
                                                          {"owner", "add", "me", "app"},
                                                          {"unpublish", "app", "--force"}};
  for (std::vector<std::string> command : commands) {
    CAPTURE(command.front());
    for (const char* code : {"", "000000"}) {
      std::vector<std::string> wrong = command;
      if (*code != 0) wrong.push_back(std::string("--otp=") + code);
      const Run run = bench.gyre(wrong);
      if (command.front() == "owner") break;  // me owns it already: nothing is sent
      CHECK(run.exit == 1);
      CHECK(run.err.find("error EOTP: ") != std::string::npos);
      CHECK(run.err.find("hint: repeat the command with --otp=<code>") != std::string::npos);
    }
    command.push_back("--otp=123456");
    const Run run = bench.gyre(command);
    CAPTURE(run.err);
    CHECK(run.exit == 0);
  }
  bench.environment["npm_config_otp"] = "123456";
  CHECK(bench.gyre({"publish", "--force"}).exit == 0);
}

TEST_CASE("tokens are made with password and one-time password") {
  Bench bench(kTwoFactor);
  const Run refused = bench.shell("printf 'pw\\n' | gyre token create --name ci");
  CHECK(refused.exit == 1);
  CHECK(refused.err.find("error EOTP: ") != std::string::npos);
  const Run made = bench.shell("printf 'pw\\n' | gyre token create --name ci --otp 123456");
  CAPTURE(made.err);
  CHECK(made.exit == 0);
  CHECK(made.out.starts_with("Created "));
  const std::string key =
      "gyre token list --json | sed -n 's/.*\"id\": \"\\(.*\\)\".*/\\1/p' | tail -1";
  CHECK(bench.shell("gyre token revoke $(" + key + ")").err.find("error EOTP: ") !=
        std::string::npos);
  CHECK(bench.shell("gyre token revoke --otp 123456 $(" + key + ")").exit == 0);
  forget_token(bench);
  const std::string login = "printf 'me\\npw\\n' | gyre login --auth-type=legacy";
  CHECK(bench.shell(login).err.find("error EOTP: ") != std::string::npos);
  CHECK(bench.shell(login + " --otp 123456").exit == 0);
}

TEST_CASE("on a terminal the one-time password is asked for, or the page is shown") {
  if (!std::filesystem::exists("/usr/bin/script")) return;  // gives the command its terminal
  Bench bench(kTwoFactor);
  const Run asked = bench.shell("printf '123456\\n' | script -qec 'gyre publish' /dev/null");
  CAPTURE(asked.out);
  CHECK(asked.exit == 0);
  CHECK(asked.out.find("Enter OTP:") != std::string::npos);
  CHECK(asked.out.find("+ app@1.0.0") != std::string::npos);
  CHECK(codes_sent(bench) == std::vector<std::string>{"", "123456"});

  Bench web(kTwoFactor);
  const Reply begun =
      ask(web.url(), "POST", "/-/v1/login", "content-type: application/json\r\n", "{}");
  // What follows the host: `ask` calls it by another name.
  auto path_of = [&begun](const char* member) {
    const std::string url = at(begun.json(), {member});
    const size_t slash = url.find("/-/");
    return slash == std::string::npos ? std::string() : url.substr(slash);
  };
  CHECK(ask(web.url(), "GET", path_of("loginUrl")).status() == 200);
  const std::string host = web.url().substr(0, web.url().size() - 1);
  const std::string page = host + path_of("loginUrl"), done = host + path_of("doneUrl");
  web.fault(R"({"url":"/app","method":"PUT","count":1,"status":401,)"
            R"("headers":{"www-authenticate":"OTP","content-type":"application/json"},)"
            R"("body":"{\"authUrl\":\")" +
            page + R"(\",\"doneUrl\":\")" + done + R"(\"}"})");
  const Run shown = web.shell("script -qec 'gyre publish' /dev/null </dev/null");
  CAPTURE(shown.out);
  CHECK(shown.out.find(page) != std::string::npos);
  const auto codes = codes_sent(web);
  REQUIRE(codes.size() >= 2);
  CHECK(codes[0].empty());
  CHECK(codes[1].size() > 20);  // what the page's end handed out
}
