// internalBinding('watch'): FSEvent, one watched path.
#include <cerrno>

#include "runtime/bindings/fs_args.hpp"
#include "runtime/bindings/registry.hpp"
#include "runtime/io/watch.hpp"

namespace gyre::bindings {
namespace {

using engine::Env;

// The hub of an Env's loop, kept while the Env lives.
struct EnvWatchHub {
  explicit EnvWatchHub(Env& env) : hub(make_ref<io::WatchHub>(env.loop())) {}
  Ref<io::WatchHub> hub;
};

// Calls object.onchange(eventType, filename).
class FsEvent final : public engine::Wrap {
 public:
  static Status construct(Env& env, v8::Local<v8::Object> self,
                          const v8::FunctionCallbackInfo<v8::Value>&) {
    new FsEvent(env, self);
    return ok();
  }

  Status start(Path path, bool as_buffer) {
    if (watcher_) return ok();
    form_ = as_buffer ? NameForm::kBuffer : NameForm::kString;
    auto watcher = make_ref<io::PathWatcher>(
        env().state<EnvWatchHub>().hub,
        [this](io::WatchEvent event, const std::string& name) { on_event(event, name); });
    GYRE_TRY(watcher->start(path.text));
    watcher_ = std::move(watcher);
    make_strong();
    return ok();
  }
  bool is_started() { return static_cast<bool>(watcher_); }
  void close() {
    if (!watcher_) return;
    watcher_->close();
    watcher_.reset();
    make_weak();
  }
  void ref() {
    if (watcher_) watcher_->ref();
  }
  void unref() {
    if (watcher_) watcher_->unref();
  }
  bool has_ref() { return watcher_ && watcher_->has_ref(); }
  void on_teardown() override {
    if (watcher_) watcher_->close();
    watcher_.reset();
  }

 private:
  FsEvent(Env& env, v8::Local<v8::Object> self) : Wrap(env, self) { make_weak(); }

  void on_event(io::WatchEvent event, const std::string& name) {
    const char* type = event == io::WatchEvent::kRename ? "rename" : "change";
    make_callback("onchange", type, Name{name, form_});
  }

  Ref<io::PathWatcher> watcher_;
  NameForm form_ = NameForm::kString;
};

constexpr auto kTable = engine::binding(
    "watch", engine::cls<FsEvent>("FSEvent", engine::method<&FsEvent::start>("start"),
                                  engine::method<&FsEvent::close>("close"),
                                  engine::method<&FsEvent::ref>("ref"),
                                  engine::method<&FsEvent::unref>("unref"),
                                  engine::method<&FsEvent::has_ref>("hasRef"),
                                  engine::getter<&FsEvent::is_started>("initialized")));

}  // namespace

engine::BindingView watch() { return kTable; }

}  // namespace gyre::bindings
