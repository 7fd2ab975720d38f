// Unix sockets and pipe-like descriptors for JavaScript. Events and statuses as in tcp.cpp.
#include "runtime/io/pipe.hpp"

#include <cerrno>

#include "runtime/bindings/registry.hpp"
#include "runtime/bindings/stream_wrap.hpp"

namespace gyre::bindings {

class PipeWrap final : public StreamWrap, public io::ConnectionReceiver {
 public:
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info&) {
    new PipeWrap(env, self, make_ref<io::Pipe>(env.loop()));
    return ok();
  }

  int32_t open(int32_t fd) { return started(pipe().open(fd)); }
  int32_t bind(std::string path) { return started(pipe().bind_path(path)); }
  int32_t listen(int32_t backlog) { return started(pipe().listen(backlog, this)); }
  int32_t connect(std::string path) {
    auto endpoint = io::Endpoint::unix_path(path);
    if (!endpoint) return -endpoint.error().errno_number();
    return started(pipe().connect(*endpoint, [this](int status) {
      if (env().can_run_js()) make_callback("onconnect", int32_t(status));
    }));
  }
  // 1: readable, 2: writable, for everyone.
  int32_t fchmod(int32_t mode) {
    return status_of(pipe().allow_all((mode & 1) != 0, (mode & 2) != 0));
  }
  // The path, or "" of an unnamed socket; a negative errno.
  v8::Local<v8::Value> socket_path() {
    auto endpoint = pipe().local();
    if (!endpoint) return v8::Integer::New(env().isolate(), -endpoint.error().errno_number());
    return engine::to_js_string(env().isolate(), endpoint->host());
  }

  void on_connection(UniqueFd fd) override {
    if (!env().can_run_js()) return;
    engine::CallbackScope scope(env());
    v8::Local<v8::Object> client;
    if (!engine::construct_instance<PipeWrap>(env()).ToLocal(&client)) return;
    auto* wrap = unwrap<PipeWrap>(client);
    wrap->pipe().adopt(std::move(fd), io::DescriptorKind::kSocket);
    wrap->make_strong();
    make_callback("onconnection", int32_t(0), client);
  }
  void on_accept_error(int number) override { make_callback("onconnection", int32_t(-number)); }

 private:
  PipeWrap(Env& env, v8::Local<v8::Object> self, Ref<io::Pipe> pipe) : StreamWrap(env, self, pipe) {
    make_weak();
  }
  io::Pipe& pipe() { return static_cast<io::Pipe&>(stream()); }
  int32_t started(const Status& status) {
    if (pipe().has_fd() && pipe().is_open()) make_strong();
    return status_of(status);
  }
};

namespace {
using engine::binding, engine::cls, engine::method;
constexpr auto kTable = binding(
    "pipe",
    cls<PipeWrap>("Pipe", kStreamMembers, method<&PipeWrap::open>("open"),
                  method<&PipeWrap::bind>("bind"), method<&PipeWrap::listen>("listen"),
                  method<&PipeWrap::connect>("connect"), method<&PipeWrap::fchmod>("fchmod"),
                  method<&PipeWrap::socket_path>("getSocketPath")));
}  // namespace

BindingView pipe() { return kTable; }
}  // namespace gyre::bindings
