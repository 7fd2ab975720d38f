#include "runtime/bindings/watchdog.hpp"

#include <semaphore.h>
#include <signal.h>

#include <atomic>
#include <cerrno>

namespace gyre::bindings {
namespace {

// A thread that takes no signals: they are for the loops' threads.
template <typename F>
std::thread start_quiet_thread(F run) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  std::thread thread(std::move(run));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

// SIGINT belongs to the process: one guard at a time has it, inner ones wait on the outer's state.
struct Interrupt {
  std::mutex mutex;
  InterruptGuard* owner = nullptr;
  struct sigaction previous {};
  sem_t wake;
  std::atomic<bool> is_stopping{false};
};
Interrupt& interrupt() {
  static Interrupt& state = *[] {
    auto* made = new Interrupt;
    ::sem_init(&made->wake, 0, 0);
    return made;
  }();
  return state;
}
sem_t* handler_wake = nullptr;  // set before the handler is installed

void on_interrupt(int) {
  int saved = errno;
  ::sem_post(handler_wake);
  errno = saved;
}

}  // namespace

TimeLimit::TimeLimit(v8::Isolate* isolate, std::chrono::milliseconds limit)
    : thread_(start_quiet_thread([this, isolate, limit] { watch(isolate, limit); })) {}

void TimeLimit::watch(v8::Isolate* isolate, std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  if (stopped_.wait_for(lock, limit, [this] { return is_stopped_; })) return;
  is_past_ = true;
  isolate->TerminateExecution();
}

bool TimeLimit::stop() {
  {
    std::lock_guard lock(mutex_);
    is_stopped_ = true;
  }
  stopped_.notify_one();
  if (thread_.joinable()) thread_.join();
  return is_past_;
}

InterruptGuard::InterruptGuard(v8::Isolate* isolate) : isolate_(isolate) {
  Interrupt& state = interrupt();
  std::lock_guard lock(state.mutex);
  if (state.owner != nullptr) return;
  state.owner = this;
  state.is_stopping = false;
  handler_wake = &state.wake;
  while (::sem_trywait(&state.wake) == 0) continue;
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  sigfillset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &state.previous);
  thread_ = start_quiet_thread([this] { watch(); });
}

void InterruptGuard::watch() {
  Interrupt& state = interrupt();
  while (true) {
    while (::sem_wait(&state.wake) != 0) continue;  // EINTR
    if (state.is_stopping) return;
    was_hit_ = true;
    isolate_->TerminateExecution();
  }
}

bool InterruptGuard::stop() {
  if (!thread_.joinable()) return was_hit_;
  Interrupt& state = interrupt();
  std::lock_guard lock(state.mutex);
  ::sigaction(SIGINT, &state.previous, nullptr);
  state.is_stopping = true;
  ::sem_post(&state.wake);
  thread_.join();
  state.owner = nullptr;
  return was_hit_;
}

}  // namespace gyre::bindings
