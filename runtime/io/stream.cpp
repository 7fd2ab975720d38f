#include "runtime/io/stream.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "runtime/loop/buffers.hpp"

namespace gyre::io {

using loop::CqeFlags;
using loop::Op;
using loop::OpCounts;
using loop::Sqe;

namespace {
constexpr size_t kReadSize = 64 * 1024;
}  // namespace

// One multishot receive; lives as long as its stream, submitted again when the kernel ends it.
class Stream::ReceiveOp final : public Op {
 public:
  ReceiveOp(Stream& stream, loop::BufferRing& buffers)
      : Op(OpCounts::kNo), stream_(stream), buffers_(buffers) {}
  void prepare(Sqe sqe) noexcept override { sqe.recv_multishot(stream_.fd(), buffers_.group()); }
  void complete(int res, CqeFlags flags) override {
    const Ref<Stream> keep(&stream_);
    if (flags.has_buffer()) {
      const uint16_t id = flags.buffer_id();
      if (res > 0 && stream_.is_open()) stream_.deliver(buffers_.bytes(id, size_t(res)));
      buffers_.recycle(id);
    }
    if (stream_.is_closing()) {
      if (!flags.more()) stream_.finish_close_if_idle();
      return;
    }
    if (res == 0) {
      stream_.end_of_input(0);
    } else if (res < 0 && res != -ENOBUFS && res != -ECANCELED && res != -EINTR) {
      stream_.end_of_input(-res);
    } else if (!flags.more()) {
      stream_.arm_read();
    }
  }

 private:
  Stream& stream_;
  loop::BufferRing& buffers_;
};

// Readiness of what is no socket: pipes, terminals, devices.
class Stream::ReadableOp final : public Op {
 public:
  explicit ReadableOp(Stream& stream) : Op(OpCounts::kNo), stream_(stream) {}
  void prepare(Sqe sqe) noexcept override { sqe.poll(stream_.fd(), POLLIN | POLLHUP); }
  void complete(int res, CqeFlags) override {
    const Ref<Stream> keep(&stream_);
    if (stream_.is_closing()) {
      stream_.finish_close_if_idle();
    } else if (res < 0 && res != -ECANCELED) {
      stream_.end_of_input(-res);
    } else {
      if (res > 0 && stream_.reading_) stream_.read_now();
      stream_.arm_read();
    }
  }

 private:
  Stream& stream_;
};

class Stream::WritableOp final : public Op {
 public:
  explicit WritableOp(Stream& stream) : Op(OpCounts::kNo), stream_(stream) {}
  void prepare(Sqe sqe) noexcept override { sqe.poll(stream_.fd(), POLLOUT); }
  void complete(int, CqeFlags) override {
    const Ref<Stream> keep(&stream_);
    if (stream_.is_closing()) {
      stream_.finish_close_if_idle();
    } else {
      stream_.flush_writes();
    }
  }

 private:
  Stream& stream_;
};

Stream::Stream(loop::Loop& loop) : Handle(loop) {}
Stream::~Stream() = default;

void Stream::adopt(UniqueFd fd, DescriptorKind kind) {
  fd_ = std::move(fd);
  is_socket_ = kind == DescriptorKind::kSocket;
}

void Stream::note_activity() {
  set_active(is_open() && (reading_ || !writes_.empty() || shutdown_wanted_ || delivery_deferred_ ||
                           has_other_activity()));
}

Status Stream::read_start() {
  if (is_closing()) return Error::from_errno_number(ECANCELED, "read");
  if (!has_fd()) return Error::from_errno_number(ENOTCONN, "read");
  if (reading_) return ok();
  reading_ = true;
  if (!stash_.empty() || stashed_end_ >= 0) {
    if (!delivery_deferred_) {
      delivery_deferred_ = true;
      loop().defer([self = Ref<Stream>(this)] { self->deliver_stash(); });
    }
  } else if (!input_ended_) {
    arm_read();
  }
  note_activity();
  return ok();
}

void Stream::read_stop() {
  if (!reading_) return;
  reading_ = false;
  if (receive_ && receive_->is_in_flight()) loop().cancel(*receive_);
  if (readable_ && readable_->is_in_flight()) loop().cancel(*readable_);
  note_activity();
}

void Stream::arm_read() {
  if (!reading_ || is_closing() || input_ended_ || delivery_deferred_) return;
  if (is_socket_) {
    if (!receive_) {
      auto buffers = loop().receive_buffers();
      if (!buffers) return end_of_input(buffers.error().errno_number());
      receive_ = make_ref<ReceiveOp>(*this, **buffers);
    }
    if (!receive_->is_in_flight()) loop().submit(receive_);
  } else {
    if (!readable_) readable_ = make_ref<ReadableOp>(*this);
    if (!readable_->is_in_flight()) loop().submit(readable_);
  }
}

void Stream::deliver(ByteView bytes) {
  bytes_read_ += bytes.size();
  if (!reading_ || delivery_deferred_) {
    stash_.insert(stash_.end(), bytes.begin(), bytes.end());
  } else if (reader_ != nullptr) {
    reader_->on_read(bytes);
  }
}

void Stream::deliver_stash() {
  delivery_deferred_ = false;
  if (is_closing()) return;
  if (reading_ && !stash_.empty()) {
    const std::vector<uint8_t> bytes = std::move(stash_);
    stash_.clear();
    if (reader_ != nullptr) reader_->on_read(bytes);
  }
  if (is_closing()) return;
  if (reading_ && stash_.empty() && stashed_end_ >= 0) {
    input_ended_ = false;
    end_of_input(std::exchange(stashed_end_, -1));
  } else {
    arm_read();
    note_activity();
  }
}

// Zero: an orderly end. Otherwise the errno that ended the input.
void Stream::end_of_input(int number) {
  if (input_ended_) return;
  input_ended_ = true;
  if (!reading_ || delivery_deferred_) {
    stashed_end_ = number;
    return;
  }
  reading_ = false;
  note_activity();
  if (reader_ == nullptr) return;
  if (number == 0) {
    reader_->on_read_end();
  } else {
    reader_->on_read_error(number);
  }
}

void Stream::read_now() {
  Buffer buffer(kReadSize);
  const ssize_t length = ::read(fd(), buffer.data(), buffer.size());
  if (length > 0) {
    deliver(buffer.view().first(size_t(length)));
  } else if (length == 0) {
    end_of_input(0);
  } else if (errno == EIO) {
    end_of_input(0);  // a terminal whose other side is gone
  } else if (errno != EAGAIN && errno != EINTR) {
    end_of_input(errno);
  }
}

ssize_t Stream::send_some(ByteView bytes) {
  while (true) {
    const ssize_t sent = is_socket_
                             ? ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT)
                             : ::write(fd(), bytes.data(), bytes.size());
    if (sent >= 0) {
      bytes_written_ += uint64_t(sent);
      return sent;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return 0;
    if (errno != EINTR) return -errno;
  }
}

ssize_t Stream::send_blocking(ByteView bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t sent = send_some(bytes.subspan(done));
    if (sent < 0) return sent;
    done += size_t(sent);
    if (sent == 0) {
      pollfd ready{fd(), POLLOUT, 0};
      ::poll(&ready, 1, -1);
    }
  }
  return ssize_t(done);
}

