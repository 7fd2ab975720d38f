// internalBinding('os'): facts about the machine for node:os. Any thread with an Env.
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <pwd.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <memory>
#include <sstream>

#include "runtime/bindings/registry.hpp"

namespace gyre::bindings {
namespace {

using engine::Env;
using engine::fn;

// A number of /proc/meminfo, in bytes; 0 where it is not there.
double memory_line(std::string_view name) {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, name.size(), name) != 0 || line.size() <= name.size() + 1) continue;
    return std::strtod(line.c_str() + name.size() + 1, nullptr) * 1024;
  }
  return 0;
}

double free_memory(Env&) { return memory_line("MemAvailable"); }
double total_memory(Env&) { return memory_line("MemTotal"); }

std::vector<double> load_averages(Env&) {
  double averages[3] = {0, 0, 0};
  ::getloadavg(averages, 3);
  return {averages[0], averages[1], averages[2]};
}

Result<double> uptime(Env&) {
  timespec time;
  if (::clock_gettime(CLOCK_BOOTTIME, &time) != 0) return Error::from_errno("uv_uptime");
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec / 10'000'000) / 100;
}

Result<std::string> host_name(Env&) {
  char name[256];
  if (::gethostname(name, sizeof name) != 0) return Error::from_errno("uv_os_gethostname");
  name[sizeof name - 1] = '\0';
  return std::string(name);
}

// sysname, version, release, machine.
Result<std::vector<std::string>> system_names(Env&) {
  utsname names;
  if (::uname(&names) != 0) return Error::from_errno("uv_os_uname");
  return std::vector<std::string>{names.sysname, names.version, names.release, names.machine};
}

int32_t available_parallelism(Env&) {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

std::vector<std::string> cpu_models(Env&) {
  std::vector<std::string> models;
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, 10, "model name") != 0) continue;
    size_t colon = line.find(": ");
    models.push_back(colon == std::string::npos ? "unknown" : line.substr(colon + 2));
  }
  return models;
}

// Per processor: speed in MHz, then user, nice, sys, idle, irq in milliseconds.
std::vector<double> cpu_times(Env&) {
  std::vector<double> all;
  double tick_ms = 1000.0 / static_cast<double>(::sysconf(_SC_CLK_TCK));
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, 3, "cpu") != 0 || line.size() < 4 || line[3] == ' ') continue;
    std::istringstream fields(line);
    std::string name;
    double user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0;
    fields >> name >> user >> nice >> system >> idle >> wait >> irq;
    std::ifstream speed_file("/sys/devices/system/cpu/" + name + "/cpufreq/scaling_cur_freq");
    double kilohertz = 0;
    speed_file >> kilohertz;
    for (double value : {kilohertz / 1000 / tick_ms, user, nice, system, idle, irq}) {
      all.push_back(value * tick_ms);
    }
  }
  return all;
}

std::string address_text(const sockaddr* address) {
  if (address == nullptr) return {};
  char text[INET6_ADDRSTRLEN] = "";
  if (address->sa_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text,
                sizeof text);
  } else {
    ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, text,
                sizeof text);
  }
  return text;
}

std::string hardware_address(const ifaddrs* list, std::string_view name) {
  for (const ifaddrs* item = list; item != nullptr; item = item->ifa_next) {
    if (item->ifa_addr == nullptr || item->ifa_addr->sa_family != AF_PACKET) continue;
    if (name != item->ifa_name) continue;
    const auto* link = reinterpret_cast<const sockaddr_ll*>(item->ifa_addr);
    char text[18];
    std::snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", link->sll_addr[0],
                  link->sll_addr[1], link->sll_addr[2], link->sll_addr[3], link->sll_addr[4],
                  link->sll_addr[5]);
    return text;
  }
  return "00:00:00:00:00:00";
}

// Seven texts each: name, address, netmask, family, hardware address, "internal" or "", scope id.
Result<std::vector<std::string>> network_interfaces(Env&) {
  ifaddrs* raw = nullptr;
  if (::getifaddrs(&raw) != 0) return Error::from_errno("uv_interface_addresses");
  std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> list(raw, &::freeifaddrs);
  std::vector<std::string> all;
  for (const ifaddrs* item = raw; item != nullptr; item = item->ifa_next) {
    if (item->ifa_addr == nullptr) continue;
    int family = item->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    if ((item->ifa_flags & IFF_UP) == 0 || (item->ifa_flags & IFF_RUNNING) == 0) continue;
    bool is_ipv6 = family == AF_INET6;
    uint32_t scope =
        is_ipv6 ? reinterpret_cast<const sockaddr_in6*>(item->ifa_addr)->sin6_scope_id : 0;
    for (std::string text :
         {std::string(item->ifa_name), address_text(item->ifa_addr),
          address_text(item->ifa_netmask), std::string(is_ipv6 ? "IPv6" : "IPv4"),
          hardware_address(raw, item->ifa_name),
          std::string((item->ifa_flags & IFF_LOOPBACK) != 0 ? "internal" : ""),
          std::to_string(scope)}) {
      all.push_back(std::move(text));
    }
  }
  return all;
}

// uid, gid, name, home, shell of the effective user.
Result<std::vector<std::string>> user_info(Env&) {
  std::vector<char> space(4096);
  passwd entry;
  passwd* found = nullptr;
  int error;
  while ((error = ::getpwuid_r(::geteuid(), &entry, space.data(), space.size(), &found)) ==
         ERANGE) {
    space.resize(space.size() * 2);
  }
  if (found == nullptr) {
    return Error::from_errno_number(error == 0 ? ENOENT : error, "uv_os_get_passwd");
  }
  return std::vector<std::string>{std::to_string(entry.pw_uid), std::to_string(entry.pw_gid),
                                  entry.pw_name, entry.pw_dir, entry.pw_shell};
}

Result<std::string> home_directory(Env& env) {
  const char* home = ::getenv("HOME");
  if (home != nullptr && home[0] != '\0') return std::string(home);
  auto info = user_info(env);
  if (info) return (*info)[3];
  return Error::from_errno_number(info.error().errno_number(), "uv_os_homedir");
}

Result<int32_t> get_priority(Env&, int32_t pid) {
  errno = 0;
  int priority = ::getpriority(PRIO_PROCESS, static_cast<id_t>(pid));
  if (priority == -1 && errno != 0) return Error::from_errno("uv_os_getpriority");
  return priority;
}

Status set_priority(Env&, int32_t pid, int32_t priority) {
  if (::setpriority(PRIO_PROCESS, static_cast<id_t>(pid), priority) != 0) {
    return Error::from_errno("uv_os_setpriority");
  }
  return ok();
}

constexpr auto kTable = engine::binding(
    "os", fn<free_memory>("freemem"), fn<total_memory>("totalmem"), fn<load_averages>("loadavg"),
    fn<uptime>("uptime"), fn<host_name>("hostname"), fn<system_names>("uname"),
    fn<available_parallelism>("availableParallelism"), fn<cpu_models>("cpuModels"),
    fn<cpu_times>("cpuTimes"), fn<network_interfaces>("networkInterfaces"),
    fn<user_info>("userInfo"), fn<home_directory>("homedir"), fn<get_priority>("getPriority"),
    fn<set_priority>("setPriority"));

}  // namespace

engine::BindingView os() { return kTable; }

}  // namespace gyre::bindings
