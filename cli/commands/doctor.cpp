// gyre doctor: what this machine offers, and what it lacks.
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <mutex>

#include "cli/commands/command.hpp"
#include "cli/git.hpp"
#include "cli/version.hpp"
#include "pkg/files.hpp"
#include "pkg/registry/client.hpp"
#include "pkg/registry/curl_api.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/scripts/runner.hpp"
#include "pkg/store/store.hpp"
#include "runtime/base/json.hpp"
#include "runtime/base/path.hpp"

extern char** environ;

namespace gyre::cli {
namespace {

enum class State : uint8_t { kGood, kNote, kBad };

struct Check {
  std::string name;
  State state = State::kGood;
  std::string detail;
  std::string hint;
};

// A ring is only set up to see whether the kernel allows it.
int ring_errno() {
  char parameters[120] = {};
  const long fd = ::syscall(SYS_io_uring_setup, 2, parameters);
  if (fd < 0) return errno;
  ::close(static_cast<int>(fd));
  return 0;
}

std::string why_no_ring(int number) {
  std::string why = errno_name(number);
  if (number == EPERM) why += ": a container profile or kernel.io_uring_disabled forbids it";
  if (number == ENOSYS) why += ": this kernel has none";
  if (number == ENOMEM) why += ": the limit of locked memory is too low";
  return why;
}

Check check_loop(bool programs_run) {
  const int number = ring_errno();
  const char* wanted = ::getenv("GYRE_LOOP");
  const std::string forced = wanted != nullptr ? wanted : "";
  Check check{"event loop", State::kGood, {}, {}};
  if (forced == "epoll") {
    check.detail =
        "epoll, because GYRE_LOOP asks for it; io_uring is " +
        (number == 0 ? std::string("available") : "not available: " + why_no_ring(number));
  } else if (number == 0) {
    check.detail = std::string("io_uring, ") + (forced.empty() ? "because this kernel allows it"
                                                               : "because GYRE_LOOP asks for it");
  } else if (forced == "io_uring") {
    check.state = State::kBad;
    check.detail = "GYRE_LOOP asks for io_uring, which is not available: " + why_no_ring(number);
    check.hint = "unset GYRE_LOOP";
  } else {
    check.state = programs_run ? State::kNote : State::kBad;
    check.detail = std::string(programs_run ? "epoll, because " : "none: ") +
                   "io_uring is not available (" + why_no_ring(number) + ")";
  }
  return check;
}

// The real thing: a program that runs to its end.
Check check_runtime(const Context& context) {
  pkg::ScriptRun run{{context.executable, "-e", "0"}, "/", {}, pkg::ScriptOutput::kCapture, false};
  for (char** line = environ; line != nullptr && *line != nullptr; ++line)
    run.environment.emplace_back(*line);
  auto end = pkg::run_script(run, nullptr);
  if (end && end->status() == 0) return {"JavaScript", State::kGood, "programs run", {}};
  std::string why = end ? end->tail : message_of(end.error());
  std::replace(why.begin(), why.end(), '\n', ' ');
  return {"JavaScript", State::kBad, "a program does not run: " + why,
          "libgyre_runtime.so belongs beside the gyre executable"};
}

Check check_curl() {
  auto curl = pkg::load_curl();
  if (curl) return {"libcurl", State::kGood, "can be loaded", {}};
  return {"libcurl", State::kBad, message_of(curl.error()), curl.error().hint()};
}

// npm's ping; a registry that does not know it answers 404, which is an answer too.
Check check_registry(const pkg::Options& outer) {
  const std::string shown = pkg::printable_url(outer.registry);
  if (outer.offline) return {"registry", State::kNote, shown + " is not asked: offline", {}};
  pkg::Options options = outer;
  options.fetch_retries = 0;
  options.fetch_timeout = std::min(options.fetch_timeout, std::chrono::milliseconds(10'000));
  pkg::TransportEvents events;
  auto transport = pkg::Transport::create(options, events);
  if (!transport) return {"registry", State::kBad, message_of(transport.error()), {}};
  std::mutex mutex;
  std::condition_variable arrived;
  std::optional<Result<pkg::HttpResponse>> answer;
  pkg::HttpRequest request;
  request.url = options.registry + "-/ping";
  request.encoding = pkg::BodyEncoding::kDecompress;
  (*transport)->send(std::move(request), [&](Result<pkg::HttpResponse> response) {
    std::lock_guard lock(mutex);
    answer.emplace(std::move(response));
    arrived.notify_one();
  });
  std::unique_lock lock(mutex);
  arrived.wait(lock, [&answer] { return answer.has_value(); });
  if (!*answer) {
    return {"registry", State::kBad, shown + ": " + message_of(answer->error()),
            "check the registry, proxy and network settings: gyre config list"};
  }
  const pkg::HttpResponse& response = **answer;
  const std::string time = duration_text(response.elapsed);
  if (response.status < 300 || response.status == 404)
    return {"registry", State::kGood, shown + " answered in " + time, {}};
  const Error error = pkg::registry_error(response, "ping", options);
  return {"registry", State::kBad, shown + ": " + message_of(error), error.hint()};
}

Check check_git() {
  auto version = run_git("/", {"--version"});
  if (version) return {"git", State::kGood, *version, {}};
  return {"git", State::kNote, "not found: dependencies from git cannot be installed",
          "install git if you need them"};
}

Check check_folder(const std::string& name, const std::string& folder, State when_not) {
  const Status made = pkg::make_directories(folder);
  if (made && ::access(folder.c_str(), W_OK) == 0) return {name, State::kGood, folder, {}};
  return {name, when_not, folder + " cannot be written to", "change its owner, or the setting"};
}

Check check_modules(const pkg::Options& options) {
  const std::string folder = options.project_dir + "/node_modules";
  if (!pkg::path_exists(folder)) return {"node_modules", State::kGood, "none here", {}};
  if (::access(folder.c_str(), W_OK) == 0) return {"node_modules", State::kGood, folder, {}};
  return {"node_modules", State::kBad, folder + " cannot be written to", "change its owner"};
}

Check check_global_bin(const pkg::Options& options) {
  const std::string bin = options.global_prefix + "/bin";
  const char* search = ::getenv("PATH");
  const std::string all = ":" + std::string(search != nullptr ? search : "") + ":";
  if (all.find(":" + bin + ":") != std::string::npos)
    return {"global commands", State::kGood, bin + " is on PATH", {}};
  return {"global commands", State::kNote, bin + " is not on PATH",
          "add it if you install packages with -g"};
}

Check check_store(const pkg::Options& options) {
  auto report = pkg::Store(options.store_dir).verify();
  if (!report) return {"store contents", State::kBad, message_of(report.error()), {}};
  std::string text = count_text(report->packages, "package") + ", " + size_text(report->bytes);
  if (report->damaged.empty()) return {"store contents", State::kGood, text + ", all whole", {}};
  return {"store contents", State::kBad,
          count_text(report->damaged.size(), "damaged package") + " removed",
          "they will be downloaded again"};
}

Check check_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const std::string text =
      limit.rlim_cur == RLIM_INFINITY ? "unlimited" : std::to_string(limit.rlim_cur);
  if (limit.rlim_cur >= 256) return {"open files", State::kGood, text, {}};
  return {"open files", State::kBad, "only " + text + " may be open", "ulimit -n 1024"};
}

std::string_view word_of(State state) {
  return state == State::kGood ? "ok" : state == State::kNote ? "note" : "fails";
}

void print_table(const Output& out, const std::vector<Check>& checks) {
  for (const Check& check : checks) {
    std::string name = check.name;
    name.resize(20, ' ');
    std::string word(word_of(check.state));
    word.resize(7, ' ');
    const Style style = check.state == State::kGood   ? Style::kGreen
                        : check.state == State::kNote ? Style::kYellow
                                                      : Style::kRed;
    out.print(name + out.styled_out(style, word) + check.detail);
    if (check.state != State::kGood && !check.hint.empty())
      out.print(std::string(27, ' ') + out.styled_out(Style::kDim, check.hint));
  }
}

void print_json(const Output& out, const std::vector<Check>& checks) {
  json::Array list;
  for (const Check& check : checks) {
    json::Object object;
    object.set("check", check.name);
    object.set("state", std::string(word_of(check.state)));
    object.set("detail", check.detail);
    if (!check.hint.empty()) object.set("hint", check.hint);
    list.push_back(std::move(object));
  }
  json::Object object;
  object.set("checks", std::move(list));
  out.print(json::write(std::move(object), 2));
}

void execute(Context& context, bool reads_store) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  std::vector<Check> checks;
  checks.push_back({"gyre",
                    State::kGood,
                    std::string(kVersion) + ", node API " + options->platform.node_version,
                    {}});
  checks.push_back(check_runtime(context));
  checks.push_back(check_loop(checks.back().state == State::kGood));
  checks.push_back(check_files());
  checks.push_back(check_curl());
  if (checks.back().state == State::kGood) checks.push_back(check_registry(*options));
  checks.push_back(check_git());
  checks.push_back(check_folder("cache", options->cache_dir, State::kBad));
  checks.push_back(check_folder("store", options->store_dir, State::kBad));
  if (reads_store) checks.push_back(check_store(*options));
  checks.push_back(check_modules(*options));
  checks.push_back(check_global_bin(*options));
  for (const Check& check : checks) {
    if (check.state == State::kBad) context.exit_code = kFailure;
  }
  if (context.out.is_json)
    print_json(context.out, checks);
  else
    print_table(context.out, checks);
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  auto skips_store = std::make_shared<bool>(false);
  app.add_flag("--no-verify", *skips_store, "Do not read the whole store");
  add_common_options(app, context);
  app.footer(
      "Exit status 1 when a check fails; a note is no failure.\n\n"
      "Examples:\n  gyre doctor\n  gyre doctor --json\n  gyre doctor --no-verify --offline");
  app.callback([skips_store, &context] { execute(context, !*skips_store); });
}

}  // namespace gyre::cli
