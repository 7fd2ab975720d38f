#include "runtime/io/endpoint.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace gyre::io {
namespace {

// The number of a zone given by name or number; 0 when there is none such.
uint32_t zone_index(const std::string& zone) {
  if (const unsigned index = ::if_nametoindex(zone.c_str()); index != 0) return index;
  return static_cast<uint32_t>(std::strtoul(zone.c_str(), nullptr, 10));
}

Status of_socket(int fd, int (*query)(int, sockaddr*, socklen_t*), const char* syscall,
                 sockaddr_storage& storage, socklen_t& length) {
  length = sizeof(storage);
  if (query(fd, reinterpret_cast<sockaddr*>(&storage), &length) != 0) {
    return Error::from_errno(syscall);
  }
  return ok();
}

}  // namespace

Result<Endpoint> Endpoint::parse_ip(const std::string& address, uint16_t port) {
  Endpoint endpoint;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&endpoint.storage_);
  if (::inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    endpoint.length_ = sizeof(*v4);
    return endpoint;
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&endpoint.storage_);
  const size_t zone = address.find('%');
  if (::inet_pton(AF_INET6, address.substr(0, zone).c_str(), &v6->sin6_addr) != 1) {
    return Error::from_errno_number(EINVAL, "inet_pton");
  }
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(port);
  if (zone != std::string::npos) v6->sin6_scope_id = zone_index(address.substr(zone + 1));
  endpoint.length_ = sizeof(*v6);
  return endpoint;
}

Result<Endpoint> Endpoint::unix_path(std::string_view path) {
  Endpoint endpoint;
  auto* name = reinterpret_cast<sockaddr_un*>(&endpoint.storage_);
  if (path.empty()) return Error::from_errno_number(EINVAL, "bind");
  const bool abstract = path.front() == '\0';
  if (path.size() + (abstract ? 0 : 1) > sizeof(name->sun_path)) {
    return Error::from_errno_number(EINVAL, "bind", std::string(path));
  }
  name->sun_family = AF_UNIX;
  std::memcpy(name->sun_path, path.data(), path.size());
  endpoint.length_ =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + (abstract ? 0 : 1));
  return endpoint;
}

Result<Endpoint> Endpoint::local_of(int fd) {
  Endpoint endpoint;
  GYRE_TRY(of_socket(fd, ::getsockname, "getsockname", endpoint.storage_, endpoint.length_));
  return endpoint;
}

Result<Endpoint> Endpoint::peer_of(int fd) {
  Endpoint endpoint;
  GYRE_TRY(of_socket(fd, ::getpeername, "getpeername", endpoint.storage_, endpoint.length_));
  return endpoint;
}

std::string Endpoint::host() const {
  char text[INET6_ADDRSTRLEN + IF_NAMESIZE + 2] = {};
  if (family() == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&storage_);
    ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text));
  } else if (family() == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&storage_);
    ::inet_ntop(AF_INET6, &v6->sin6_addr, text, INET6_ADDRSTRLEN);
    char zone[IF_NAMESIZE];
    if (v6->sin6_scope_id != 0 && ::if_indextoname(v6->sin6_scope_id, zone) != nullptr) {
      std::strcat(text, "%");
      std::strcat(text, zone);
    }
  } else if (is_unix()) {
    const auto* name = reinterpret_cast<const sockaddr_un*>(&storage_);
    const size_t size = length_ - offsetof(sockaddr_un, sun_path);
    if (length_ <= offsetof(sockaddr_un, sun_path)) return "";
    if (name->sun_path[0] == '\0') return std::string(name->sun_path, size);
    return std::string(name->sun_path, ::strnlen(name->sun_path, size));
  }
  return text;
}

uint16_t Endpoint::port() const {
  if (family() == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in*>(&storage_)->sin_port);
  }
  if (family() == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage_)->sin6_port);
  }
  return 0;
}

}  // namespace gyre::io
