// Socket: a Stream that can bind, listen, accept and connect; base of Tcp and Pipe. Accepting is
// one multishot request; when descriptors have run out it pauses and tries again. Loop's thread.
#pragma once

#include <functional>

#include "runtime/io/endpoint.hpp"
#include "runtime/io/stream.hpp"
#include "runtime/loop/timers.hpp"

namespace gyre::io {

// Each accepted descriptor (non-blocking, close-on-exec), or a positive errno.
class ConnectionReceiver {
 public:
  virtual void on_connection(UniqueFd fd) = 0;
  virtual void on_accept_error(int number) = 0;

 protected:
  ~ConnectionReceiver() = default;
};

class Socket : public Stream {
 public:
  explicit Socket(loop::Loop& loop);

  // Makes the descriptor unless there is one.
  Status ensure_socket(int family);
  Status bind(const Endpoint& endpoint);
  // Not owned; may be called again with another backlog.
  Status listen(int backlog, ConnectionReceiver* receiver);
  bool is_listening() const { return listening_; }
  // `done` gets 0 or a negative errno, from the loop; not at all once closed.
  Status connect(const Endpoint& endpoint, std::function<void(int status)> done);

  Result<Endpoint> local() const { return Endpoint::local_of(fd()); }
  Result<Endpoint> peer() const { return Endpoint::peer_of(fd()); }

 protected:
  ~Socket() override;
  loop::CloseStep begin_close() override;
  bool has_other_activity() const override { return listening_ || connecting_; }
  bool has_other_ops() const override;

 private:
  class AcceptOp;
  class ConnectOp;
  void arm_accept();
  void on_accepted(int res, bool more);

  Ref<AcceptOp> accept_;
  Ref<ConnectOp> connect_;
  Ref<loop::Timer> accept_pause_;
  ConnectionReceiver* receiver_ = nullptr;
  bool listening_ = false;
  bool connecting_ = false;
};

}  // namespace gyre::io
