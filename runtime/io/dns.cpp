#include "runtime/io/dns.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "runtime/io/endpoint.hpp"

namespace gyre::io {
namespace {

Error resolver_error(int status, const char* call) {
  if (status == EAI_SYSTEM) return Error::from_errno(call);
  const char* name = "EAI_FAIL";
  switch (status) {
    case EAI_NONAME:
    case EAI_NODATA:
    case EAI_ADDRFAMILY:
      name = "ENOTFOUND";
      break;
    case EAI_AGAIN:
      name = "EAI_AGAIN";
      break;
    case EAI_BADFLAGS:
      name = "EAI_BADFLAGS";
      break;
    case EAI_FAMILY:
      name = "EAI_FAMILY";
      break;
    case EAI_MEMORY:
      name = "EAI_MEMORY";
      break;
    case EAI_SERVICE:
      name = "EAI_SERVICE";
      break;
    case EAI_SOCKTYPE:
      name = "EAI_SOCKTYPE";
      break;
    case EAI_OVERFLOW:
      name = "EAI_OVERFLOW";
      break;
  }
  return Error::with_code_name(name, std::string(call) + " " + name);
}

}  // namespace

Result<std::vector<ResolvedAddress>> resolve_name(const std::string& name, AddressFamily family,
                                                  int hints) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = hints;
  wanted.ai_family = family == AddressFamily::kIpv4   ? AF_INET
                     : family == AddressFamily::kIpv6 ? AF_INET6
                                                      : AF_UNSPEC;
  addrinfo* found = nullptr;
  const int status = ::getaddrinfo(name.c_str(), nullptr, &wanted, &found);
  if (status != 0) return resolver_error(status, "getaddrinfo");
  std::vector<ResolvedAddress> addresses;
  for (const addrinfo* item = found; item != nullptr; item = item->ai_next) {
    char text[INET6_ADDRSTRLEN] = {};
    ResolvedAddress address;
    if (item->ai_family == AF_INET) {
      const auto* v4 = reinterpret_cast<const sockaddr_in*>(item->ai_addr);
      ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text));
    } else if (item->ai_family == AF_INET6) {
      const auto* v6 = reinterpret_cast<const sockaddr_in6*>(item->ai_addr);
      ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text));
      address.family = 6;
    } else {
      continue;
    }
    address.address = text;
    const bool known = std::any_of(addresses.begin(), addresses.end(), [&](const auto& other) {
      return other.address == address.address;
    });
    if (!known) addresses.push_back(std::move(address));
  }
  ::freeaddrinfo(found);
  if (addresses.empty()) return resolver_error(EAI_NONAME, "getaddrinfo");
  return addresses;
}

Result<ResolvedService> resolve_address(const std::string& address, uint16_t port) {
  GYRE_ASSIGN(Endpoint endpoint, Endpoint::parse_ip(address, port));
  char host[NI_MAXHOST] = {};
  char service[NI_MAXSERV] = {};
  const int status = ::getnameinfo(endpoint.address(), endpoint.length(), host, sizeof(host),
                                   service, sizeof(service), NI_NAMEREQD);
  if (status != 0) return resolver_error(status, "getnameinfo");
  return ResolvedService{host, service};
}

}  // namespace gyre::io
