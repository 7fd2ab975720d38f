// Endpoint: a socket address (IPv4, IPv6 with zone, unix path or abstract name) ↔ text. A value;
// any thread.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/result.hpp"

namespace gyre::io {

class Endpoint {
 public:
  Endpoint() = default;
  // "127.0.0.1", "::1", "fe80::1%eth0". EINVAL when the text is no address.
  static Result<Endpoint> parse_ip(const std::string& address, uint16_t port);
  // A path of at most 107 bytes; a leading NUL names an abstract socket.
  static Result<Endpoint> unix_path(std::string_view path);
  // Of an open socket.
  static Result<Endpoint> local_of(int fd);
  static Result<Endpoint> peer_of(int fd);

  const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t length() const { return length_; }
  int family() const { return storage_.ss_family; }
  bool is_unix() const { return family() == AF_UNIX; }
  // The address without port, or the path.
  std::string host() const;
  uint16_t port() const;

 private:
  sockaddr_storage storage_{};
  socklen_t length_ = 0;
};

}  // namespace gyre::io
