#include "workers/pool/priority.hpp"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstring>

namespace gyre::workers {
namespace {
constexpr int kWorkerNice = 10;
}

void lower_thread_priority() noexcept {
  sched_param parameters{};
  // On Linux both calls act on one thread. Failure (a container's policy) only costs latency.
  (void)::sched_setscheduler(::gettid(), SCHED_BATCH, &parameters);
  (void)::setpriority(PRIO_PROCESS, id_t(::gettid()), kWorkerNice);
}

void block_all_signals() noexcept {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

void set_thread_name(const char* name) noexcept {
  char shortened[16] = {};
  std::strncpy(shortened, name, sizeof(shortened) - 1);
  pthread_setname_np(pthread_self(), shortened);
}

}  // namespace gyre::workers
