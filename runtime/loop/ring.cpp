#include "runtime/loop/ring.hpp"

#include <sys/eventfd.h>

#include <array>
#include <cerrno>

namespace gyre::loop {
namespace {

// Completions that belong to no Op. Ops are aligned, so no pointer has these values.
constexpr uint64_t kWakeTag = 1;
constexpr uint64_t kIgnoredTag = 2;
constexpr unsigned kCompletionsPerEntry = 8;

constexpr unsigned kRequiredFeatures =
    IORING_FEAT_EXT_ARG | IORING_FEAT_NODROP | IORING_FEAT_SUBMIT_STABLE | IORING_FEAT_FAST_POLL;

constexpr auto kRequiredOpcodes = std::to_array<uint8_t>(
    {IORING_OP_NOP,         IORING_OP_READ,     IORING_OP_WRITE,   IORING_OP_READV,
     IORING_OP_WRITEV,      IORING_OP_RECV,     IORING_OP_SEND,    IORING_OP_RECVMSG,
     IORING_OP_SENDMSG,     IORING_OP_ACCEPT,   IORING_OP_CONNECT, IORING_OP_SHUTDOWN,
     IORING_OP_OPENAT,      IORING_OP_CLOSE,    IORING_OP_STATX,   IORING_OP_FSYNC,
     IORING_OP_RENAMEAT,    IORING_OP_UNLINKAT, IORING_OP_MKDIRAT, IORING_OP_SYMLINKAT,
     IORING_OP_LINKAT,      IORING_OP_POLL_ADD, IORING_OP_SOCKET,  IORING_OP_FALLOCATE,
     IORING_OP_ASYNC_CANCEL});

const char* cause_of(int number) {
  switch (number) {
    case EPERM:
      return "the kernel refuses it to this process (a container's seccomp profile, or the sysctl "
             "kernel.io_uring_disabled)";
    case ENOSYS:
      return "this kernel is built without it or too old";
    case ENOMEM:
      return "the limit on locked memory (ulimit -l) or the machine's memory is used up";
    case EINVAL:
      return "this kernel is older than 6.1";
    default:
      return "setting it up failed";
  }
}

const char* remedy_for(int number) {
  switch (number) {
    case EPERM:
      return "allow io_uring_setup, io_uring_enter and io_uring_register in the container's "
             "seccomp "
             "profile (docker: --security-opt seccomp=<profile>), or set "
             "kernel.io_uring_disabled=0";
    case ENOMEM:
      return "raise the limit (ulimit -l unlimited, or LimitMEMLOCK= of the service)";
    default:
      return "run on Linux 6.1 or newer with CONFIG_IO_URING";
  }
}

}  // namespace

Error Ring::unavailable(int number) {
  std::string message = "io_uring is not available: " + errno_name(number) + ", " +
                        cause_of(number) + ". Remedy: " + remedy_for(number);
  return Error(Code::ERR_IO_URING_UNAVAILABLE, std::move(message), remedy_for(number));
}

Result<std::unique_ptr<Ring>> Ring::create(unsigned entries, WakeMethod wake_method) {
  std::unique_ptr<Ring> ring(new Ring);
  io_uring_params parameters{};
  parameters.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                     IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_CLAMP | IORING_SETUP_CQSIZE;
  parameters.cq_entries = entries * kCompletionsPerEntry;
  int status = io_uring_queue_init_params(entries, &ring->ring_, &parameters);
  if (status < 0) return unavailable(-status);
  ring->is_initialised_ = true;
  if ((ring->ring_.features & kRequiredFeatures) != kRequiredFeatures) return unavailable(ENOSYS);
  GYRE_TRY(ring->probe());
  // Both only save work; a kernel that refuses them is fine.
  (void)io_uring_register_ring_fd(&ring->ring_);
  (void)io_uring_ring_dontfork(&ring->ring_);
  ring->choose_waker(wake_method);
  if (!ring->wakes_by_message_) {
    ring->wake_fd_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!ring->wake_fd_) return Error::from_errno("eventfd");
  }
  return ring;
}

Status Ring::probe() {
  io_uring_probe* probe = io_uring_get_probe_ring(&ring_);
  if (probe == nullptr) return unavailable(ENOSYS);
  for (int opcode = 0; opcode < 256; ++opcode) {
    if (io_uring_opcode_supported(probe, opcode)) opcodes_.set(size_t(opcode));
  }
  io_uring_free_probe(probe);
  for (uint8_t opcode : kRequiredOpcodes) {
    if (!opcodes_.test(opcode)) return unavailable(ENOSYS);
  }
  return ok();
}

void Ring::choose_waker(WakeMethod wake_method) {
  if (wake_method == WakeMethod::kEventfd) return;
  wakes_by_message_ = workers::MsgRingWaker::try_send(ring_.ring_fd, kIgnoredTag);
}

Ring::~Ring() {
  if (is_initialised_) io_uring_queue_exit(&ring_);
}

BackendInfo Ring::info() const {
  return {"io_uring", wakes_by_message_ ? "msg_ring" : "eventfd", ring_.sq.ring_entries};
}

