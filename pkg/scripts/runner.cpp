#include "pkg/scripts/runner.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <mutex>

#include "runtime/base/clock.hpp"
#include "runtime/base/defer.hpp"

namespace gyre::pkg {
namespace {

constexpr size_t kTailBytes = 64 << 10;
constexpr size_t kTailLines = 40;
constexpr uint64_t kPatienceMs = 500;  // between a polite signal and SIGKILL

// The last bytes of a stream.
class Tail {
 public:
  void add(const char* data, size_t size) {
    text_.append(data, size);
    if (text_.size() > 2 * kTailBytes) text_.erase(0, text_.size() - kTailBytes);
  }
  std::string last_lines() const {
    size_t at = text_.size();
    if (at > 0 && text_[at - 1] == '\n') --at;
    const size_t first = text_.size() > kTailBytes ? text_.size() - kTailBytes : 0;
    for (size_t lines = 0; at > first; --at) {
      if (text_[at - 1] == '\n' && ++lines == kTailLines) break;
    }
    return text_.substr(at);
  }

 private:
  std::string text_;
};

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& text : strings) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

Result<pid_t> spawn(const ScriptRun& run, int output_fd) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  const Defer cleanup([&] {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  });
  ::posix_spawn_file_actions_addchdir_np(&actions, run.folder.c_str());
  short flags = POSIX_SPAWN_SETSIGMASK;
  sigset_t none;
  sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  if (run.output == ScriptOutput::kCapture) {
    flags |= POSIX_SPAWN_SETPGROUP;
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, output_fd, 1);
    ::posix_spawn_file_actions_adddup2(&actions, output_fd, 2);
  } else if (run.keeps_stdout) {
    ::posix_spawn_file_actions_adddup2(&actions, 2, 1);
  }
  ::posix_spawnattr_setflags(&attributes, flags);
  const std::vector<char*> argv = pointers(run.argv);
  const std::vector<char*> environment = pointers(run.environment);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, run.argv[0].c_str(), &actions, &attributes, argv.data(),
                                   environment.data());
  if (error != 0) return Error::from_errno_number(error, "spawn", run.argv[0]);
  return pid;
}

ScriptEnd end_of(int status) {
  ScriptEnd end;
  if (WIFSIGNALED(status))
    end.signal = WTERMSIG(status);
  else
    end.exit_code = WEXITSTATUS(status);
  return end;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// The processes below `pid`, nearest first, as far as the kernel tells (proc(5), children).
std::vector<pid_t> descendants_of(pid_t pid) {
  std::vector<pid_t> found{pid};
  for (size_t at = 0; at < found.size(); ++at) {
    const std::string number = std::to_string(found[at]);
    std::ifstream children("/proc/" + number + "/task/" + number + "/children");
    for (pid_t child = 0; children >> child;) found.push_back(child);
  }
  found.erase(found.begin());
  return found;
}

// What a command had started when a signal came. Held by descriptor, so that nobody else is hit
// when a number is used again.
class Descendants {
 public:
  // Any thread.
  void collect(const std::vector<pid_t>& processes) {
    std::lock_guard lock(mutex_);
    for (const pid_t process : processes) {
      UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
      if (fd) processes_.push_back(std::move(fd));
    }
  }
  // Waits for their ends, no longer than until `deadline` (monotonic ms).
  void end_by(uint64_t deadline) {
    std::lock_guard lock(mutex_);
    for (const UniqueFd& process : processes_) {
      const uint64_t now = Clock::system().monotonic_ms();
      pollfd ended{process.get(), POLLIN, 0};
      ::poll(&ended, 1, static_cast<int>(deadline > now ? deadline - now : 0));
      if (ended.revents == 0) ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0);
    }
  }

 private:
  std::mutex mutex_;
  std::vector<UniqueFd> processes_;
};

// Returns once the process has ended. Not 0: a signal came, and patience ends then.
uint64_t await_end(pid_t pid, const Interrupts& interrupts, Descendants& descendants) {
  const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  uint64_t kill_at = 0;
  while (pidfd) {
    pollfd fds[] = {{pidfd.get(), POLLIN, 0}, {kill_at == 0 ? interrupts.fd() : -1, POLLIN, 0}};
    const uint64_t now = Clock::system().monotonic_ms();
    if (kill_at != 0 && now >= kill_at) break;
    ::poll(fds, 2, kill_at == 0 ? -1 : static_cast<int>(kill_at - now));
    if (fds[0].revents != 0) break;
    if (fds[1].revents != 0) kill_at = Clock::system().monotonic_ms() + kPatienceMs;
  }
  if (kill_at != 0 && Clock::system().monotonic_ms() >= kill_at) {
    // The signal may have come before there was anybody to pass it on.
    descendants.collect(descendants_of(pid));
    ::kill(pid, SIGKILL);
  }
  return kill_at;
}

