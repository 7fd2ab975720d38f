// internalBinding('spawn'): child processes. `Process` wraps a running child; `run` is the blocking
// form; `createPair` makes the two ends of a pipe between parent and child.
#include <sys/socket.h>

#include <cerrno>

#include "runtime/bindings/registry.hpp"
#include "runtime/io/process.hpp"

namespace gyre::bindings {
namespace {

using engine::Env;
using engine::fn;

struct RunAnswer {
  io::RunResult result;
};

}  // namespace
}  // namespace gyre::bindings

namespace gyre::engine {

// { pid, status, signal, output: [Buffer | null, ...], error } with signal and error as numbers.
template <>
struct Convert<bindings::RunAnswer> {
  static v8::Local<v8::Value> to(Env& env, bindings::RunAnswer answer) {
    auto context = env.context();
    auto object = v8::Object::New(env.isolate());
    auto set = [&](const char* name, v8::Local<v8::Value> value) {
      object->Set(context, env.literal(name), value).Check();
    };
    set("pid", Convert<int32_t>::to(env, answer.result.pid));
    set("status", Convert<int32_t>::to(env, answer.result.status.code));
    set("signal", Convert<int32_t>::to(env, answer.result.status.signal));
    set("error", Convert<int32_t>::to(env, answer.result.error));
    std::vector<v8::Local<v8::Value>> output;
    for (const auto& text : answer.result.output) {
      if (text) {
        output.push_back(to_js(env, Buffer::copy_of(*text)));
      } else {
        output.push_back(v8::Null(env.isolate()));
      }
    }
    set("output", v8::Array::New(env.isolate(), output.data(), output.size()));
    return object;
  }
};

}  // namespace gyre::engine

namespace gyre::bindings {
namespace {

io::SpawnOptions spawn_options(std::string file, std::vector<std::string> args,
                               std::vector<std::string> env, std::string cwd,
                               std::optional<uint32_t> user, std::optional<uint32_t> group,
                               bool detached, std::vector<int32_t> fds) {
  io::SpawnOptions options;
  options.file = std::move(file);
  options.args = std::move(args);
  options.env = std::move(env);
  options.cwd = std::move(cwd);
  options.user = user;
  options.group = group;
  options.detached = detached;
  options.fds = std::move(fds);
  return options;
}

class ProcessWrap final : public engine::Wrap {
 public:
  static Status construct(Env& env, v8::Local<v8::Object> self,
                          const v8::FunctionCallbackInfo<v8::Value>&) {
    new ProcessWrap(env, self);
    return ok();
  }

  // The process number, or -errno.
  int32_t spawn(std::string file, std::vector<std::string> args, std::vector<std::string> env,
                std::string cwd, std::optional<uint32_t> user, std::optional<uint32_t> group,
                bool detached, std::vector<int32_t> fds) {
    if (watch_) return -EALREADY;
    auto options = spawn_options(std::move(file), std::move(args), std::move(env), std::move(cwd),
                                 user, group, detached, std::move(fds));
    auto process = io::spawn(options);
    if (!process) return -process.error().errno_number();
    pid_t pid = process->pid;
    watch_ = make_ref<io::ProcessWatch>(this->env().loop(), std::move(process).value(),
                                        [this](io::ExitStatus status) { on_exit(status); });
    watch_->start();
    make_strong();
    return pid;
  }

  // 0 or -errno.
  int32_t kill(int32_t signal) {
    if (!watch_) return -ESRCH;
    Status status = watch_->kill(signal);
    return status ? 0 : -status.error().errno_number();
  }
  void ref() {
    if (watch_) watch_->ref();
  }
  void unref() {
    if (watch_) watch_->unref();
  }
  bool has_ref() { return watch_ && watch_->has_ref() && watch_->is_active(); }
  void close() {
    if (!watch_) return;
    watch_->close();
    watch_.reset();
    make_weak();
  }

  void on_teardown() override {
    if (watch_) watch_->close();
    watch_.reset();
  }

 private:
  ProcessWrap(Env& env, v8::Local<v8::Object> self) : Wrap(env, self) { make_weak(); }

  void on_exit(io::ExitStatus status) { make_callback("onexit", status.code, status.signal); }

  Ref<io::ProcessWatch> watch_;
};

Result<RunAnswer> run(Env&, std::string file, std::vector<std::string> args,
                      std::vector<std::string> env, std::string cwd, std::optional<uint32_t> user,
                      std::optional<uint32_t> group, bool detached, std::vector<int32_t> fds,
                      std::vector<int32_t> captured, std::optional<ByteView> input, double timeout,
                      int32_t kill_signal, double max_buffer) {
  io::RunOptions options;
  options.spawn = spawn_options(std::move(file), std::move(args), std::move(env), std::move(cwd),
                                user, group, detached, std::move(fds));
  options.captured.assign(captured.begin(), captured.end());
  if (input) options.input = std::string(as_text(*input));
  options.timeout_ms = timeout > 0 ? static_cast<uint64_t>(timeout) : 0;
  options.kill_signal = kill_signal;
  options.max_buffer = max_buffer;
  GYRE_ASSIGN(auto result, io::run_to_end(options));
  return RunAnswer{std::move(result)};
}

// What fits the socket's buffer goes out before the call returns, so that a message sent just
// before process.exit() arrives. The number of bytes taken.
int32_t send_now(Env&, int32_t fd, ByteView bytes) {
  ssize_t count = ::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return count < 0 ? 0 : static_cast<int32_t>(count);
}

// [the parent's end, the child's end]
Result<std::vector<int32_t>> create_pair(Env&) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return Error::from_errno("pipe");
  }
  return std::vector<int32_t>{pair[0], pair[1]};
}

constexpr auto kTable = engine::binding(
    "spawn", fn<run>("run"), fn<create_pair>("createPair"), fn<send_now>("sendNow"),
    engine::cls<ProcessWrap>("Process", engine::method<&ProcessWrap::spawn>("spawn"),
                             engine::method<&ProcessWrap::kill>("kill"),
                             engine::method<&ProcessWrap::ref>("ref"),
                             engine::method<&ProcessWrap::unref>("unref"),
                             engine::method<&ProcessWrap::has_ref>("hasRef"),
                             engine::method<&ProcessWrap::close>("close")));

}  // namespace

engine::BindingView spawn() { return kTable; }

}  // namespace gyre::bindings
