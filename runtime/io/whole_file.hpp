// Reads a whole file, or the rest of an open one, through the ring: open, size, chunks, close, and
// one call at the end. Chunks are bounded, so that a large file in the page cache does not hold the
// loop's thread for its whole length. Loop's thread only; keeps itself alive until done.
#pragma once

#include <sys/stat.h>

#include "runtime/base/bytes.hpp"
#include "runtime/io/file.hpp"

namespace gyre::io {

template <typename Done>
class WholeFileReader final : public RefCounted {
 public:
  // `done` gets Result<Buffer>.
  static void start(loop::Loop& loop, std::string path, int flags, Done done) {
    Ref<WholeFileReader> self(new WholeFileReader(loop, std::move(done)));
    file::open(loop, std::move(path), flags, 0666, [self](Result<UniqueFd> opened) {
      if (!opened) return self->done_(std::move(opened).error());
      self->owned_ = std::move(opened).value();
      self->fd_ = self->owned_.get();
      self->size_up();
    });
  }
  // From the descriptor's own position; the descriptor stays open.
  static void start(loop::Loop& loop, int fd, Done done) {
    Ref<WholeFileReader> self(new WholeFileReader(loop, std::move(done)));
    self->fd_ = fd;
    self->size_up();
  }

 private:
  static constexpr size_t kChunk = 1024 * 1024;
  static constexpr size_t kUnknownSize = 64 * 1024;

  WholeFileReader(loop::Loop& loop, Done done) : loop_(loop), done_(std::move(done)) {}

  void size_up() {
    struct stat data;
    // The inode is in memory once the file is open: no wait. A bad descriptor fails in the read.
    bool regular = ::fstat(fd_, &data) == 0 && S_ISREG(data.st_mode);
    if (regular && data.st_size > fs::kMaxWholeFile) return finish(too_large(data.st_size));
    expected_ = regular ? static_cast<size_t>(data.st_size) : 0;
    buffer_ = Buffer(expected_ > 0 ? expected_ : kUnknownSize);
    read_more();
  }

  void read_more() {
    if (used_ == buffer_.size()) grow();
    MutableBytes rest = buffer_.span().subspan(used_);
    if (rest.size() > kChunk) rest = rest.first(kChunk);
    file::read(loop_, fd_, rest, std::nullopt,
               [self = Ref<WholeFileReader>(this)](Result<size_t> count) {
                 self->on_read(std::move(count));
               });
  }

  void on_read(Result<size_t> count) {
    if (!count) return finish(std::move(count).error());
    used_ += *count;
    bool complete = *count == 0 || (expected_ > 0 && used_ == expected_);
    if (!complete) {
      if (used_ > static_cast<size_t>(fs::kMaxWholeFile)) return finish(too_large(used_));
      return read_more();
    }
    if (expected_ == 0 && used_ < buffer_.size() / 2) {
      return finish(Buffer::copy_of(buffer_.view().first(used_)));
    }
    buffer_.truncate(used_);
    finish(std::move(buffer_));
  }

  void grow() {
    Buffer larger(buffer_.size() * 2);
    std::memcpy(larger.data(), buffer_.data(), used_);
    buffer_ = std::move(larger);
  }

  static Error too_large(uint64_t size) {
    return Error(Code::ERR_FS_FILE_TOO_LARGE,
                 "File size (" + std::to_string(size) + ") is greater than 2 GiB");
  }

  void finish(Result<Buffer> result) {
    owned_.reset();
    done_(std::move(result));
  }

  loop::Loop& loop_;
  Done done_;
  UniqueFd owned_;
  int fd_ = -1;
  Buffer buffer_;
  size_t used_ = 0;
  size_t expected_ = 0;
};

template <typename Done>
void read_whole_file(loop::Loop& loop, std::string path, int flags, Done done) {
  WholeFileReader<Done>::start(loop, std::move(path), flags, std::move(done));
}
template <typename Done>
void read_rest_of_file(loop::Loop& loop, int fd, Done done) {
  WholeFileReader<Done>::start(loop, fd, std::move(done));
}

}  // namespace gyre::io
