// Stream: bytes in and out of a descriptor on a loop; base of tcp, pipe and tty. Reading is by
// multishot receive into the loop's provided buffers where the descriptor is a socket, by
// readiness where it is not. Writing is tried at once; what does not fit is queued and goes when
// the descriptor is writable. Counted; the owner calls close() before it lets go. Loop's thread.
#pragma once

#include <deque>
#include <functional>
#include <string_view>

#include "runtime/base/bytes.hpp"
#include "runtime/base/fd.hpp"
#include "runtime/base/result.hpp"
#include "runtime/loop/loop.hpp"

namespace gyre::io {

// Whoever takes a stream's bytes. May close the stream or stop reading from inside a call.
class StreamReader {
 public:
  // Valid until the call returns.
  virtual void on_read(ByteView bytes) = 0;
  virtual void on_read_end() = 0;
  // Positive errno. No further calls follow.
  virtual void on_read_error(int number) = 0;

 protected:
  ~StreamReader() = default;
};

// 0, or a negative errno.
using WriteDone = std::function<void(int status)>;

enum class DescriptorKind : uint8_t { kSocket, kOther };

class Stream : public loop::Handle {
 public:
  explicit Stream(loop::Loop& loop);

  // Takes the descriptor over. Sockets must be non-blocking.
  void adopt(UniqueFd fd, DescriptorKind kind);
  int fd() const { return fd_.get(); }
  bool has_fd() const { return fd_.is_open(); }

  // Not owned; null drops what arrives. May be exchanged at any time.
  void set_reader(StreamReader* reader) { reader_ = reader; }
  StreamReader* reader() const { return reader_; }
  Status read_start();
  void read_stop();
  bool is_reading() const { return reading_; }

  // Sends what the kernel takes now: the number of bytes (0: none now), or a negative errno.
  // Nothing while earlier bytes are queued.
  ssize_t try_write(ByteView bytes);
  // Queues bytes behind those queued before; `done` is called from the loop, also when closed.
  void queue_write(Buffer bytes, size_t offset, WriteDone done);
  bool has_queued_writes() const { return !writes_.empty(); }
  size_t queued_bytes() const { return queued_bytes_; }

  // Ends the sending side once the queue is empty. True: ended already, `done` is not called.
  Result<bool> shutdown(WriteDone done);

  // Writes return only when everything is with the kernel: standard output into a pipe.
  void set_blocking_writes(bool blocking) { blocking_writes_ = blocking; }

  uint64_t bytes_read() const { return bytes_read_; }
  uint64_t bytes_written() const { return bytes_written_; }

 protected:
  ~Stream() override;
  loop::CloseStep begin_close() override;
  void on_closed() override;
  // Handles with other work in flight (connect, accept) count it here.
  void note_activity();
  virtual bool has_other_activity() const { return false; }
  virtual bool has_other_ops() const { return false; }
  void finish_close_if_idle();
  UniqueFd& mutable_fd() { return fd_; }

 private:
  class ReceiveOp;
  class ReadableOp;
  class WritableOp;
  struct PendingWrite {
    Buffer bytes;
    size_t offset = 0;
    WriteDone done;
  };

  void arm_read();
  void deliver(ByteView bytes);
  void deliver_stash();
  void end_of_input(int number);
  void read_now();
  void flush_writes();
  void fail_writes(int status);
  void finish_shutdown();
  ssize_t send_some(ByteView bytes);
  ssize_t send_blocking(ByteView bytes);

  UniqueFd fd_;
  StreamReader* reader_ = nullptr;
  Ref<ReceiveOp> receive_;
  Ref<ReadableOp> readable_;
  Ref<WritableOp> writable_;
  std::deque<PendingWrite> writes_;
  WriteDone shutdown_done_;
  // Bytes, and perhaps an end, that arrived between read_stop() and its effect.
  std::vector<uint8_t> stash_;
  int stashed_end_ = -1;
  size_t queued_bytes_ = 0;
  uint64_t bytes_read_ = 0;
  uint64_t bytes_written_ = 0;
  bool is_socket_ = false;
  bool reading_ = false;
  bool input_ended_ = false;
  bool delivery_deferred_ = false;
  bool shutdown_wanted_ = false;
  bool blocking_writes_ = false;
};

}  // namespace gyre::io
