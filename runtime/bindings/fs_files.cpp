// internalBinding('fs_files'): the descriptor half of node:fs, and whole files. `xSync` throws, `x`
// takes a callback and goes through the ring.
#include <fcntl.h>

#include "runtime/bindings/fs_async.hpp"
#include "runtime/bindings/fs_ready.hpp"
#include "runtime/bindings/registry.hpp"
#include "runtime/io/file.hpp"
#include "runtime/io/whole_file.hpp"

namespace gyre::bindings {
namespace {

using engine::Callback;
using engine::Env;
namespace fs = io::fs;
namespace file = io::file;

// The continuation that hands a result to JavaScript.
auto deliver(Callback callback) {
  return
      [callback = std::move(callback)](auto result) mutable { callback.finish(std::move(result)); };
}
// The same for transfers, which must keep the memory until the kernel has answered.
template <typename Kept>
auto deliver_keeping(Callback callback, Kept kept) {
  return [callback = std::move(callback), kept = std::move(kept)](Result<size_t> count) mutable {
    callback.finish(std::move(count));
  };
}

// Offsets and lengths were checked in JavaScript; a buffer may have been detached since.
Result<MutableBytes> part_of(MutableBytes bytes, double offset, double length) {
  if (offset < 0 || length < 0 || offset + length > static_cast<double>(bytes.size())) {
    return Error(Code::ERR_OUT_OF_RANGE, "The range lies outside the buffer");
  }
  return bytes.subspan(static_cast<size_t>(offset), static_cast<size_t>(length));
}

void open_later(Env& env, Path path, int32_t flags, uint32_t mode, Callback callback) {
  file::open(env.loop(), std::move(path.text), flags, mode, deliver(std::move(callback)));
}
void close_later(Env& env, int32_t fd, Callback callback) {
  file::close(env.loop(), fd, deliver(std::move(callback)));
}

Status read_later(Env& env, int32_t fd, PinnedBytes buffer, double offset, double length,
                  PositionArg position, Callback callback) {
  GYRE_ASSIGN(MutableBytes bytes, part_of(buffer.bytes, offset, length));
  file::read(env.loop(), fd, bytes, position.value,
             deliver_keeping(std::move(callback), std::move(buffer.store)));
  return ok();
}
Result<size_t> read_now(Env&, int32_t fd, MutableBytes buffer, double offset, double length,
                        PositionArg position) {
  GYRE_ASSIGN(MutableBytes bytes, part_of(buffer, offset, length));
  return fs::read(fd, bytes, position.value);
}

Status write_later(Env& env, int32_t fd, PinnedBytes buffer, double offset, double length,
                   PositionArg position, Callback callback) {
  GYRE_ASSIGN(MutableBytes bytes, part_of(buffer.bytes, offset, length));
  file::write(env.loop(), fd, bytes, position.value,
              deliver_keeping(std::move(callback), std::move(buffer.store)));
  return ok();
}
Result<size_t> write_now(Env&, int32_t fd, MutableBytes buffer, double offset, double length,
                         PositionArg position) {
  GYRE_ASSIGN(MutableBytes bytes, part_of(buffer, offset, length));
  return fs::write(fd, bytes, position.value);
}

std::vector<iovec> parts_of(const std::vector<PinnedBytes>& buffers) {
  std::vector<iovec> parts;
  parts.reserve(buffers.size());
  for (const PinnedBytes& buffer : buffers) {
    parts.push_back({buffer.bytes.data(), buffer.bytes.size()});
  }
  return parts;
}

void readv_later(Env& env, int32_t fd, std::vector<PinnedBytes> buffers, PositionArg position,
                 Callback callback) {
  auto parts = parts_of(buffers);
  file::readv(env.loop(), fd, std::move(parts), position.value,
              deliver_keeping(std::move(callback), std::move(buffers)));
}
Result<size_t> readv_now(Env&, int32_t fd, std::vector<PinnedBytes> buffers, PositionArg position) {
  return fs::readv(fd, parts_of(buffers), position.value);
}

// More parts than one call takes go to the pool, which loops.
void writev_later(Env& env, int32_t fd, std::vector<PinnedBytes> buffers, PositionArg position,
                  Callback callback) {
  auto parts = parts_of(buffers);
  if (parts.size() > 1024) {
    return run_on_pool(env, std::move(callback),
                       [fd, parts = std::move(parts), at = position.value,
                        kept = std::move(buffers)] { return fs::writev(fd, parts, at); });
  }
  file::writev(env.loop(), fd, std::move(parts), position.value,
               deliver_keeping(std::move(callback), std::move(buffers)));
}
Result<size_t> writev_now(Env&, int32_t fd, std::vector<PinnedBytes> buffers,
                          PositionArg position) {
  return fs::writev(fd, parts_of(buffers), position.value);
}

// An open file's inode is in memory, so asking cannot wait; the answer comes later all the same.
Result<StatAnswer> fstat_now(Env&, int32_t fd, bool big) {
  GYRE_ASSIGN(auto stat, fs::fstat(fd));
  return StatAnswer{stat, big ? Numbers::kBigInt : Numbers::kDouble};
}
void fstat_later(Env& env, int32_t fd, bool big, Callback callback) {
  env.state<ReadyAnswers>().add(std::move(callback), fstat_now(env, fd, big));
}

void fsync_later(Env& env, int32_t fd, Callback callback) {
  file::fsync(env.loop(), fd, deliver(std::move(callback)));
}
void fdatasync_later(Env& env, int32_t fd, Callback callback) {
  file::fdatasync(env.loop(), fd, deliver(std::move(callback)));
}

Status change_owner(int32_t fd, int64_t user, int64_t group) {
  return fs::fchown(fd, static_cast<uint32_t>(user), static_cast<uint32_t>(group));
}
Status set_times(int32_t fd, double access, double modification) {
  return fs::futimes(fd, {access, modification});
}

ContentForm content_form(bool as_text) {
  return as_text ? ContentForm::kText : ContentForm::kBuffer;
}
Result<Content> content(Result<Buffer> bytes, ContentForm form) {
  if (!bytes) return std::move(bytes).error();
  return Content{std::move(bytes).value(), form};
}
auto deliver_content(Callback callback, ContentForm form) {
  return [callback = std::move(callback), form](Result<Buffer> bytes) mutable {
    callback.finish(content(std::move(bytes), form));
  };
}

void read_file_later(Env& env, Path path, int32_t flags, bool as_text, Callback callback) {
  ContentForm form = content_form(as_text);
  if (auto cached = fs::read_whole_if_cached(path.text, flags)) {
    return env.state<ReadyAnswers>().add(std::move(callback), content(std::move(*cached), form));
  }
  io::read_whole_file(env.loop(), std::move(path.text), flags,
                      deliver_content(std::move(callback), form));
}
Result<Content> read_file_now(Env&, Path path, int32_t flags, bool as_text) {
  return content(fs::read_whole(path.text, flags), content_form(as_text));
}
void read_descriptor_later(Env& env, int32_t fd, bool as_text, Callback callback) {
  io::read_rest_of_file(env.loop(), fd,
                        deliver_content(std::move(callback), content_form(as_text)));
}
Result<Content> read_descriptor_now(Env&, int32_t fd, bool as_text) {
  return content(fs::read_rest(fd), content_form(as_text));
}

fs::WholeWrite whole_write(int32_t flags, uint32_t mode, bool flush) {
  return {flags, mode, flush ? fs::WholeWrite::Flush::kYes : fs::WholeWrite::Flush::kNo};
}
Status write_descriptor(int fd, ByteView bytes, bool flush) {
  GYRE_TRY(fs::write_all(fd, bytes, std::nullopt));
  return flush ? fs::fsync(fd) : ok();
}

// Creating, truncating and writing wait on the journal whatever the ring does with them: one trip
// to a pool thread for the whole file beats three through the ring's workers.
void write_file_later(Env& env, Path path, PinnedBytes bytes, int32_t flags, uint32_t mode,
                      bool flush, Callback callback) {
  run_on_pool(
      env, std::move(callback),
      [path = std::move(path.text), bytes = std::move(bytes),
       how = whole_write(flags, mode, flush)] { return fs::write_whole(path, bytes.bytes, how); });
}
Status write_file_now(Env&, Path path, TextOrBytes bytes, int32_t flags, uint32_t mode,
                      bool flush) {
  return fs::write_whole(path.text, bytes.bytes(), whole_write(flags, mode, flush));
}
void write_descriptor_later(Env& env, int32_t fd, PinnedBytes bytes, bool flush,
                            Callback callback) {
  run_on_pool(env, std::move(callback), [fd, bytes = std::move(bytes), flush] {
    return write_descriptor(fd, bytes.bytes, flush);
  });
}
Status write_descriptor_now(Env&, int32_t fd, TextOrBytes bytes, bool flush) {
  return write_descriptor(fd, bytes.bytes(), flush);
}

Result<UniqueFd> open_now(Env&, Path path, int32_t flags, uint32_t mode) {
  return fs::open(path.text, flags, mode);
}
Status close_now(Env&, int32_t fd) { return fs::close(fd); }
Status fsync_now(Env&, int32_t fd) { return fs::fsync(fd); }
Status fdatasync_now(Env&, int32_t fd) { return fs::fdatasync(fd); }

using engine::fn;
constexpr auto kTable = engine::binding(
    "fs_files", fn<open_later>("open"), fn<open_now>("openSync"), fn<close_later>("close"),
    fn<close_now>("closeSync"), fn<read_later>("read"), fn<read_now>("readSync"),
    fn<write_later>("write"), fn<write_now>("writeSync"), fn<readv_later>("readv"),
    fn<readv_now>("readvSync"), fn<writev_later>("writev"), fn<writev_now>("writevSync"),
    fn<fstat_later>("fstat"), fn<fstat_now>("fstatSync"), fn<fsync_later>("fsync"),
    fn<fsync_now>("fsyncSync"), fn<fdatasync_later>("fdatasync"),
    fn<fdatasync_now>("fdatasyncSync"), fs_call<fs::ftruncate>("ftruncate", "ftruncateSync"),
    fs_call<fs::fchmod>("fchmod", "fchmodSync"), fs_call<change_owner>("fchown", "fchownSync"),
    fs_call<set_times>("futimes", "futimesSync"), fn<read_file_later>("readFile"),
    fn<read_file_now>("readFileSync"), fn<read_descriptor_later>("readFileFd"),
    fn<read_descriptor_now>("readFileFdSync"), fn<write_file_later>("writeFile"),
    fn<write_file_now>("writeFileSync"), fn<write_descriptor_later>("writeFileFd"),
    fn<write_descriptor_now>("writeFileFdSync"));

}  // namespace

engine::BindingView fs_files() { return kTable; }

}  // namespace gyre::bindings
