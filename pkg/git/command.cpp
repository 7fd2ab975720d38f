#include "pkg/git/command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "pkg/registry/url.hpp"
#include "runtime/base/clock.hpp"
#include "runtime/base/defer.hpp"
#include "runtime/base/fd.hpp"

namespace gyre::pkg::git {
namespace {

constexpr size_t kOutputLimit = size_t{64} << 20;  // of ls-remote on a huge repository
constexpr size_t kErrorLimit = size_t{64} << 10;
constexpr int kTickMs = 50;

struct Child {
  pid_t pid = -1;
  UniqueFd output, errors;
};

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& text : strings) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

Result<std::pair<UniqueFd, UniqueFd>> make_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return Error::from_errno("pipe");
  ::fcntl(fds[0], F_SETFL, O_NONBLOCK);
  return std::pair(UniqueFd(fds[0]), UniqueFd(fds[1]));
}

Result<Child> spawn(const std::vector<std::string>& arguments) {
  GYRE_ASSIGN(auto output, make_pipe());
  GYRE_ASSIGN(auto errors, make_pipe());
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  const Defer cleanup([&] {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  });
  sigset_t none;
  sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output.second.get(), 1);
  ::posix_spawn_file_actions_adddup2(&actions, errors.second.get(), 2);
  std::vector<std::string> argv{"git"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const std::vector<std::string> variables = environment();
  Child child;
  const int error = ::posix_spawnp(&child.pid, "git", &actions, &attributes, pointers(argv).data(),
                                   pointers(variables).data());
  if (error == ENOENT) {
    return Error(Code::ENOGIT, "there is no git in PATH",
                 "Install git: dependencies from repositories need it.");
  }
  if (error != 0) return Error::from_errno_number(error, "spawn", "git");
  child.output = std::move(output.first);
  child.errors = std::move(errors.first);
  return child;
}

// False when the other end is closed. What goes beyond `limit` is dropped from the front.
bool drain(int fd, std::string& text, size_t limit) {
  char chunk[16 << 10];
  while (true) {
    const ssize_t count = ::read(fd, chunk, sizeof chunk);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return count < 0 && errno == EAGAIN;
    text.append(chunk, static_cast<size_t>(count));
    if (text.size() > limit) text.erase(0, text.size() - limit);
  }
}

// What git said last that is of use to a person.
std::string last_words(const std::string& errors) {
  std::string best;
  std::string_view rest = errors;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const bool matters = line.starts_with("fatal:") || line.starts_with("error:") ||
                         line.starts_with("ERROR:") || line.starts_with("remote:") ||
                         line.starts_with("ssh:") || line.find("ermission denied") != line.npos;
    if (matters && (best.empty() || !line.starts_with("error:"))) best = line;
  }
  if (best.empty()) best = errors.substr(0, errors.find('\n'));
  return printable_text(best, 300);
}

enum class Ending : uint8_t { kExit, kTimeout, kStopped };

struct Collected {
  std::string output, errors;
  int status = 0;
  Ending ending = Ending::kExit;
};

Collected wait_for(Child& child, const Limits& limits) {
  Collected result;
  bool output_open = true, errors_open = true;
  const uint64_t deadline =
      Clock::system().monotonic_ms() + static_cast<uint64_t>(limits.timeout.count());
  while (true) {
    pollfd fds[] = {{output_open ? child.output.get() : -1, POLLIN, 0},
                    {errors_open ? child.errors.get() : -1, POLLIN, 0}};
    ::poll(fds, 2, kTickMs);
    if (fds[0].revents != 0) output_open = drain(child.output.get(), result.output, kOutputLimit);
    if (fds[1].revents != 0) errors_open = drain(child.errors.get(), result.errors, kErrorLimit);
    if (::waitpid(child.pid, &result.status, WNOHANG) == child.pid) break;
    const bool stopped = limits.stop != nullptr && limits.stop->load(std::memory_order_relaxed);
    if (!stopped && Clock::system().monotonic_ms() < deadline) continue;
    result.ending = stopped ? Ending::kStopped : Ending::kTimeout;
    ::kill(-child.pid, SIGKILL);
    while (::waitpid(child.pid, &result.status, 0) < 0 && errno == EINTR) {
    }
    return result;
  }
  if (output_open) drain(child.output.get(), result.output, kOutputLimit);
  if (errors_open) drain(child.errors.get(), result.errors, kErrorLimit);
  // Transport helpers that outlived it.
  ::kill(-child.pid, SIGKILL);
  return result;
}

}  // namespace

std::vector<std::string> environment() {
  constexpr std::string_view kDropped[] = {
      "GIT_DIR=",         "GIT_WORK_TREE=", "GIT_INDEX_FILE=", "GIT_OBJECT_DIRECTORY=",
      "GIT_COMMON_DIR=",  "GIT_PREFIX=",    "GIT_NAMESPACE=",  "GIT_ALTERNATE_OBJECT_DIRECTORIES=",
      "GIT_TEMPLATE_DIR="};
  // Where the user has decided otherwise, that stands.
  std::vector<std::string> own{
      "GIT_ASKPASS=echo", "GIT_ALLOW_PROTOCOL=file:git:http:https:ssh",
      "GIT_SSH_COMMAND=ssh -oBatchMode=yes -oStrictHostKeyChecking=accept-new"};
  std::vector<std::string> out{"GIT_TERMINAL_PROMPT=0", "LC_ALL=C"};
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const auto begins = [variable](std::string_view name) { return variable.starts_with(name); };
    if (std::any_of(std::begin(kDropped), std::end(kDropped), begins)) continue;
    if (begins("GIT_TERMINAL_PROMPT=") || begins("LC_ALL=")) continue;
    std::erase_if(own, [&begins](const std::string& preset) {
      return begins(std::string_view(preset).substr(0, preset.find('=') + 1));
    });
    out.emplace_back(variable);
  }
  out.insert(out.end(), own.begin(), own.end());
  return out;
}

Result<std::string> run(const std::vector<std::string>& arguments, const Limits& limits) {
  GYRE_ASSIGN(Child child, spawn(arguments));
  Collected result = wait_for(child, limits);
  if (result.ending == Ending::kStopped) return Error::with_code_name("ECANCELED", "interrupted");
  if (result.ending == Ending::kTimeout) {
    return Error::with_code_name(
        "ETIMEDOUT",
        "git did not end within " + std::to_string(limits.timeout.count() / 1000) + " s");
  }
  if (WIFEXITED(result.status) && WEXITSTATUS(result.status) == 0) return std::move(result.output);
  std::string how = WIFSIGNALED(result.status)
                        ? "was ended by signal " + std::to_string(WTERMSIG(result.status))
                        : "exited with status " + std::to_string(WEXITSTATUS(result.status));
  const std::string words = last_words(result.errors);
  return Error(Code::EGIT, "git " + how + (words.empty() ? "" : ": " + words));
}

}  // namespace gyre::pkg::git