// Passes signals on while the command runs in our own process group. From a terminal the whole
// group has them already; else what the command started gets them too.
ScriptEnd wait_forwarding(pid_t pid, const ScriptRun& run, Interrupts* interrupts) {
  if (interrupts == nullptr) return end_of(wait_for(pid));
  Descendants descendants;
  interrupts->set_handler([pid, &descendants](int number, bool from_terminal) {
    const std::vector<pid_t> below = descendants_of(pid);
    descendants.collect(below);
    if (from_terminal) return;
    ::kill(pid, number);
    for (const pid_t process : below) ::kill(process, number);
  });
  const uint64_t kill_at = run.ends_when_interrupted ? await_end(pid, *interrupts, descendants) : 0;
  const ScriptEnd end = end_of(wait_for(pid));
  interrupts->set_handler(nullptr);  // from here on nobody adds to the descendants
  if (kill_at != 0) descendants.end_by(kill_at);
  return end;
}

// False: the other end is closed. Who prints without end must not keep us from looking elsewhere.
bool drain(int fd, Tail& tail) {
  char chunk[16 << 10];
  for (int rounds = 0; rounds < 64; ++rounds) {
    const ssize_t count = ::read(fd, chunk, sizeof chunk);
    if (count > 0) {
      tail.add(chunk, static_cast<size_t>(count));
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    return count < 0 && errno == EAGAIN;
  }
  return true;
}

ScriptEnd wait_capturing(pid_t pid, int output, Interrupts* interrupts) {
  const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  Tail tail;
  bool is_open = true, is_interrupted = false;
  uint64_t kill_at = 0;
  while (true) {
    pollfd fds[] = {{is_open ? output : -1, POLLIN, 0},
                    {pidfd.get(), POLLIN, 0},
                    {interrupts && !is_interrupted ? interrupts->fd() : -1, POLLIN, 0}};
    const bool must_tick = kill_at != 0 || !pidfd;
    ::poll(fds, 3, must_tick ? 50 : -1);
    if (fds[0].revents != 0) is_open = drain(output, tail);
    if (fds[2].revents != 0) {
      is_interrupted = true;
      kill_at = Clock::system().monotonic_ms() + kPatienceMs;
      ::kill(-pid, interrupts->signal());
    }
    if (kill_at != 0 && Clock::system().monotonic_ms() >= kill_at) ::kill(-pid, SIGKILL);
    int status = 0;
    if (::waitpid(pid, &status, WNOHANG) == pid) {
      if (is_open) drain(output, tail);
      ScriptEnd end = end_of(status);
      // What a failed or interrupted script left running ends with it.
      if (is_interrupted || end.status() != 0) ::kill(-pid, SIGKILL);
      end.tail = tail.last_lines();
      return end;
    }
  }
}

}  // namespace

Result<ScriptEnd> run_script(const ScriptRun& run, Interrupts* interrupts) {
  UniqueFd read_end, write_end;
  if (run.output == ScriptOutput::kCapture) {
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC) != 0) return Error::from_errno("pipe");
    read_end.reset(fds[0]);
    write_end.reset(fds[1]);
    ::fcntl(fds[0], F_SETFL, O_NONBLOCK);
  }
  GYRE_ASSIGN(const pid_t pid, spawn(run, write_end.get()));
  write_end.reset();
  return run.output == ScriptOutput::kCapture ? wait_capturing(pid, read_end.get(), interrupts)
                                              : wait_forwarding(pid, run, interrupts);
}

std::string with_arguments(const std::string& text, const std::vector<std::string>& arguments) {
  std::string command = text;
  for (const std::string& argument : arguments) {
    command += ' ';
    const bool is_plain =
        !argument.empty() && argument.find_first_not_of(
                                 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                                 "XYZ0123456789_-./:=@%+,") == std::string::npos;
    if (is_plain) {
      command += argument;
      continue;
    }
    command += '\'';
    for (const char c : argument) {
      if (c == '\'')
        command += "'\\''";
      else
        command += c;
    }
    command += '\'';
  }
  return command;
}

}  // namespace gyre::pkg
