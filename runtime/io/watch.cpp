#include "runtime/io/watch.hpp"

#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>

namespace gyre::io {
namespace {

constexpr uint32_t kContent = IN_ATTRIB | IN_MODIFY;
constexpr uint32_t kWatched =
    kContent | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_MOVED_FROM | IN_MOVED_TO;
constexpr size_t kReadSize = 64 * 1024;

std::string last_part(const std::string& path) {
  size_t end = path.find_last_not_of('/');
  if (end == std::string::npos) return path;
  size_t slash = path.rfind('/', end);
  size_t start = slash == std::string::npos ? 0 : slash + 1;
  return path.substr(start, end + 1 - start);
}

}  // namespace

// Waits for events; not counted: the watchers decide whether the loop stays alive.
class WatchHub::ReadOp final : public loop::Op {
 public:
  explicit ReadOp(Ref<WatchHub> hub)
      : Op(loop::OpCounts::kNo), hub_(std::move(hub)), buffer_(kReadSize) {}
  void prepare(loop::Sqe sqe) noexcept override { sqe.read(hub_->fd_.get(), buffer_.span()); }
  void complete(int res, loop::CqeFlags) override {
    Ref<WatchHub> hub = hub_;
    if (res > 0) hub->on_read(buffer_.view().first(static_cast<size_t>(res)));
    hub->op_.reset();
    bool may_retry = res > 0 || res == -EINTR || res == -EAGAIN;
    if (may_retry && !hub->watchers_.empty()) hub->read_more();
  }

 private:
  Ref<WatchHub> hub_;
  Buffer buffer_;
};

void WatchHub::read_more() {
  if (op_) return;
  op_ = make_ref<ReadOp>(Ref<WatchHub>(this));
  loop_.submit(op_);
}

Status WatchHub::add(PathWatcher& watcher, const std::string& path) {
  if (!fd_) {
    fd_ = UniqueFd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!fd_) return Error::from_errno("watch", path);
  }
  int descriptor = ::inotify_add_watch(fd_.get(), path.c_str(), kWatched);
  if (descriptor < 0) return Error::from_errno("watch", path);
  watcher.descriptor_ = descriptor;
  watchers_[descriptor].push_back(&watcher);
  read_more();
  return ok();
}

void WatchHub::remove(PathWatcher& watcher) {
  auto found = watchers_.find(watcher.descriptor_);
  if (found == watchers_.end()) return;
  std::erase(found->second, &watcher);
  if (!found->second.empty()) return;
  // The kernel may have dropped the watch already, with its file.
  ::inotify_rm_watch(fd_.get(), watcher.descriptor_);
  watchers_.erase(found);
  if (watchers_.empty() && op_) loop_.cancel(*op_);
}

void WatchHub::on_read(ByteView events) {
  while (events.size() >= sizeof(inotify_event)) {
    inotify_event event;
    std::memcpy(&event, events.data(), sizeof event);
    if (events.size() < sizeof event + event.len) return;
    // The name is padded with zeros.
    const char* text = reinterpret_cast<const char*>(events.data() + sizeof event);
    std::string name(text, ::strnlen(text, event.len));
    events = events.subspan(sizeof event + event.len);
    if ((event.mask & (IN_IGNORED | IN_Q_OVERFLOW)) == 0) report(event.wd, event.mask, name);
  }
}

void WatchHub::report(int descriptor, uint32_t mask, const std::string& name) {
  auto found = watchers_.find(descriptor);
  if (found == watchers_.end()) return;
  // Handlers may close any watcher.
  std::vector<Ref<PathWatcher>> targets;
  for (PathWatcher* watcher : found->second) targets.emplace_back(watcher);
  WatchEvent kind = (mask & ~kContent & kWatched) != 0 ? WatchEvent::kRename : WatchEvent::kChange;
  for (const auto& watcher : targets) {
    if (!watcher->is_open()) continue;
    watcher->on_event_(kind, name.empty() ? watcher->own_name_ : name);
  }
}

PathWatcher::PathWatcher(Ref<WatchHub> hub, EventHandler on_event)
    : Handle(hub->loop()), hub_(std::move(hub)), on_event_(std::move(on_event)) {}

Status PathWatcher::start(const std::string& path) {
  GYRE_TRY(hub_->add(*this, path));
  own_name_ = last_part(path);
  set_active(true);
  return ok();
}

loop::CloseStep PathWatcher::begin_close() {
  set_active(false);
  if (descriptor_ >= 0) hub_->remove(*this);
  return loop::CloseStep::kDone;
}

}  // namespace gyre::io
