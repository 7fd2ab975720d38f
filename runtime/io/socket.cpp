#include "runtime/io/socket.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace gyre::io {

using loop::CqeFlags;
using loop::Op;
using loop::OpCounts;
using loop::Sqe;

namespace {
// Until another look when accept found no free descriptor; the connection waits in the backlog.
constexpr Milliseconds kAcceptPause{50};

bool is_shortage(int number) {
  return number == EMFILE || number == ENFILE || number == ENOMEM || number == ENOBUFS;
}
// Failures of one connection that say nothing about the next.
bool is_transient(int number) {
  return number == ECONNABORTED || number == EPROTO || number == EINTR || number == EAGAIN ||
         number == EPERM;
}
}  // namespace

class Socket::AcceptOp final : public Op {
 public:
  explicit AcceptOp(Socket& socket) : Op(OpCounts::kNo), socket_(socket) {}
  void prepare(Sqe sqe) noexcept override { sqe.accept_multishot(socket_.fd()); }
  void complete(int res, CqeFlags flags) override {
    const Ref<Socket> keep(&socket_);
    socket_.on_accepted(res, flags.more());
  }

 private:
  Socket& socket_;
};

class Socket::ConnectOp final : public Op {
 public:
  ConnectOp(Socket& socket, const Endpoint& endpoint, std::function<void(int)> done)
      : Op(OpCounts::kNo), socket_(socket), endpoint_(endpoint), done_(std::move(done)) {}
  void prepare(Sqe sqe) noexcept override {
    sqe.connect(socket_.fd(), endpoint_.address(), endpoint_.length());
  }
  void complete(int res, CqeFlags) override {
    const Ref<Socket> keep(&socket_);
    if (socket_.is_closing()) return socket_.finish_close_if_idle();
    socket_.connecting_ = false;
    socket_.note_activity();
    const auto done = std::move(done_);
    if (done) done(res < 0 ? res : 0);
  }

 private:
  Socket& socket_;
  const Endpoint endpoint_;
  std::function<void(int)> done_;
};

Socket::Socket(loop::Loop& loop) : Stream(loop) {}
Socket::~Socket() = default;

Status Socket::ensure_socket(int family) {
  if (is_closing()) return Error::from_errno_number(EBADF, "socket");
  if (has_fd()) return ok();
  UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return Error::from_errno("socket");
  adopt(std::move(fd), DescriptorKind::kSocket);
  return ok();
}

Status Socket::bind(const Endpoint& endpoint) {
  GYRE_TRY(ensure_socket(endpoint.family()));
  if (::bind(fd(), endpoint.address(), endpoint.length()) != 0) return Error::from_errno("bind");
  return ok();
}

Status Socket::listen(int backlog, ConnectionReceiver* receiver) {
  if (!has_fd()) return Error::from_errno_number(EINVAL, "listen");
  if (::listen(fd(), backlog) != 0) return Error::from_errno("listen");
  receiver_ = receiver;
  listening_ = true;
  arm_accept();
  note_activity();
  return ok();
}

void Socket::arm_accept() {
  if (!listening_ || is_closing()) return;
  if (!accept_) accept_ = make_ref<AcceptOp>(*this);
  if (!accept_->is_in_flight()) loop().submit(accept_);
}

void Socket::on_accepted(int res, bool more) {
  if (is_closing()) {
    if (res >= 0) UniqueFd unwanted(res);
    if (!more) finish_close_if_idle();
    return;
  }
  if (res >= 0) {
    receiver_->on_connection(UniqueFd(res));
  } else if (is_shortage(-res)) {
    accept_pause_ = loop().start_timer(kAcceptPause, [this] { arm_accept(); });
    accept_pause_->unref();
    return;
  } else if (!is_transient(-res) && res != -ECANCELED) {
    receiver_->on_accept_error(-res);
  }
  if (!more) arm_accept();
}

Status Socket::connect(const Endpoint& endpoint, std::function<void(int)> done) {
  GYRE_TRY(ensure_socket(endpoint.family()));
  if (connecting_) return Error::from_errno_number(EALREADY, "connect");
  connect_ = make_ref<ConnectOp>(*this, endpoint, std::move(done));
  connecting_ = true;
  loop().submit(connect_);
  note_activity();
  return ok();
}

bool Socket::has_other_ops() const {
  return (accept_ && accept_->is_in_flight()) || (connect_ && connect_->is_in_flight());
}

loop::CloseStep Socket::begin_close() {
  // The descriptor closes when the accept request is over; no one may connect meanwhile.
  if (listening_) ::shutdown(fd(), SHUT_RDWR);
  listening_ = connecting_ = false;
  if (accept_pause_) accept_pause_->stop();
  if (accept_ && accept_->is_in_flight()) loop().cancel(*accept_);
  if (connect_ && connect_->is_in_flight()) loop().cancel(*connect_);
  return Stream::begin_close();
}

}  // namespace gyre::io
