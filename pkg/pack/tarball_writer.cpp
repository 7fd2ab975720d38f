#include "pkg/pack/tarball_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <vector>

#include "pkg/extract/archive_api.hpp"
#include "runtime/base/fd.hpp"

namespace gyre::pkg {
namespace {

constexpr time_t kEveryFilesTime = 499'162'500;  // 1985-10-26T08:15:00Z
constexpr size_t kPiece = 128 << 10;
constexpr size_t kLargestArchive = size_t{1} << 30;

// gzip into a string: level 9, no time, no operating system in the header.
class Gzip {
 public:
  Gzip() {
    is_ready_ = ::deflateInit2(&stream_, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK;
    header_.os = 255;
    if (is_ready_) ::deflateSetHeader(&stream_, &header_);
  }
  ~Gzip() {
    if (is_ready_) ::deflateEnd(&stream_);
  }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  bool write(const void* bytes, size_t size, int flush = Z_NO_FLUSH) {
    if (!is_ready_) return false;
    stream_.next_in = static_cast<Bytef*>(const_cast<void*>(bytes));
    stream_.avail_in = static_cast<uInt>(size);
    char out[32 << 10];
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(out);
      stream_.avail_out = sizeof out;
      if (::deflate(&stream_, flush) == Z_STREAM_ERROR) return false;
      text.append(out, sizeof out - stream_.avail_out);
      if (text.size() > kLargestArchive) return false;
    } while (stream_.avail_out == 0);
    return true;
  }
  std::string text;

 private:
  z_stream stream_{};
  gz_header header_{};
  bool is_ready_ = false;
};

}  // namespace

struct TarballWriter::Impl {
  const ArchiveWriting* api = nullptr;
  archive* tar = nullptr;
  Gzip gzip;
  std::vector<char> piece = std::vector<char>(kPiece);

  ~Impl() {
    if (tar != nullptr) api->write_free(tar);
  }
  static la_ssize_t on_write(archive*, void* self, const void* bytes, size_t size) {
    return static_cast<Impl*>(self)->gzip.write(bytes, size) ? static_cast<la_ssize_t>(size) : -1;
  }
  Error failure() const {
    if (gzip.text.size() > kLargestArchive) {
      return Error(Code::ETARFORMAT, "the package is larger than 1 GiB");
    }
    const char* text = api->error_string(tar);
    return Error(Code::ERR_OPERATION_FAILED,
                 std::string("the archive cannot be written: ") + (text ? text : "out of memory"));
  }
  Status copy(int fd, uint64_t size, const std::string& source);
};

TarballWriter::TarballWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TarballWriter::TarballWriter(TarballWriter&&) noexcept = default;
TarballWriter::~TarballWriter() = default;

Result<TarballWriter> TarballWriter::create() {
  auto impl = std::make_unique<Impl>();
  GYRE_ASSIGN(impl->api, load_archive_writing());
  const ArchiveWriting& api = *impl->api;
  impl->tar = api.write_new();
  if (impl->tar == nullptr) return impl->failure();
  api.write_set_format_pax_restricted(impl->tar);
  api.write_set_bytes_per_block(impl->tar, 0);
  api.write_set_bytes_in_last_block(impl->tar, 1);
  if (api.write_open(impl->tar, impl.get(), nullptr, &Impl::on_write, nullptr) != ARCHIVE_OK) {
    return impl->failure();
  }
  return TarballWriter(std::move(impl));
}

Status TarballWriter::Impl::copy(int fd, uint64_t size, const std::string& source) {
  while (size > 0) {
    const ssize_t count = ::read(fd, piece.data(), std::min<uint64_t>(piece.size(), size));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error::from_errno("read", source);
    if (count == 0) {
      return Error(Code::ERR_OPERATION_FAILED, source + " became shorter while it was packed");
    }
    if (api->write_data(tar, piece.data(), static_cast<size_t>(count)) != count) return failure();
    size -= static_cast<uint64_t>(count);
  }
  return ok();
}

Result<TarballWriter::Added> TarballWriter::add_file(const std::string& source,
                                                     const std::string& path, bool is_executable) {
  const ArchiveWriting& api = *impl_->api;
  const UniqueFd fd(::open(source.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0) return Error::from_errno("open", source);
  if (!S_ISREG(info.st_mode)) return Error::from_errno_number(EINVAL, "open", source);
  Added added;
  added.size = static_cast<uint64_t>(info.st_size);
  // Owner may read and write, nobody else may write: npm's "portable" modes.
  added.mode = ((info.st_mode & 0777) | 0600 | (is_executable ? 0111u : 0u)) & ~022u;
  const std::unique_ptr<archive_entry, decltype(api.entry_free)> entry(api.entry_new(),
                                                                       api.entry_free);
  api.entry_set_pathname(entry.get(), ("package/" + path).c_str());
  api.entry_set_filetype(entry.get(), AE_IFREG);
  api.entry_set_perm(entry.get(), added.mode);
  api.entry_set_size(entry.get(), info.st_size);
  api.entry_set_mtime(entry.get(), kEveryFilesTime, 0);
  if (api.write_header(impl_->tar, entry.get()) < ARCHIVE_WARN) return impl_->failure();
  GYRE_TRY(impl_->copy(fd.get(), added.size, source));
  return added;
}

Result<std::string> TarballWriter::finish() {
  if (impl_->api->write_close(impl_->tar) != ARCHIVE_OK) return impl_->failure();
  if (!impl_->gzip.write(nullptr, 0, Z_FINISH)) return impl_->failure();
  return std::move(impl_->gzip.text);
}

}  // namespace gyre::pkg
