#include "runtime/loop/signals.hpp"

#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>

#include "runtime/loop/loop.hpp"

namespace gyre::loop {
namespace {

constexpr int kLastSignal = 64;
constexpr size_t kMostLoops = 256;

constexpr uint64_t bit_of(int number) { return uint64_t{1} << (number - 1); }

// One loop that watches signals. The eventfd is made once and never closed: a handler on another
// thread may be about to write to it.
struct Slot {
  std::atomic<int> fd{-1};
  std::atomic<uint64_t> watched{0};
  std::atomic<uint64_t> arrived{0};
  bool is_taken = false;  // guarded by the table's mutex
};

// Dispositions belong to the process, hence the only static of the loop.
struct Table {
  std::mutex mutex;
  std::array<Slot, kMostLoops> slots;
  std::atomic<size_t> used{0};
  std::array<unsigned, kLastSignal + 1> watchers{};  // guarded by the mutex
  std::array<struct sigaction, kLastSignal + 1> previous{};
};
Table& table() {
  static Table& instance = *new Table;
  return instance;
}
Table* handler_table = nullptr;  // set before the first handler is installed

void on_signal(int number) {
  int saved = errno;
  size_t used = handler_table->used.load(std::memory_order_acquire);
  for (size_t i = 0; i < used; ++i) {
    Slot& slot = handler_table->slots[i];
    if ((slot.watched.load(std::memory_order_acquire) & bit_of(number)) == 0) continue;
    slot.arrived.fetch_or(bit_of(number), std::memory_order_acq_rel);
    uint64_t one = 1;
    (void)!::write(slot.fd.load(std::memory_order_acquire), &one, sizeof(one));
  }
  errno = saved;
}

Result<Slot*> take_slot() {
  Table& all = table();
  std::lock_guard lock(all.mutex);
  handler_table = &all;
  for (size_t i = 0; i < kMostLoops; ++i) {
    Slot& slot = all.slots[i];
    if (slot.is_taken) continue;
    if (slot.fd.load() < 0) {
      int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
      if (fd < 0) return Error::from_errno("eventfd");
      slot.fd.store(fd, std::memory_order_release);
    }
    slot.is_taken = true;
    slot.arrived.store(0);
    if (all.used.load() <= i) all.used.store(i + 1, std::memory_order_release);
    return &slot;
  }
  return Error::from_errno_number(EMFILE, "sigaction");
}

void release_slot(Slot& slot) {
  std::lock_guard lock(table().mutex);
  slot.watched.store(0, std::memory_order_release);
  slot.is_taken = false;
}

Status install(int number) {
  Table& all = table();
  std::lock_guard lock(all.mutex);
  if (all.watchers[size_t(number)] == 0) {
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);
    if (::sigaction(number, &action, &all.previous[size_t(number)]) != 0) {
      return Error::from_errno("sigaction");
    }
  }
  ++all.watchers[size_t(number)];
  return ok();
}

void uninstall(int number) {
  Table& all = table();
  std::lock_guard lock(all.mutex);
  if (--all.watchers[size_t(number)] > 0) return;
  ::sigaction(number, &all.previous[size_t(number)], nullptr);
}

}  // namespace

// One loop's watched signals: the slot, the read on its eventfd, and the handles.
class SignalDispatch {
 public:
  SignalDispatch(Loop& loop, Slot& slot)
      : loop_(loop), slot_(slot), read_(make_ref<WakeRead>(*this)) {}
  ~SignalDispatch() { release_slot(slot_); }

  static Result<std::shared_ptr<SignalDispatch>> of(Loop& loop) {
    if (!loop.signal_dispatch()) {
      GYRE_ASSIGN(Slot * slot, take_slot());
      loop.signal_dispatch() = std::make_shared<SignalDispatch>(loop, *slot);
    }
    return loop.signal_dispatch();
  }

  Status add(SignalHandle& handle, int number) {
    slot_.watched.fetch_or(bit_of(number), std::memory_order_acq_rel);
    Status status = install(number);
    if (status) handles_.push_back(&handle);
    refresh_watched();
    if (status && !read_->is_in_flight()) loop_.submit(read_);
    return status;
  }

  void remove(SignalHandle& handle) {
    std::erase(handles_, &handle);
    uninstall(handle.number_);
    refresh_watched();
  }

 private:
  class WakeRead final : public Op {
   public:
    explicit WakeRead(SignalDispatch& dispatch) : Op(OpCounts::kNo), dispatch_(dispatch) {}
    void prepare(Sqe sqe) noexcept override {
      sqe.read(dispatch_.slot_.fd.load(), {reinterpret_cast<uint8_t*>(&count_), sizeof(count_)}, 0);
    }
    void complete(int res, CqeFlags) override {
      if (res == -ECANCELED) return;
      dispatch_.loop_.submit(Ref<Op>(this));
      dispatch_.deliver();
    }

   private:
    SignalDispatch& dispatch_;  // its loop drops it after the last op
    uint64_t count_ = 0;
  };

  void refresh_watched() {
    uint64_t watched = 0;
    for (SignalHandle* handle : handles_) watched |= bit_of(handle->number_);
    slot_.watched.store(watched, std::memory_order_release);
  }

  void deliver() {
    uint64_t arrived = slot_.arrived.exchange(0, std::memory_order_acq_rel);
    for (int number = 1; arrived != 0; ++number, arrived >>= 1) {
      if ((arrived & 1) == 0) continue;
      std::vector<Ref<SignalHandle>> watching;
      for (SignalHandle* handle : handles_) {
        if (handle->number_ == number) watching.emplace_back(handle);
      }
      for (Ref<SignalHandle>& handle : watching) {
        if (handle->number_ == number) handle->callback_(number);
      }
    }
  }

  Loop& loop_;
  Slot& slot_;
  Ref<WakeRead> read_;
  std::vector<SignalHandle*> handles_;
};

SignalHandle::SignalHandle(Loop& loop, std::function<void(int)> callback)
    : Handle(loop), callback_(std::move(callback)) {}

SignalHandle::~SignalHandle() { stop(); }

Status SignalHandle::start(int number) {
  if (!is_open() || number < 1 || number > kLastSignal) {
    return Error::from_errno_number(EINVAL, "sigaction");
  }
  if (number == number_) return ok();
  stop();
  GYRE_ASSIGN(dispatch_, SignalDispatch::of(loop()));
  number_ = number;
  if (Status status = dispatch_->add(*this, number); !status) {
    number_ = 0;
    return status;
  }
  set_active(true);
  return ok();
}

void SignalHandle::stop() {
  if (number_ == 0) return;
  dispatch_->remove(*this);
  number_ = 0;
  set_active(false);
}

CloseStep SignalHandle::begin_close() {
  stop();
  return CloseStep::kDone;
}

void ignore_broken_pipes() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace gyre::loop