ssize_t Stream::try_write(ByteView bytes) {
  if (is_closing() || !has_fd()) return -EBADF;
  if (shutdown_wanted_) return -EPIPE;
  if (!writes_.empty() || bytes.empty()) return 0;
  return blocking_writes_ ? send_blocking(bytes) : send_some(bytes);
}

void Stream::queue_write(Buffer bytes, size_t offset, WriteDone done) {
  queued_bytes_ += bytes.size() - offset;
  writes_.push_back({std::move(bytes), offset, std::move(done)});
  if (!writable_) writable_ = make_ref<WritableOp>(*this);
  if (!writable_->is_in_flight()) loop().submit(writable_);
  note_activity();
}

void Stream::flush_writes() {
  while (!writes_.empty() && is_open()) {
    PendingWrite& write = writes_.front();
    const ByteView rest = write.bytes.view().subspan(write.offset);
    const ssize_t sent = rest.empty() ? 0 : send_some(rest);
    if (sent < 0) return fail_writes(int(sent));
    write.offset += size_t(sent);
    queued_bytes_ -= size_t(sent);
    if (size_t(sent) < rest.size()) {
      if (!writable_->is_in_flight()) loop().submit(writable_);
      return;
    }
    const WriteDone done = std::move(write.done);
    writes_.pop_front();
    note_activity();
    if (done) done(0);
  }
  if (writes_.empty() && shutdown_wanted_ && is_open()) finish_shutdown();
}

void Stream::fail_writes(int status) {
  std::deque<PendingWrite> failed = std::move(writes_);
  writes_.clear();
  queued_bytes_ = 0;
  const WriteDone shutdown_done = std::exchange(shutdown_done_, nullptr);
  shutdown_wanted_ = false;
  note_activity();
  for (PendingWrite& write : failed) {
    if (write.done) write.done(status);
  }
  if (shutdown_done) shutdown_done(status);
}

Result<bool> Stream::shutdown(WriteDone done) {
  if (is_closing() || !has_fd()) return Error::from_errno_number(ENOTCONN, "shutdown");
  if (!writes_.empty()) {
    shutdown_wanted_ = true;
    shutdown_done_ = std::move(done);
    note_activity();
    return false;
  }
  if (is_socket_ && ::shutdown(fd(), SHUT_WR) != 0) return Error::from_errno("shutdown");
  return true;
}

void Stream::finish_shutdown() {
  shutdown_wanted_ = false;
  const WriteDone done = std::exchange(shutdown_done_, nullptr);
  const int status = is_socket_ && ::shutdown(fd(), SHUT_WR) != 0 ? -errno : 0;
  note_activity();
  if (done) done(status);
}

loop::CloseStep Stream::begin_close() {
  reading_ = false;
  if (receive_ && receive_->is_in_flight()) loop().cancel(*receive_);
  if (readable_ && readable_->is_in_flight()) loop().cancel(*readable_);
  if (writable_ && writable_->is_in_flight()) loop().cancel(*writable_);
  const bool busy = (receive_ && receive_->is_in_flight()) ||
                    (readable_ && readable_->is_in_flight()) ||
                    (writable_ && writable_->is_in_flight()) || has_other_ops();
  return busy ? loop::CloseStep::kLater : loop::CloseStep::kDone;
}

void Stream::finish_close_if_idle() {
  if (state() != State::kClosing) return;
  if (receive_ && receive_->is_in_flight()) return;
  if (readable_ && readable_->is_in_flight()) return;
  if (writable_ && writable_->is_in_flight()) return;
  if (!has_other_ops()) finish_close();
}

void Stream::on_closed() {
  fd_.reset();
  reader_ = nullptr;
  if (!writes_.empty() || shutdown_done_) fail_writes(-ECANCELED);
}

}  // namespace gyre::io
