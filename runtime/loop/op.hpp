// Op: one kernel request. It owns all the kernel may touch (buffer, iovec, sockaddr, path) and
// lives until its last completion: the loop holds a Ref while it is in flight. Sqe: the request as
// the kernel will see it, filled in by Op::prepare. Loop's thread only.
//
//   class RecvOp final : public Op {
//     void prepare(Sqe sqe) noexcept override { sqe.recv(stream_->fd(), buffer_.span()); }
//     void complete(int res, CqeFlags flags) override { ... }   // res < 0: -errno
//   };
//   loop.submit(make_ref<RecvOp>(...));
#pragma once

#include <fcntl.h>
#include <liburing.h>
#include <poll.h>
#include <sys/socket.h>

#include "runtime/base/bytes.hpp"
#include "runtime/base/intrusive.hpp"

namespace gyre::loop {

class Loop;
class Op;
class Ring;

// What came with a completion.
class CqeFlags {
 public:
  constexpr explicit CqeFlags(uint32_t raw = 0) : raw_(raw) {}
  // More completions follow; the op stays in flight. Absent on a multishot op: submit it again.
  constexpr bool more() const { return raw_ & IORING_CQE_F_MORE; }
  // The kernel took a provided buffer; its id is buffer_id().
  constexpr bool has_buffer() const { return raw_ & IORING_CQE_F_BUFFER; }
  constexpr uint16_t buffer_id() const { return uint16_t(raw_ >> IORING_CQE_BUFFER_SHIFT); }
  // After a receive: the socket has more bytes ready.
  constexpr bool socket_has_more() const { return raw_ & IORING_CQE_F_SOCK_NONEMPTY; }

 private:
  uint32_t raw_;
};

constexpr uint64_t kCurrentPosition = ~uint64_t{0};

// Every method describes one request; call exactly one, then modifiers.
class Sqe {
 public:
  explicit Sqe(io_uring_sqe* raw) : raw_(raw) {}

