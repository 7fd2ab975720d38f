#include "runtime/io/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>

// The thread sanitizer's clone() takes the child for a fork with memory of its own, and the child
// never returns from what it entered.
#ifdef __SANITIZE_THREAD__
extern "C" int __clone(int (*)(void*), void*, int, void*, ...);
#define GYRE_CLONE ::__clone
#define GYRE_UNINSTRUMENTED __attribute__((no_sanitize("thread")))
#else
#define GYRE_CLONE ::clone
#define GYRE_UNINSTRUMENTED
#endif

namespace gyre::io {
namespace {

#ifndef P_PIDFD
constexpr auto kPidFd = static_cast<idtype_t>(3);
#else
constexpr auto kPidFd = P_PIDFD;
#endif

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// Where `file` may be, in order of trial: itself, or in each folder of the child's PATH.
std::vector<std::string> candidates(const SpawnOptions& options) {
  if (options.file.find('/') != std::string::npos) return {options.file};
  std::string path = "/usr/local/bin:/bin:/usr/bin";
  for (const std::string& entry : options.env) {
    if (entry.compare(0, 5, "PATH=") == 0) path = entry.substr(5);
  }
  std::vector<std::string> all;
  for (size_t start = 0; start <= path.size();) {
    size_t end = std::min(path.find(':', start), path.size());
    std::string folder = path.substr(start, end - start);
    all.push_back((folder.empty() ? "." : folder) + '/' + options.file);
    start = end + 1;
  }
  return all;
}

// Everything the child needs, made before it exists: until exec it shares the parent's memory and
// may not allocate.
struct ChildPlan {
  const SpawnOptions& options;
  std::vector<std::string> files;
  std::vector<char*> argv;
  std::vector<char*> envp;
  std::vector<int> fds;
  int null_fd;
  sigset_t old_mask;
  volatile int error = 0;
};

// Child side: async-signal-safe calls only, and raw system calls for the identity, because
// glibc's wrappers would change the parent's threads too.
void reset_signals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) {
    if (number != SIGKILL && number != SIGSTOP) ::sigaction(number, &standard, nullptr);
  }
}

bool place_descriptors(ChildPlan& plan) {
  int count = static_cast<int>(plan.fds.size());
  // First out of the way of the numbers to be filled, then into place.
  for (int& fd : plan.fds) {
    if (fd < 0) fd = plan.null_fd;
    if (fd < count) {
      fd = ::fcntl(fd, F_DUPFD_CLOEXEC, count);
      if (fd < 0) return false;
    }
  }
  for (int target = 0; target < count; ++target) {
    if (::dup2(plan.fds[static_cast<size_t>(target)], target) < 0) return false;
    // A shell expects blocking stdio.
    int flags = ::fcntl(target, F_GETFL);
    if (target <= 2 && flags >= 0 && (flags & O_NONBLOCK) != 0) {
      ::fcntl(target, F_SETFL, flags & ~O_NONBLOCK);
    }
  }
  return true;
}

bool change_identity(const SpawnOptions& options) {
  if (options.user || options.group) (void)::syscall(SYS_setgroups, 0, nullptr);
  if (options.group && ::syscall(SYS_setgid, *options.group) != 0) return false;
  return !options.user || ::syscall(SYS_setuid, *options.user) == 0;
}

GYRE_UNINSTRUMENTED [[noreturn]] void run_child(ChildPlan& plan) {
  const SpawnOptions& options = plan.options;
  if (options.detached) ::setsid();
  bool is_ready = place_descriptors(plan) &&
                  (options.cwd.empty() || ::chdir(options.cwd.c_str()) == 0) &&
                  change_identity(options);
  if (is_ready) {
    reset_signals();
    // Not the parent's mask: worker threads block everything, and the child must hear signals.
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    int error = ENOENT;
    for (const std::string& file : plan.files) {
      ::execve(file.c_str(), plan.argv.data(), plan.envp.data());
      // A file that may not be run is remembered; the search goes on.
      if (errno == EACCES)
        error = EACCES;
      else if (errno != ENOENT && errno != ENOTDIR) {
        error = errno;
        break;
      }
    }
    errno = error;
  }
  plan.error = errno;
  ::_exit(127);
}

