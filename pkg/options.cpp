#include "pkg/options.hpp"

#include <sys/utsname.h>

namespace gyre::pkg {
namespace {

// "https://host:port/path" -> "//host:port/path"; the form credentials are keyed by.
std::string_view without_protocol(std::string_view url) {
  size_t colon = url.find("://");
  return colon == std::string_view::npos ? url : url.substr(colon + 1);
}

std::string_view host_part(std::string_view url) {
  std::string_view rest = without_protocol(url);
  if (!rest.starts_with("//")) return {};
  rest.remove_prefix(2);
  std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  size_t at = host.rfind('@');
  return at == std::string_view::npos ? host : host.substr(at + 1);
}

}  // namespace

Platform host_platform() {
  Platform platform;
  utsname name{};
  if (::uname(&name) == 0) {
    std::string machine = name.machine;
    if (machine == "x86_64")
      platform.cpu = "x64";
    else if (machine == "aarch64")
      platform.cpu = "arm64";
    else if (machine.starts_with("arm"))
      platform.cpu = "arm";
    else if (machine.size() == 4 && machine[0] == 'i' && machine.ends_with("86"))
      platform.cpu = "ia32";
    else
      platform.cpu = machine;
  }
#if !defined(__GLIBC__)
  platform.libc = "musl";
#endif
  return platform;
}

const std::string& Options::registry_for(std::string_view package_name) const {
  if (package_name.starts_with('@')) {
    auto found = scope_registries.find(std::string(package_name.substr(0, package_name.find('/'))));
    if (found != scope_registries.end()) return found->second;
  }
  return registry;
}

const Credentials* Options::credentials_for(std::string_view url) const {
  std::string key(without_protocol(url.substr(0, url.find_first_of("?#"))));
  // Longest first: drop one path segment at a time, as npm does.
  for (size_t end = key.size(); end > 2;) {
    for (std::string_view candidate : {std::string_view(key).substr(0, end)}) {
      auto found = credentials.find(std::string(candidate));
      if (found == credentials.end() && !candidate.ends_with('/'))
        found = credentials.find(std::string(candidate) + '/');
      if (found != credentials.end()) return &found->second;
    }
    size_t slash = key.rfind('/', end - 1);
    if (slash == std::string::npos || slash < 2) return nullptr;
    end = slash;
  }
  return nullptr;
}

bool Options::is_registry_host(std::string_view url) const {
  std::string_view host = host_part(url);
  if (host.empty()) return false;
  if (host == host_part(registry)) return true;
  for (const auto& [scope, scope_url] : scope_registries) {
    if (host == host_part(scope_url)) return true;
  }
  return false;
}

}  // namespace gyre::pkg