  void nop() { io_uring_prep_nop(raw_); }
  // Files. `offset` kCurrentPosition uses and moves the file position.
  void read(int fd, MutableBytes to, uint64_t offset = kCurrentPosition) {
    io_uring_prep_read(raw_, fd, to.data(), clamp(to.size()), offset);
  }
  void write(int fd, ByteView from, uint64_t offset = kCurrentPosition) {
    io_uring_prep_write(raw_, fd, from.data(), clamp(from.size()), offset);
  }
  void readv(int fd, const iovec* vectors, unsigned count, uint64_t offset = kCurrentPosition) {
    io_uring_prep_readv(raw_, fd, vectors, count, offset);
  }
  void writev(int fd, const iovec* vectors, unsigned count, uint64_t offset = kCurrentPosition) {
    io_uring_prep_writev(raw_, fd, vectors, count, offset);
  }
  // Reads into a provided buffer of `group` (BufferRing::group); completes with a buffer id.
  void read_provided(int fd, uint16_t group, size_t most, uint64_t offset = kCurrentPosition) {
    io_uring_prep_read(raw_, fd, nullptr, clamp(most), offset);
    select_buffer(group);
  }
  void openat(int dir_fd, const char* path, int flags, mode_t mode) {
    io_uring_prep_openat(raw_, dir_fd, path, flags | O_CLOEXEC, mode);
  }
  void close(int fd) { io_uring_prep_close(raw_, fd); }
  void statx(int dir_fd, const char* path, int flags, unsigned mask, struct statx* to) {
    io_uring_prep_statx(raw_, dir_fd, path, flags, mask, to);
  }
  void fsync(int fd) { io_uring_prep_fsync(raw_, fd, 0); }
  void fdatasync(int fd) { io_uring_prep_fsync(raw_, fd, IORING_FSYNC_DATASYNC); }
  void fallocate(int fd, int mode, uint64_t offset, uint64_t length) {
    io_uring_prep_fallocate(raw_, fd, mode, off_t(offset), off_t(length));
  }
  // Kernel 6.9; ask Backend::supports(kOpFtruncate).
  void ftruncate(int fd, uint64_t length) {
    io_uring_prep_rw(kOpFtruncate, raw_, fd, nullptr, 0, length);
  }
  void renameat(int old_dir, const char* old_path, int new_dir, const char* new_path,
                unsigned flags = 0) {
    io_uring_prep_renameat(raw_, old_dir, old_path, new_dir, new_path, flags);
  }
  void unlinkat(int dir_fd, const char* path, int flags = 0) {
    io_uring_prep_unlinkat(raw_, dir_fd, path, flags);
  }
  void mkdirat(int dir_fd, const char* path, mode_t mode) {
    io_uring_prep_mkdirat(raw_, dir_fd, path, mode);
  }
  void symlinkat(const char* target, int dir_fd, const char* path) {
    io_uring_prep_symlinkat(raw_, target, dir_fd, path);
  }
  void linkat(int old_dir, const char* old_path, int new_dir, const char* new_path, int flags) {
    io_uring_prep_linkat(raw_, old_dir, old_path, new_dir, new_path, flags);
  }
  // Sockets.
  void socket(int domain, int type, int protocol) {
    io_uring_prep_socket(raw_, domain, type | SOCK_CLOEXEC, protocol, 0);
  }
  void connect(int fd, const sockaddr* address, socklen_t length) {
    io_uring_prep_connect(raw_, fd, address, length);
  }
  void accept(int fd, sockaddr* address = nullptr, socklen_t* length = nullptr) {
    io_uring_prep_accept(raw_, fd, address, length, SOCK_CLOEXEC | SOCK_NONBLOCK);
  }
  // One completion per connection (res = fd) until one comes without more().
  void accept_multishot(int fd) {
    io_uring_prep_multishot_accept(raw_, fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  }
  void recv(int fd, MutableBytes to, int flags = 0) {
    io_uring_prep_recv(raw_, fd, to.data(), to.size(), flags);
  }
  // One completion per arrival, each in a provided buffer. -ENOBUFS when those have run out.
  void recv_multishot(int fd, uint16_t group) {
    io_uring_prep_recv_multishot(raw_, fd, nullptr, 0, 0);
    select_buffer(group);
  }
  // The first attempt waits for readiness instead of trying at once.
  void poll_first() { raw_->ioprio |= IORING_RECVSEND_POLL_FIRST; }
  void send(int fd, ByteView from, int flags = MSG_NOSIGNAL) {
    io_uring_prep_send(raw_, fd, from.data(), from.size(), flags);
  }
  void sendmsg(int fd, const msghdr* message, unsigned flags = MSG_NOSIGNAL) {
    io_uring_prep_sendmsg(raw_, fd, message, flags);
  }
  void recvmsg(int fd, msghdr* message, unsigned flags = 0) {
    io_uring_prep_recvmsg(raw_, fd, message, flags);
  }
  void shutdown(int fd, int how) { io_uring_prep_shutdown(raw_, fd, how); }
  // Readiness: completes with the poll mask.
  void poll(int fd, unsigned events) { io_uring_prep_poll_add(raw_, fd, events); }
  void poll_multishot(int fd, unsigned events) { io_uring_prep_poll_multishot(raw_, fd, events); }
  // Cancels every request in flight on the descriptor, whoever submitted it.
  void cancel_fd(int fd) { io_uring_prep_cancel_fd(raw_, fd, IORING_ASYNC_CANCEL_ALL); }
  void cancel_op(const Op* op) {
    io_uring_prep_cancel64(raw_, uint64_t(reinterpret_cast<uintptr_t>(op)), 0);
  }

  // Cancels everything in flight on this ring.
  void cancel_all() {
    io_uring_prep_cancel64(raw_, 0, IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL);
  }

  // Modifiers.
  // Always from a kernel worker thread: for a call known to block.
  void force_async() { raw_->flags |= IOSQE_ASYNC; }
  // The next op of a chain starts after this one, even if this one fails.
  void link_hard() { raw_->flags |= IOSQE_IO_HARDLINK; }
  void link() { raw_->flags |= IOSQE_IO_LINK; }

  static constexpr uint8_t kOpFtruncate = 55;

 private:
  friend class Ring;
  // A length the kernel takes in one call.
  static unsigned clamp(size_t size) { return size > 0x7ffff000 ? 0x7ffff000 : unsigned(size); }
  void select_buffer(uint16_t group) {
    raw_->flags |= IOSQE_BUFFER_SELECT;
    raw_->buf_group = group;
  }
  io_uring_sqe* raw_;
};

enum class OpCounts : bool {
  kNo = false,  // a handle's op: the handle keeps the loop alive, or not
  kYes = true,  // the loop stays alive until the op completes
};

class Op : public RefCounted, public ListNode {
 public:
  explicit Op(OpCounts counts = OpCounts::kYes) : counts_(counts) {}

  // Describes the request; called when there is room in the queue, not later than the next poll.
  virtual void prepare(Sqe sqe) noexcept = 0;
  // The kernel's answer: res >= 0, or -errno (-ECANCELED after a cancel). Called from the poll
  // phase, never from submit. Without flags.more() the op is over and may be submitted again.
  virtual void complete(int res, CqeFlags flags) = 0;

  bool is_in_flight() const { return loop_ != nullptr; }

 private:
  friend class Loop;
  Loop* loop_ = nullptr;  // set while in flight
  OpCounts counts_;
};

}  // namespace gyre::loop
