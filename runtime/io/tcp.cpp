#include "runtime/io/tcp.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>

namespace gyre::io {
namespace {
Status set_option(int fd, int level, int name, int value) {
  if (::setsockopt(fd, level, name, &value, sizeof(value)) != 0) {
    return Error::from_errno("setsockopt");
  }
  return ok();
}
}  // namespace

Status Tcp::bind(const Endpoint& endpoint, BindOptions options) {
  if (options.ipv6_only && endpoint.family() != AF_INET6) {
    return Error::from_errno_number(EINVAL, "bind");
  }
  GYRE_TRY(ensure_socket(endpoint.family()));
  GYRE_TRY(set_option(fd(), SOL_SOCKET, SO_REUSEADDR, 1));
  if (options.reuse_port) GYRE_TRY(set_option(fd(), SOL_SOCKET, SO_REUSEPORT, 1));
  if (endpoint.family() == AF_INET6) {
    GYRE_TRY(set_option(fd(), IPPROTO_IPV6, IPV6_V6ONLY, options.ipv6_only ? 1 : 0));
  }
  return Socket::bind(endpoint);
}

Status Tcp::set_no_delay(bool enable) {
  return set_option(fd(), IPPROTO_TCP, TCP_NODELAY, enable ? 1 : 0);
}

Status Tcp::set_keep_alive(bool enable, unsigned delay_seconds) {
  GYRE_TRY(set_option(fd(), SOL_SOCKET, SO_KEEPALIVE, enable ? 1 : 0));
  if (!enable || delay_seconds == 0) return ok();
  GYRE_TRY(set_option(fd(), IPPROTO_TCP, TCP_KEEPIDLE, int(delay_seconds)));
  GYRE_TRY(set_option(fd(), IPPROTO_TCP, TCP_KEEPINTVL, 1));
  return set_option(fd(), IPPROTO_TCP, TCP_KEEPCNT, 10);
}

Status Tcp::reset(std::function<void()> after) {
  if (is_closing()) return Error::from_errno_number(EINVAL, "reset");
  if (has_fd()) {
    const linger none{1, 0};
    if (::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &none, sizeof(none)) != 0) {
      return Error::from_errno("setsockopt");
    }
  }
  close(std::move(after));
  return ok();
}

}  // namespace gyre::io