std::unique_ptr<workers::Waker> Ring::make_waker() {
  if (wakes_by_message_) {
    return std::make_unique<workers::MsgRingWaker>(ring_.ring_fd, kWakeTag);
  }
  UniqueFd copy(::fcntl(wake_fd_.get(), F_DUPFD_CLOEXEC, 0));
  GYRE_CHECK(copy.is_open());
  return std::make_unique<workers::EventfdWaker>(std::move(copy));
}

bool Ring::try_prepare(Op& op) {
  io_uring_sqe* sqe = io_uring_get_sqe(&ring_);
  if (sqe == nullptr) {
    io_uring_submit(&ring_);
    sqe = io_uring_get_sqe(&ring_);
    if (sqe == nullptr) return false;
  }
  op.prepare(Sqe(sqe));
  io_uring_sqe_set_data(sqe, &op);
  return true;
}

void Ring::enqueue(Op& op) {
  // Behind a backlog everything waits its turn, so requests keep their order.
  if (!backlog_.empty() || !try_prepare(op)) backlog_.push_back(op);
}

void Ring::enqueue_chain(std::span<Op* const> ops) {
  GYRE_CHECK(ops.size() <= ring_.sq.ring_entries);
  // A chain ends where a submission ends, so it must fit in whole.
  if (io_uring_sq_space_left(&ring_) < ops.size()) io_uring_submit(&ring_);
  for (Op* op : ops) enqueue(*op);
}

bool Ring::remove_queued(Op& op) {
  if (!op.is_linked()) return false;
  op.unlink();
  return true;
}

void Ring::move_backlog() {
  while (!backlog_.empty()) {
    Op* op = backlog_.pop_front();
    if (try_prepare(*op)) continue;
    List<Op> rest;
    rest.push_back(*op);
    rest.splice_back(backlog_);
    backlog_.splice_back(rest);
    return;
  }
}

void Ring::arm_wake_read() {
  if (wakes_by_message_ || wake_read_armed_) return;
  io_uring_sqe* sqe = io_uring_get_sqe(&ring_);
  if (sqe == nullptr) return;  // a full queue: this poll returns at once, the next one arms it
  io_uring_prep_read(sqe, wake_fd_.get(), &wake_count_, sizeof(wake_count_), 0);
  io_uring_sqe_set_data64(sqe, kWakeTag);
  wake_read_armed_ = true;
}

// Whether the kernel has anything to take or to give: requests to submit, deferred task work, or
// completions beyond the queue.
bool Ring::has_work() const {
  if (io_uring_sq_ready(&ring_) > 0) return true;
  unsigned flags = IO_URING_READ_ONCE(*ring_.sq.kflags);
  return (flags & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) != 0;
}

void Ring::wait(std::optional<Nanoseconds> timeout) {
  move_backlog();
  arm_wake_read();
  bool may_wait = !timeout || timeout->count() > 0;
  if (io_uring_cq_ready(&ring_) > 0 || !backlog_.empty()) may_wait = false;
  if (!wakes_by_message_ && !wake_read_armed_) may_wait = false;
  if (!may_wait) {
    if (has_work()) io_uring_submit_and_get_events(&ring_);
    return;
  }
  // Errors: ETIME and EINTR are normal; EBUSY and EAGAIN leave requests queued for next time.
  if (!timeout) {
    io_uring_submit_and_wait(&ring_, 1);
    return;
  }
  io_uring_cqe* first = nullptr;
  __kernel_timespec limit{timeout->count() / 1'000'000'000, timeout->count() % 1'000'000'000};
  io_uring_submit_and_wait_timeout(&ring_, &first, 1, &limit, nullptr);
}

void Ring::flush() {
  move_backlog();
  if (io_uring_sq_ready(&ring_) > 0) io_uring_submit(&ring_);
}

void Ring::reap(CompletionSink& sink) {
  // Each completion is given back before its op runs, which may poll again (a nested loop run).
  for (unsigned left = io_uring_cq_ready(&ring_); left > 0; --left) {
    io_uring_cqe* cqe = nullptr;
    if (io_uring_peek_cqe(&ring_, &cqe) != 0 || cqe == nullptr) return;
    uint64_t tag = io_uring_cqe_get_data64(cqe);
    int res = cqe->res;
    CqeFlags flags(cqe->flags);
    io_uring_cqe_seen(&ring_, cqe);
    if (tag == kWakeTag) {
      wake_read_armed_ = false;
    } else if (tag != kIgnoredTag) {
      sink.on_completion(*reinterpret_cast<Op*>(uintptr_t(tag)), res, flags);
    }
  }
}

Status Ring::register_buffers(const BufferRingMemory& memory) {
  io_uring_buf_reg registration{};
  registration.ring_addr = reinterpret_cast<uintptr_t>(memory.ring);
  registration.ring_entries = memory.entries;
  registration.bgid = memory.group;
  int status = io_uring_register_buf_ring(&ring_, &registration, 0);
  if (status < 0) return Error::from_errno_number(-status, "io_uring_register");
  return ok();
}

void Ring::unregister_buffers(uint16_t group) { (void)io_uring_unregister_buf_ring(&ring_, group); }

}  // namespace gyre::loop
