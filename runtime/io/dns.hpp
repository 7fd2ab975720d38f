// Name look-ups by the system's resolver, made for the pool's dns class: they block. Any thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/result.hpp"

namespace gyre::io {

enum class AddressFamily : int { kAny = 0, kIpv4 = 4, kIpv6 = 6 };

struct ResolvedAddress {
  std::string address;
  int family = 4;  // 4 or 6
};

// getaddrinfo(3) in the order it gives. `hints` are AI_* flags. The error's code is the resolver's
// name as Node knows it (ENOTFOUND, EAI_AGAIN...), its syscall "getaddrinfo".
Result<std::vector<ResolvedAddress>> resolve_name(const std::string& name, AddressFamily family,
                                                  int hints);

struct ResolvedService {
  std::string hostname;
  std::string service;
};
Result<ResolvedService> resolve_address(const std::string& address, uint16_t port);

}  // namespace gyre::io
