// TCP sockets for JavaScript: new TCP(), bind, listen, connect, options. Statuses are 0 or negative
// errnos. A listening handle calls onconnection(status, handle), a connecting one
// onconnect(status).
#include "runtime/io/tcp.hpp"

#include <sys/socket.h>

#include <cerrno>

#include "runtime/bindings/registry.hpp"
#include "runtime/bindings/stream_wrap.hpp"

namespace gyre::bindings {

class TcpWrap final : public StreamWrap, public io::ConnectionReceiver {
 public:
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info&) {
    new TcpWrap(env, self, make_ref<io::Tcp>(env.loop()));
    return ok();
  }

  int32_t open(int32_t fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) return -errno;
    adopt(UniqueFd(fd));
    return 0;
  }
  void adopt(UniqueFd fd) {
    tcp().adopt(std::move(fd), io::DescriptorKind::kSocket);
    make_strong();
  }
  int32_t bind(std::string address, uint32_t port, std::optional<int32_t> flags) {
    auto endpoint = io::Endpoint::parse_ip(address, uint16_t(port));
    if (!endpoint) return -EINVAL;
    constexpr int kIpv6Only = 1, kReusePort = 2;
    const int bits = flags.value_or(0);
    return started(tcp().bind(*endpoint, {(bits & kIpv6Only) != 0, (bits & kReusePort) != 0}));
  }
  int32_t listen(int32_t backlog) { return started(tcp().listen(backlog, this)); }
  int32_t connect(std::string address, uint32_t port) {
    auto endpoint = io::Endpoint::parse_ip(address, uint16_t(port));
    if (!endpoint) return -EINVAL;
    return started(tcp().connect(*endpoint, [this](int status) {
      if (env().can_run_js()) make_callback("onconnect", int32_t(status));
    }));
  }
  int32_t set_no_delay(bool enable) { return status_of(tcp().set_no_delay(enable)); }
  int32_t set_keep_alive(bool enable, uint32_t delay) {
    return status_of(tcp().set_keep_alive(enable, delay));
  }
  int32_t reset(std::optional<engine::Callback> after) {
    const linger none{1, 0};
    if (tcp().is_closing()) return 0;
    if (tcp().has_fd() &&
        ::setsockopt(tcp().fd(), SOL_SOCKET, SO_LINGER, &none, sizeof(none)) != 0) {
      return -errno;
    }
    if (!after) {
      close({});
      return 0;
    }
    auto callback = std::make_shared<engine::Callback>(std::move(*after));
    close([callback] {
      if (!callback->env().can_run_js()) return;
      engine::CallbackScope scope(callback->env());
      callback->invoke(scope, 0, nullptr);
    });
    return 0;
  }
  v8::Local<v8::Value> local_name() { return name_to_js(env(), tcp().local()); }
  v8::Local<v8::Value> peer_name() { return name_to_js(env(), tcp().peer()); }

  void on_connection(UniqueFd fd) override {
    if (!env().can_run_js()) return;
    engine::CallbackScope scope(env());
    v8::Local<v8::Object> client;
    if (!engine::construct_instance<TcpWrap>(env()).ToLocal(&client)) return;
    unwrap<TcpWrap>(client)->adopt(std::move(fd));
    make_callback("onconnection", int32_t(0), client);
  }
  void on_accept_error(int number) override { make_callback("onconnection", int32_t(-number)); }

 private:
  TcpWrap(Env& env, v8::Local<v8::Object> self, Ref<io::Tcp> tcp) : StreamWrap(env, self, tcp) {
    make_weak();
  }
  io::Tcp& tcp() { return static_cast<io::Tcp&>(stream()); }
  int32_t started(const Status& status) {
    if (tcp().has_fd() && tcp().is_open()) make_strong();
    return status_of(status);
  }
};

namespace {
using engine::binding, engine::cls, engine::method;
constexpr auto kTable = binding(
    "tcp", cls<TcpWrap>("TCP", kStreamMembers, method<&TcpWrap::open>("open"),
                        method<&TcpWrap::bind>("bind"), method<&TcpWrap::listen>("listen"),
                        method<&TcpWrap::connect>("connect"), method<&TcpWrap::reset>("reset"),
                        method<&TcpWrap::set_no_delay>("setNoDelay"),
                        method<&TcpWrap::set_keep_alive>("setKeepAlive"),
                        method<&TcpWrap::local_name>("getsockname"),
                        method<&TcpWrap::peer_name>("getpeername")));
}  // namespace

BindingView tcp() { return kTable; }
}  // namespace gyre::bindings
