// Tcp: a TCP socket. Options are per socket and may be set any time it has a descriptor. Loop's
// thread.
#pragma once

#include "runtime/io/socket.hpp"

namespace gyre::io {

struct BindOptions {
  bool ipv6_only = false;
  bool reuse_port = false;
};

class Tcp final : public Socket {
 public:
  explicit Tcp(loop::Loop& loop) : Socket(loop) {}

  Status bind(const Endpoint& endpoint, BindOptions options);
  Status set_no_delay(bool enable);
  // `delay_seconds` 0 leaves the system's idle time.
  Status set_keep_alive(bool enable, unsigned delay_seconds);
  // Closes with a reset: what is unsent is dropped, the peer sees ECONNRESET.
  Status reset(std::function<void()> after);
};

}  // namespace gyre::io
