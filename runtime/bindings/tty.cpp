// Terminals for JavaScript: new TTY(), open(fd), getWindowSize(), setRawMode(flag).
#include "runtime/io/tty.hpp"

#include <unistd.h>

#include "runtime/bindings/registry.hpp"
#include "runtime/bindings/stream_wrap.hpp"

namespace gyre::bindings {

class TtyWrap final : public StreamWrap {
 public:
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info&) {
    new TtyWrap(env, self, make_ref<io::Tty>(env.loop()));
    return ok();
  }

  int32_t open(int32_t fd) {
    const Status status = tty().open(fd);
    if (status) make_strong();
    return status_of(status);
  }
  // [columns, rows], or a negative errno.
  v8::Local<v8::Value> window_size() {
    v8::Isolate* isolate = env().isolate();
    auto size = tty().window_size();
    if (!size) return v8::Integer::New(isolate, -size.error().errno_number());
    v8::Local<v8::Value> both[] = {v8::Integer::New(isolate, size->first),
                                   v8::Integer::New(isolate, size->second)};
    return v8::Array::New(isolate, both, 2);
  }
  int32_t set_raw_mode(bool raw) { return status_of(tty().set_raw_mode(raw)); }

 private:
  TtyWrap(Env& env, v8::Local<v8::Object> self, Ref<io::Tty> tty) : StreamWrap(env, self, tty) {
    make_weak();
  }
  io::Tty& tty() { return static_cast<io::Tty&>(stream()); }
};

namespace {
bool is_tty(Env&, int32_t fd) { return fd >= 0 && ::isatty(fd) == 1; }

using engine::binding, engine::cls, engine::fn, engine::method;
constexpr auto kTable = binding("tty", fn<is_tty>("isatty"),
                                cls<TtyWrap>("TTY", kStreamMembers, method<&TtyWrap::open>("open"),
                                             method<&TtyWrap::window_size>("getWindowSize"),
                                             method<&TtyWrap::set_raw_mode>("setRawMode")));
}  // namespace

BindingView tty() { return kTable; }
}  // namespace gyre::bindings