GYRE_UNINSTRUMENTED int run_plan(void* plan) { run_child(*static_cast<ChildPlan*>(plan)); }

// As vfork does, the parent's thread waits until the child has called exec or ended; but the child
// has a stack of its own, and sanitizers do not make a plain fork of it.
pid_t start_child(ChildPlan& plan) {
  constexpr size_t kStackBytes = 64 * 1024;
  const auto stack = std::make_unique_for_overwrite<std::byte[]>(kStackBytes);
  return GYRE_CLONE(run_plan, stack.get() + kStackBytes, CLONE_VM | CLONE_VFORK | SIGCHLD, &plan);
}

void reap(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Result<SpawnedProcess> spawn(const SpawnOptions& options) {
  UniqueFd null_fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null_fd) return Error::from_errno("spawn");
  ChildPlan plan{options,
                 candidates(options),
                 pointers_to(options.args),
                 pointers_to(options.env),
                 options.fds,
                 null_fd.get(),
                 {}};
  // No handler of ours may run in the child while it shares our memory.
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &plan.old_mask);
  pid_t pid = start_child(plan);
  int fork_error = errno;
  ::pthread_sigmask(SIG_SETMASK, &plan.old_mask, nullptr);
  if (pid < 0) return Error::from_errno_number(fork_error, "spawn");
  if (plan.error != 0) {
    reap(pid);
    return Error::from_errno_number(plan.error, "spawn");
  }
  UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) {
    Error error = Error::from_errno("spawn");
    ::kill(pid, SIGKILL);
    reap(pid);
    return error;
  }
  return SpawnedProcess{pid, std::move(pidfd)};
}

std::optional<ExitStatus> try_wait(const SpawnedProcess& process) {
  siginfo_t info{};
  int result = ::waitid(kPidFd, static_cast<id_t>(process.pidfd.get()), &info, WEXITED | WNOHANG);
  if (result != 0 || info.si_pid == 0) return std::nullopt;
  if (info.si_code == CLD_EXITED) return ExitStatus{info.si_status, 0};
  return ExitStatus{0, info.si_status};
}

// Completes when the child has ended.
class ProcessWatch::ExitOp final : public loop::Op {
 public:
  explicit ExitOp(Ref<ProcessWatch> watch) : Op(loop::OpCounts::kNo), watch_(std::move(watch)) {}
  void prepare(loop::Sqe sqe) noexcept override { sqe.poll(watch_->process_.pidfd.get(), POLLIN); }
  void complete(int, loop::CqeFlags) override {
    Ref<ProcessWatch> watch = std::move(watch_);
    watch->op_.reset();
    if (watch->is_closing()) return watch->finish_close();
    watch->on_readable();
  }

 private:
  Ref<ProcessWatch> watch_;
};

ProcessWatch::ProcessWatch(loop::Loop& loop, SpawnedProcess process,
                           std::function<void(ExitStatus)> on_exit)
    : Handle(loop), process_(std::move(process)), on_exit_(std::move(on_exit)) {}

void ProcessWatch::start() {
  set_active(true);
  op_ = make_ref<ExitOp>(Ref<ProcessWatch>(this));
  loop().submit(op_);
}

void ProcessWatch::on_readable() {
  auto status = try_wait(process_);
  if (!status) return start();
  has_exited_ = true;
  set_active(false);
  if (on_exit_) on_exit_(*status);
}

Status ProcessWatch::kill(int signal) {
  if (has_exited_) return Error::from_errno_number(ESRCH, "kill");
  if (::syscall(SYS_pidfd_send_signal, process_.pidfd.get(), signal, nullptr, 0) != 0) {
    return Error::from_errno("kill");
  }
  return ok();
}

loop::CloseStep ProcessWatch::begin_close() {
  set_active(false);
  on_exit_ = nullptr;
  if (!op_) return loop::CloseStep::kDone;
  loop().cancel(*op_);
  return loop::CloseStep::kLater;
}

}  // namespace gyre::io
