#include "workers/channel/waker.hpp"

#include <linux/io_uring.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace gyre::workers {
namespace {
// Not in the headers of Debian 12; the number is the kernel's ABI.
constexpr unsigned kRegisterSendMsgRing = 31;
}  // namespace

bool MsgRingWaker::try_send(int ring_fd, uint64_t user_data) noexcept {
  io_uring_sqe sqe;
  std::memset(&sqe, 0, sizeof(sqe));
  sqe.opcode = IORING_OP_MSG_RING;
  sqe.fd = ring_fd;
  sqe.off = user_data;
  for (;;) {
    if (::syscall(__NR_io_uring_register, -1, kRegisterSendMsgRing, &sqe, 1) >= 0) return true;
    if (errno != EINTR && errno != EAGAIN && errno != ENOMEM) return false;
  }
}

void MsgRingWaker::wake() noexcept { GYRE_CHECK(try_send(ring_fd_, user_data_)); }

Result<std::unique_ptr<EventfdWaker>> EventfdWaker::create() {
  UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) return Error::from_errno("eventfd");
  return std::make_unique<EventfdWaker>(std::move(fd));
}

void EventfdWaker::wake() noexcept {
  uint64_t one = 1;
  // EAGAIN means the counter is full: the sleeper is woken anyway.
  while (::write(fd_.get(), &one, sizeof(one)) < 0 && errno == EINTR) {
  }
}

void EventfdWaker::clear() noexcept {
  uint64_t count;
  while (::read(fd_.get(), &count, sizeof(count)) < 0 && errno == EINTR) {
  }
}

void ConditionWaker::wake() noexcept {
  {
    std::lock_guard lock(mutex_);
    signalled_ = true;
  }
  condition_.notify_one();
}

bool ConditionWaker::wait(std::optional<TimePoint> deadline) {
  std::unique_lock lock(mutex_);
  auto is_signalled = [this] { return signalled_; };
  bool woken = true;
  if (deadline) {
    woken = condition_.wait_until(lock, *deadline, is_signalled);
  } else {
    condition_.wait(lock, is_signalled);
  }
  signalled_ = false;
  return woken;
}

}  // namespace gyre::workers
