// measure — runs one command with its output thrown away and prints what it cost as a line of JSON:
// wall, user and system seconds, peak memory in MB, exit code. Counts all its children too: times
// as the kernel adds them up, memory as the largest sum of resident pages seen, looked at every 10
// ms, and never less than the largest single process had.
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "runtime/base/clock.hpp"

namespace {

constexpr std::chrono::milliseconds kLookEvery{10};

struct Process {
  pid_t pid, parent;
  long pages;
};

std::string read_text(const std::string& path) {
  std::string text;
  if (FILE* file = std::fopen(path.c_str(), "re")) {
    char chunk[1024];
    const size_t count = std::fread(chunk, 1, sizeof chunk, file);
    text.assign(chunk, count);
    std::fclose(file);
  }
  return text;
}

// From /proc/<pid>/stat; the command's name in it may hold anything, so the fields behind count.
bool read_process(pid_t pid, Process& process) {
  const std::string text = read_text("/proc/" + std::to_string(pid) + "/stat");
  const size_t end = text.rfind(')');
  if (end == std::string::npos) return false;
  int parent = 0;
  long pages = 0;
  const int count = std::sscanf(text.c_str() + end + 1,
                                " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d "
                                "%*d %*d %*d %*u %*u %ld",
                                &parent, &pages);
  process = {pid, parent, pages};
  return count == 2;
}

// Resident pages of `root` and all below it.
long pages_of_tree(pid_t root) {
  std::map<pid_t, std::vector<Process>> children;
  Process own{};
  DIR* proc = ::opendir("/proc");
  if (proc == nullptr) return 0;
  while (const dirent* entry = ::readdir(proc)) {
    const pid_t pid = std::atoi(entry->d_name);
    Process process{};
    // What started before the command cannot be below it, unless the numbers have wrapped.
    if (pid < root || !read_process(pid, process)) continue;
    if (pid == root) own = process;
    children[process.parent].push_back(process);
  }
  ::closedir(proc);
  long pages = 0;
  std::vector<Process> left{own};
  while (!left.empty()) {
    const Process process = left.back();
    left.pop_back();
    pages += process.pages;
    const auto below = children.find(process.pid);
    if (process.pid != 0 && below != children.end()) {
      left.insert(left.end(), below->second.begin(), below->second.end());
    }
  }
  return pages;
}

// Looks at the tree's memory until told to stop.
class MemoryWatch {
 public:
  explicit MemoryWatch(pid_t root)
      : thread_([this, root] {
          while (!must_stop_) {
            peak_ = std::max(peak_, pages_of_tree(root));
            std::this_thread::sleep_for(kLookEvery);
          }
        }) {}
  double stop() {
    must_stop_ = true;
    thread_.join();
    return static_cast<double>(peak_) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1048576;
  }

 private:
  std::atomic<bool> must_stop_{false};
  long peak_ = 0;
  std::thread thread_;
};

}  // namespace

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
  if (child < 0) return 2;
  MemoryWatch memory(child);
  // Left as it is until the watch has ended: its number must not be another's meanwhile.
  siginfo_t ended{};
  const int waited = ::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT);
  const uint64_t end = gyre::Clock::system().monotonic_ns();
  const double tree_mb = memory.stop();
  int status = 0;
  rusage usage{};
  if (waited != 0 || ::wait4(child, &status, 0, &usage) < 0) return 2;
  double wall = static_cast<double>(end - start) / 1e9;
  auto seconds = [](timeval time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  std::printf("{\"wall\":%.6f,\"user\":%.6f,\"sys\":%.6f,\"peakMb\":%.1f,\"exit\":%d}\n", wall,
              seconds(usage.ru_utime), seconds(usage.ru_stime),
              std::max(tree_mb, static_cast<double>(usage.ru_maxrss) / 1024),
              WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return 0;
}
