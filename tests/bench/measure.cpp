// measure — runs one command with its output thrown away and prints what it cost as a line of JSON:
// wall, user and system seconds, peak memory in MB, exit code. Counts all its children too.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include "runtime/base/clock.hpp"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: measure <command> [arguments]\n");
    return 2;
  }
  uint64_t start = gyre::Clock::system().monotonic_ns();
  pid_t child = ::fork();
  if (child == 0) {
    int null = ::open("/dev/null", O_RDWR);
    for (int fd : {0, 1, 2}) ::dup2(null, fd);
    ::execvp(argv[1], argv + 1);
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || ::wait4(child, &status, 0, &usage) < 0) return 2;
  double wall = static_cast<double>(gyre::Clock::system().monotonic_ns() - start) / 1e9;
  auto seconds = [](timeval time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  std::printf("{\"wall\":%.6f,\"user\":%.6f,\"sys\":%.6f,\"peakMb\":%.1f,\"exit\":%d}\n", wall,
              seconds(usage.ru_utime), seconds(usage.ru_stime),
              static_cast<double>(usage.ru_maxrss) / 1024,
              WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return 0;
}
