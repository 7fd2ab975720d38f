// internalBinding('process'): what the process object asks the kernel: memory, times, identity,
// working directory, signals. Identity and directory belong to the whole process.
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <ctime>
#include <fstream>

#include "runtime/bindings/registry.hpp"

namespace gyre::bindings {
namespace {

using engine::Env;
using engine::fn;

double resident_set(Env&) {
  std::ifstream file("/proc/self/statm");
  double total = 0;
  double resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

// rss, heapTotal, heapUsed, external, arrayBuffers.
std::vector<double> memory_usage(Env& env) {
  v8::HeapStatistics heap;
  env.isolate()->GetHeapStatistics(&heap);
  auto number = [](size_t value) { return static_cast<double>(value); };
  // V8 counts array buffers within its external memory.
  return {resident_set(env), number(heap.total_heap_size()), number(heap.used_heap_size()),
          number(heap.external_memory()), number(heap.external_memory())};
}

double microseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
}

Result<std::vector<double>> times_of(int who) {
  rusage usage;
  if (::getrusage(who, &usage) != 0) return Error::from_errno("uv_getrusage");
  return std::vector<double>{microseconds(usage.ru_utime), microseconds(usage.ru_stime)};
}
Result<std::vector<double>> cpu_usage(Env&) { return times_of(RUSAGE_SELF); }
Result<std::vector<double>> thread_cpu_usage(Env&) { return times_of(RUSAGE_THREAD); }

// In the order of process.resourceUsage().
Result<std::vector<double>> resource_usage(Env&) {
  rusage usage;
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return Error::from_errno("uv_getrusage");
  std::vector<double> all{microseconds(usage.ru_utime), microseconds(usage.ru_stime)};
  for (long value :
       {usage.ru_maxrss, usage.ru_ixrss, usage.ru_idrss, usage.ru_isrss, usage.ru_minflt,
        usage.ru_majflt, usage.ru_nswap, usage.ru_inblock, usage.ru_oublock, usage.ru_msgsnd,
        usage.ru_msgrcv, usage.ru_nsignals, usage.ru_nvcsw, usage.ru_nivcsw}) {
    all.push_back(static_cast<double>(value));
  }
  return all;
}

uint64_t monotonic_ns() {
  timespec time;
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

// Fills a Float64Array with seconds and nanoseconds.
void hrtime(const v8::FunctionCallbackInfo<v8::Value>& info) {
  MutableBytes bytes;
  if (!engine::bytes_of(info[0], bytes) || bytes.size() < 2 * sizeof(double)) return;
  timespec time;
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  double both[2] = {static_cast<double>(time.tv_sec), static_cast<double>(time.tv_nsec)};
  std::memcpy(bytes.data(), both, sizeof both);
}
void hrtime_bigint(const v8::FunctionCallbackInfo<v8::Value>& info) {
  info.GetReturnValue().Set(v8::BigInt::NewFromUnsigned(info.GetIsolate(), monotonic_ns()));
}

// Seconds since the process began, from the kernel's record.
double uptime(Env&) {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  size_t close = line.rfind(')');
  double start_ticks = 0;
  if (close != std::string::npos) {
    const char* at = line.c_str() + close + 2;
    for (int skipped = 0; skipped < 19 && *at != '\0'; ++skipped) {
      while (*at != '\0' && *at != ' ') ++at;
      if (*at == ' ') ++at;
    }
    start_ticks = std::strtod(at, nullptr);
  }
  timespec now;
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  double seconds = static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
  double started = start_ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return seconds > started ? seconds - started : 0;
}

Result<std::string> working_directory(Env&) {
  char path[PATH_MAX];
  if (::getcwd(path, sizeof path) == nullptr) return Error::from_errno("uv_cwd");
  return std::string(path);
}

Status change_directory(Env& env, std::string path) {
  if (::chdir(path.c_str()) == 0) return ok();
  int number = errno;
  auto here = working_directory(env);
  return Error::from_errno_number(number, "chdir", here ? *here : std::string(), path);
}

// The old mask; sets a new one if there is an argument.
uint32_t file_mode_mask(Env&, std::optional<uint32_t> mask) {
  if (mask) return ::umask(static_cast<mode_t>(*mask));
  mode_t old = ::umask(0);
  ::umask(old);
  return old;
}

// 0 or -errno: the text of a failed kill is made by JavaScript.
int32_t send_signal(Env&, int32_t pid, int32_t number) {
  return ::kill(pid, number) == 0 ? 0 : -errno;
}

// A user or group by number or name; nothing for an unknown name.
std::optional<uint32_t> user_id(Env&, std::string name) {
  const passwd* entry = ::getpwnam(name.c_str());
  if (entry == nullptr) return std::nullopt;
  return entry->pw_uid;
}
std::optional<uint32_t> group_id(Env&, std::string name) {
  const group* entry = ::getgrnam(name.c_str());
  if (entry == nullptr) return std::nullopt;
  return entry->gr_gid;
}

uint32_t get_uid(Env&) { return ::getuid(); }
uint32_t get_euid(Env&) { return ::geteuid(); }
uint32_t get_gid(Env&) { return ::getgid(); }
uint32_t get_egid(Env&) { return ::getegid(); }

template <int (*F)(uid_t)>
Status set_id(const char* syscall, uint32_t id) {
  if (F(id) != 0) return Error::from_errno(syscall);
  return ok();
}
Status set_uid(Env&, uint32_t id) { return set_id<::setuid>("setuid", id); }
Status set_euid(Env&, uint32_t id) { return set_id<::seteuid>("seteuid", id); }
Status set_gid(Env&, uint32_t id) { return set_id<::setgid>("setgid", id); }
Status set_egid(Env&, uint32_t id) { return set_id<::setegid>("setegid", id); }

Result<std::vector<uint32_t>> get_groups(Env&) {
  int count = ::getgroups(0, nullptr);
  if (count < 0) return Error::from_errno("getgroups");
  std::vector<uint32_t> groups(static_cast<size_t>(count));
  count = ::getgroups(count, groups.data());
  if (count < 0) return Error::from_errno("getgroups");
  groups.resize(static_cast<size_t>(count));
  uint32_t effective = ::getegid();
  for (uint32_t id : groups) {
    if (id == effective) return groups;
  }
  groups.push_back(effective);
  return groups;
}
Status set_groups(Env&, std::vector<uint32_t> groups) {
  if (::setgroups(groups.size(), groups.data()) != 0) return Error::from_errno("setgroups");
  return ok();
}
Status init_groups(Env&, std::string user, uint32_t group) {
  if (::initgroups(user.c_str(), group) != 0) return Error::from_errno("initgroups");
  return ok();
}
std::optional<std::string> user_name(Env&, uint32_t id) {
  const passwd* entry = ::getpwuid(id);
  if (entry == nullptr) return std::nullopt;
  return std::string(entry->pw_name);
}

double number_in(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  if (!(file >> text) || text == "max") return 0;
  return std::strtod(text.c_str(), nullptr);
}

// The memory limit of this process's control group; 0 without one.
double constrained_memory(Env&) {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, 3, "0::") != 0) continue;
    std::string folder = "/sys/fs/cgroup" + line.substr(3);
    double limit = number_in(folder + "/memory.max");
    double high = number_in(folder + "/memory.high");
    if (high > 0 && (limit == 0 || high < limit)) return high;
    return limit;
  }
  return number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes");
}

constexpr auto kTable = engine::binding(
    "process", fn<resident_set>("rss"), fn<memory_usage>("memoryUsage"), fn<cpu_usage>("cpuUsage"),
    fn<thread_cpu_usage>("threadCpuUsage"), fn<resource_usage>("resourceUsage"),
    engine::raw<hrtime>("hrtime"), engine::raw<hrtime_bigint>("hrtimeBigInt"), fn<uptime>("uptime"),
    fn<working_directory>("cwd"), fn<change_directory>("chdir"), fn<file_mode_mask>("umask"),
    fn<send_signal>("kill"), fn<user_id>("userId"), fn<group_id>("groupId"),
    fn<user_name>("userName"), fn<get_uid>("getuid"), fn<get_euid>("geteuid"),
    fn<get_gid>("getgid"), fn<get_egid>("getegid"), fn<set_uid>("setuid"), fn<set_euid>("seteuid"),
    fn<set_gid>("setgid"), fn<set_egid>("setegid"), fn<get_groups>("getgroups"),
    fn<set_groups>("setgroups"), fn<init_groups>("initgroups"),
    fn<constrained_memory>("constrainedMemory"));

}  // namespace

engine::BindingView process() { return kTable; }

}  // namespace gyre::bindings
